// A task of points in the plane as a run of the engine: its outputs as they are now. Draws nothing.
import type { Engine, EngineError, Inputs, OutputName, Run, TaskId, Tensor } from '../engine';
import type { State } from '../lib/state';

/** Between two looks, ms; and times as long as one took. */
const [PAUSE_MS, PAUSE_TIMES] = [60, 2];

export type Look<N extends string> = Record<N, Tensor> & { unit: number };

/** "curve" is one of the outputs: its last axis counts units, so it tells when the look was. */
export class PlaneRun<T extends TaskId, N extends OutputName<T> & string> {
  readonly run: Run<T>;
  look: Look<N> | undefined;
  private looking = false;
  private again = false;
  private next = 0;

  constructor(
    engine: Engine,
    task: T,
    params: State,
    inputs: Inputs<T>,
    private readonly outputs: readonly N[],
    private readonly changed: (error?: EngineError) => void,
  ) {
    // The state holds what the tables allow: its types are the generated ones.
    this.run = engine.run(task, params as never, inputs);
    this.run.watch(() => this.watched());
    this.run.created.then(
      () => void this.take(),
      () => {}, // told by `watch`
    );
  }

  get ended(): boolean {
    return this.run.state === 'stopped' || this.run.state === 'failed';
  }

  /** A row of the output "curve", by units. */
  curve(row: number): number[] {
    const curve = this.look?.['curve' as N];
    const count = curve?.shape[1] ?? 0;
    return Array.from({ length: count }, (_, i) => curve!.data[row * count + i]!);
  }

  /** Live parameters, and what is seen with them. */
  async set(params: State): Promise<void> {
    if (this.ended) return;
    try {
      await this.run.set(params as never);
    } catch {
      return; // it has ended
    }
    this.again = true;
    void this.take();
  }

  private watched(): void {
    const { state, error } = this.run;
    if (state === 'failed') return this.changed(error);
    if (!this.ended && (state !== 'running' || performance.now() >= this.next)) void this.take();
    this.changed();
  }

  /** The newest state is shown in the end. */
  private async take(): Promise<void> {
    if (this.looking || this.ended || (!this.again && this.look?.unit === this.run.status.unit)) return;
    this.looking = true;
    this.again = false;
    const begin = performance.now();
    try {
      const all = await Promise.all(this.outputs.map((name) => this.run.output(name)));
      const named = Object.fromEntries(this.outputs.map((name, i) => [name, all[i]!])) as Record<N, Tensor>;
      this.look = { ...named, unit: named['curve' as N].shape[1]! - 1 };
      this.changed();
    } catch {
      // It has ended; `watch` has told.
    } finally {
      this.looking = false;
      this.next = performance.now() + Math.max(PAUSE_MS, PAUSE_TIMES * (performance.now() - begin));
    }
    if (!this.ended && (this.again || this.run.state !== 'running')) void this.take();
  }
}
