// One run on a picture, from what it starts from to the restored one: starts a task that restores, fetches what there is
// while it runs, and records values per pass. A job that is done can let go of the engine and be shown again later. Draws
// nothing. What is prepared before the run is of the kinds of it: denoise_job.ts, restore_job.ts.
import { EngineError, type Engine, type Inputs, type Metrics, type Run, type RunStatus } from '../engine';
import type { State } from '../lib/state';
import type { Size } from '../lib/view';
import type { Phase } from '../ui/verbs';
import { wholeOutput } from './picture_output';

/** While it runs, at most about this many pixels are fetched: the canvas shows no more. */
const SEEN_PIXELS = 1.2e6;
/** Times as long as fetching took, before it is done again. */
const FETCH_PAUSE = 19;

export type Wish = 'play' | 'step' | 'hold';

/** Tasks whose result is an output "restored". */
export type PictureTask = 'epll' | 'deblur' | 'inpaint' | 'superres';

export type RestoredPicture = { picture: ImageData; width: number; height: number };

export abstract class PictureJob<T extends PictureTask> {
  restored: RestoredPicture | undefined;
  error: EngineError | undefined;
  /** By pass, as first seen. */
  readonly curves: Partial<Record<string, (number | undefined)[]>> = {};
  /** Called after every change. */
  protected changed: () => void = () => {};
  /** The demo that shows it. */
  private shownBy: object | undefined;
  protected run: Run<T> | undefined;
  protected readonly end = new AbortController();
  private wish: Wish = 'hold';
  private fetching = false;
  private stale = false;
  private nextFetch = 0;
  private setting = 0;
  private released = false;

  constructor(
    protected readonly engine: Engine,
    private readonly task: T,
    /** Of the task; live ones change. */
    readonly params: State,
    /** Metrics that are recorded. */
    private readonly curveNames: readonly (keyof Metrics<T> & string)[],
  ) {}

  /** Of the result. */
  abstract get size(): Size;
  /** What the run starts from. */
  protected abstract inputs(): Promise<Inputs<T>>;
  /** What is asked for once the run is made. */
  protected async afterwards(): Promise<void> {}

  get phase(): Phase {
    if (this.released) return 'done';
    if (this.error) return this.error.kind === 'unsupported' ? 'blocked' : 'idle';
    if (this.end.signal.aborted) return 'idle';
    const { run } = this;
    if (!run) return 'loading';
    switch (run.state) {
      case 'creating':
        return 'loading';
      case 'paused':
        return run.status.progress > 0 ? 'paused' : 'idle';
      case 'stopped':
      case 'failed':
        return 'idle';
      default:
        return run.state;
    }
  }

  get status(): RunStatus<T> {
    return this.run?.status ?? { unit: 0, units: 0, progress: 0, ms: 0, workers: 1, metrics: {} };
  }

  metric(name: keyof Metrics<T>): number | undefined {
    return this.status.metrics[name];
  }

  get ended(): boolean {
    return this.end.signal.aborted || this.error !== undefined;
  }

  async start(wish: Wish): Promise<void> {
    this.wish = wish;
    try {
      const inputs = await this.inputs();
      if (this.ended) return;
      this.changed();
      // The state holds what the tables allow: its types are the generated ones.
      const run = this.engine.run(this.task, this.params as never, inputs, { signal: this.end.signal });
      this.run = run;
      run.watch(() => this.watched(run));
      this.go(this.wish);
      await run.created;
      await this.afterwards();
    } catch (error) {
      this.fail(error);
    }
  }

  private watched(run: Run<T>): void {
    const { unit } = run.status;
    for (const name of this.curveNames) (this.curves[name] ??= [])[unit] ??= this.metric(name);
    if (run.error && run.error.kind !== 'cancelled') return this.fail(run.error);
    if (run.status.progress > 0) void this.fetch();
    this.changed();
  }

  /** One picture is asked for at a time; what changed meanwhile is asked for afterwards. While it runs, fetching takes at
   * most a twentieth of the time: of a large photo it holds the engine for a second. */
  private async fetch(): Promise<void> {
    this.stale = true;
    const { run } = this;
    if (this.fetching || !run) return;
    this.fetching = true;
    try {
      const early = () => (run.state as string) === 'running' && performance.now() < this.nextFetch;
      while (this.stale && !early() && !this.ended && !this.released) {
        this.stale = false;
        const start = performance.now();
        const { width, height } = this.size;
        const scale =
          run.state === 'done' ? 1 : Math.max(1, Math.ceil(Math.sqrt((width * height) / SEEN_PIXELS)));
        const picture = await wholeOutput(run, this.size, scale, () => this.ended || this.released);
        const now = performance.now();
        this.nextFetch = now + FETCH_PAUSE * (now - start);
        if (picture) this.restored = { picture, width, height };
        if (scale > 1 && (run.state as string) === 'done') this.stale = true;
        this.changed();
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.fetching = false;
    }
    if (this.settled) this.changed();
  }

  protected fail(error: unknown): void {
    const it =
      error instanceof EngineError
        ? error
        : new EngineError('internal', `Something went wrong: ${String((error as Error)?.message ?? error)}`);
    if (it.kind === 'cancelled' || this.end.signal.aborted || this.error || this.released) return;
    this.error = it;
    this.changed();
  }

  // ---- Who shows it: of two figures in one page each has jobs of its own

  freeFor(demo: object): boolean {
    return !this.shownBy || this.shownBy === demo;
  }

  shown(by: object, changed: () => void): void {
    this.shownBy = by;
    this.changed = changed;
  }

  /** What it still reports is not shown. */
  leave(): void {
    this.shownBy = undefined;
    this.changed = () => {};
    this.release();
  }

  // ---- Verbs

  go(wish: Wish): void {
    this.wish = wish; // also for a run that is not made yet
    if (wish === 'play') this.run?.play();
    else if (wish === 'step') this.run?.step();
    else this.run?.pause();
  }

  stop(): void {
    if (!this.released) this.end.abort();
    this.changed();
  }

  /** Lets go of the engine's memory. What was shown can still be shown. */
  release(): void {
    if (!this.settled) return this.stop();
    this.released = true;
    this.run?.stop();
  }

  /** Whether live parameters reach it. */
  get live(): boolean {
    return this.run !== undefined && !this.ended && !this.released;
  }

  /** Live parameters: no new run. */
  async set(params: State): Promise<void> {
    Object.assign(this.params, params);
    this.setting++;
    try {
      await this.run?.set(params as never);
      if (this.status.progress > 0) void this.fetch();
    } catch (error) {
      this.fail(error);
    } finally {
      this.setting--;
    }
  }

  /** Done, and its result is here as it will stay. */
  get settled(): boolean {
    return this.result !== undefined && !this.fetching && !this.setting;
  }

  /** The full result, when done. */
  get result(): ImageData | undefined {
    const { restored } = this;
    return this.phase === 'done' && restored?.picture.width === this.size.width
      ? restored.picture
      : undefined;
  }
}
