// The work of one module instance, in turns of about 20 ms; between turns the worker reads its messages, so Stop, Pause,
// live parameters and interactive calls get in.
import type { Bindings, ErrorData, StepStatus } from './module';
import type { Until } from './protocol';
import { dataOf, taken } from './refusal';
import type { Share } from './share';

/** A step ends at most a block and a merge later; Stop is obeyed within 50 ms. */
const BUDGET_MS = 20;

export type Job = {
  handle: number;
  until: Until;
  ms: number;
  status: StepStatus;
  /** Set while other workers run blocks of it too. */
  share?: Share;
  /** Called after every turn, with the error when it failed. */
  worked(error?: ErrorData): void;
};

/** What a worker is given besides the module; tests have their own. */
export type Place = {
  now(): number;
  /** Calls back once the messages that wait now have been read. */
  later(body: () => void): void;
  /** Runs what no message of the page asked for: traps must not go unseen there. */
  guard(body: () => void): void;
};

/** Through a MessageChannel, because timers are clamped to 4 ms and more. */
function throughChannel(): Place['later'] {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()!();
  return (body) => {
    waiting.push(body);
    port2.postMessage(0);
  };
}

export const inWorker = (): Place => ({
  now: () => performance.now(),
  later: throughChannel(),
  guard: (body) => body(),
});

export class Turns {
  /** Jobs that want turns, in the order in which they get them. */
  private readonly queue: Job[] = [];
  private asked = false;

  constructor(
    readonly module: Bindings,
    readonly place: Place,
  ) {}

  enqueue(job: Job): void {
    if (job.until !== 'now' && !job.share?.waits && !this.queue.includes(job)) this.queue.push(job);
    this.ask();
  }

  work(job: Job): void {
    const start = this.place.now();
    let error: ErrorData | undefined;
    try {
      job.status = job.share ? job.share.turn() : taken(this.module.step(job.handle, BUDGET_MS));
    } catch (caught) {
      error = dataOf(caught);
    }
    job.ms += this.place.now() - start;
    if (error || job.status.done || (job.until === 'unit' && job.status.unit_finished)) job.until = 'now';
    job.worked(error);
    if (error) this.drop(job);
  }

  drop(job: Job): void {
    job.until = 'now';
    const place = this.queue.indexOf(job);
    if (place >= 0) this.queue.splice(place, 1);
    this.module.destroy(job.handle);
  }

  /** One turn for the job that has waited longest. */
  private turn(): void {
    this.asked = false;
    const job = this.queue.shift();
    if (!job) return;
    if (job.until !== 'now') this.work(job);
    this.enqueue(job);
  }

  private ask(): void {
    if (this.asked || !this.queue.length) return;
    this.asked = true;
    this.place.later(() => this.place.guard(() => this.turn()));
  }
}
