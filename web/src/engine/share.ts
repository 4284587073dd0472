// One task, worked on by several workers that hold a replica each (wasm/core/task.h): which blocks this worker runs
// next, what it tells the others, and when it merges.
//
// Nobody hands out blocks. Each worker begins at a place of its own, tells the others every result and takes theirs;
// where it meets a block that is known it moves into the largest stretch that is not. Near a unit's end two workers may
// run the same block: they find the same bits, and it costs at most the last few blocks of a unit. For that price
// nobody waits for an answer, uneven blocks and cores balance by themselves, and a worker that dies, hangs or comes
// late only leaves more for the others.
//
// Some tasks reserve the first block of each unit for the leader (wasm/core/task.h): for it alone the others wait.
import type { Bindings, StepStatus } from './module';
import { taken } from './refusal';

/** Results of the blocks [first, first + count) of a unit, as the module gave them. */
export type Results = { unit: number; first: number; count: number; bytes: Uint8Array<ArrayBuffer> };

/** Until results are told and those of others read; shorter than the turn of a task that runs alone. */
const TURN_MS = 10;

export class Share {
  /** Others whose results were of use. */
  readonly helped = new Set<number>();
  private known = new Uint8Array(0);
  private left = 0;
  private next = 0;
  private unit = 0;
  private status: StepStatus;
  /** Results of units that this replica has not reached. */
  private readonly early = new Map<number, [number, Results][]>();

  constructor(
    private readonly module: Bindings,
    private readonly handle: number,
    /** This worker's place among `of`. */
    private readonly place: number,
    private readonly of: number,
    /** Whether it will be asked for outputs: else its last merge is left out. */
    private readonly answers: boolean,
    /** Whether the first block is another's alone. */
    private readonly barred: boolean,
    private readonly tell: (results: Results) => void,
    private readonly now: () => number,
  ) {
    this.status = taken(module.status(handle));
    this.open();
  }

  /** Every block of the last unit is known. */
  get complete(): boolean {
    const { unit, units } = this.status;
    return this.left === 0 && units > 0 && unit + 1 >= units;
  }

  /** Nothing is left to run but what is another's. */
  get waits(): boolean {
    return this.barred && this.left > 0 && this.known.indexOf(0, 1) < 0;
  }

  /** Runs blocks for about 10 ms, at least one, and tells their results; merges when all are known. */
  turn(): StepStatus {
    if (this.left > 0 && !this.waits) this.runSome();
    if (this.left > 0) return (this.status = taken(this.module.status(this.handle)));
    if (this.complete && !this.answers) return this.status;
    this.status = taken(this.module.finish_unit(this.handle));
    if (!this.status.done) this.open();
    return { ...this.status, unit_finished: true };
  }

  /** Takes what `from` has told. */
  take(from: number, results: Results): void {
    const { unit, first, count, bytes } = results;
    if (unit > this.unit) {
      const waiting = this.early.get(unit) ?? [];
      waiting.push([from, results]);
      this.early.set(unit, waiting);
    }
    if (unit !== this.unit || this.status.done) return;
    if (!this.note(first, count)) return;
    this.helped.add(from);
    taken(this.module.put_results(this.handle, bytes));
  }

  private open(): void {
    const { unit, blocks } = this.status;
    this.unit = unit;
    this.known = new Uint8Array(blocks);
    this.left = blocks;
    this.next = Math.floor((blocks * this.place) / this.of);
    const waiting = this.early.get(unit) ?? [];
    this.early.delete(unit);
    for (const [from, results] of waiting) this.take(from, results);
  }

  /** Marks blocks as known; how many were not. */
  private note(first: number, count: number): number {
    const before = this.left;
    for (let b = first; b < first + count; b++) this.left -= 1 - this.known[b]!;
    this.known.fill(1, first, first + count);
    return before - this.left;
  }

  private runSome(): void {
    const first = this.choose();
    const end = this.now() + TURN_MS;
    // Less at a time towards the end, so that all end together.
    const most = Math.max(1, Math.floor(this.left / (2 * this.of)));
    let count = 0;
    do taken(this.module.run_blocks(this.handle, first + count++, 1));
    while (count < most && this.known[first + count] === 0 && this.now() < end);
    this.note(first, count);
    this.next = first + count;
    if (this.of > 1)
      this.tell({
        ...{ unit: this.unit, first, count },
        bytes: taken(this.module.results(this.handle, first, count)) as Uint8Array<ArrayBuffer>,
      });
  }

  /** Where it was, else inside the largest stretch of unknown blocks: another is at its begin, so each worker enters
   * at a part of it of its own. */
  private choose(): number {
    const lowest = this.barred ? 1 : 0;
    if (this.next >= lowest && this.known[this.next] === 0) return this.next;
    let begin = 0;
    let length = 0;
    for (let a = this.known.indexOf(0, lowest); a >= 0;) {
      const known = this.known.indexOf(1, a);
      const b = known < 0 ? this.known.length : known;
      if (b - a > length) [begin, length] = [a, b - a];
      a = this.known.indexOf(0, b);
    }
    const part = this.of > 1 ? (1 + (this.place % (this.of - 1))) / this.of : 0;
    return begin + Math.floor(length * part);
  }
}
