// One run of denoising, from a clean or noisy picture to the restored one: adds noise where asked, starts `epll`, fetches
// what there is while it runs, records a value per pass, and asks `noise_level` what kind of noise there is. A job that is
// done can let go of the engine and be shown again later. Draws nothing.
import { EngineError, type Engine, type Metrics, type Run, type RunStatus, type Tensor } from '../engine';
import type { Picture } from '../lib/decode';
import type { State } from '../lib/state';
import { half, halfTensor, inputOf, pixelsOf, reduced } from '../lib/pixels';
import { wholeOutput } from './denoise_output';
import type { Phase } from '../ui/verbs';

/** While it runs, at most about this many pixels are fetched: the canvas shows no more. */
const SEEN_PIXELS = 1.2e6;
/** Times as long as fetching took, before it is done again. */
const FETCH_PAUSE = 19;
/** What kind of noise there is shows in a part of that size; all of a large photo would hold the engine for seconds. */
const PROBE_SIDE = 1024;

export type Wish = 'play' | 'step' | 'hold';

export type JobSettings = {
  /** Params of add_noise; absent: the picture is taken as it is. */
  noise: State | undefined;
  /** Params of epll. */
  epll: State;
  /** Work on half the size; noise is added before. */
  half: boolean;
};

export type NoiseReport = { kind: number; sigma: number; correlation: number };

export type RestoredPicture = { picture: ImageData; width: number; height: number };

/** What a run starts from: the picture with noise, for the engine and for the eye. Runs that differ only in their
 * parameters of `epll` share one. */
export type Prepared = {
  input: Tensor;
  /** Clipped to [0,1]. */
  noisy: ImageData;
  report?: NoiseReport;
};

export class DenoiseJob {
  prepared: Prepared | undefined;
  /** The clean picture or the one that was given, at the size worked on. */
  readonly original: ImageData;
  restored: RestoredPicture | undefined;
  error: EngineError | undefined;
  /** By pass: [psnr, objective] as first seen. */
  readonly psnr: (number | undefined)[] = [];
  readonly objective: (number | undefined)[] = [];
  /** Called after every change. */
  changed: () => void = () => {};
  /** Who shows it: of two demos in one page each has jobs of its own. */
  shownBy: object | undefined;

  private run: Run<'epll'> | undefined;
  private readonly end = new AbortController();
  private wish: Wish = 'hold';
  private fetching = false;
  private stale = false;
  private nextFetch = 0;
  private setting = 0;
  private released = false;

  /** `earlier`: another job of the same picture and noise, for what it has prepared. */
  constructor(
    private readonly engine: Engine,
    private readonly picture: Picture,
    readonly settings: JobSettings,
    earlier?: DenoiseJob,
  ) {
    this.original = earlier?.original ?? (settings.half ? half(picture.image) : picture.image);
    this.prepared = earlier?.prepared;
  }

  get grey(): boolean {
    return this.picture.grey;
  }

  get noisy(): ImageData | undefined {
    return this.prepared?.noisy;
  }

  get report(): NoiseReport | undefined {
    return this.prepared?.report;
  }

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

  get status(): RunStatus<'epll'> {
    return this.run?.status ?? { unit: 0, units: 0, progress: 0, ms: 0, workers: 1, metrics: {} };
  }

  /** Of the unclipped noisy picture. */
  get noisyPsnr(): number | undefined {
    return this.metric('psnr_noisy');
  }

  metric(name: keyof Metrics<'epll'>): number | undefined {
    return this.status.metrics[name];
  }

  get ended(): boolean {
    return this.end.signal.aborted || this.error !== undefined;
  }

  async start(wish: Wish): Promise<void> {
    this.wish = wish;
    try {
      this.prepared ??= await this.prepare();
      const { prepared } = this;
      if (this.ended) return;
      this.changed();
      const clean = this.settings.noise ? { clean: inputOf(this.original, this.grey) } : {};
      // The state holds what the tables allow: its types are the generated ones.
      const run = this.engine.run(
        'epll',
        this.settings.epll as never,
        { image: prepared.input, ...clean },
        { signal: this.end.signal },
      );
      this.run = run;
      run.watch(() => this.watched(run));
      this.go(this.wish);
      await run.created;
      await this.measure(prepared);
    } catch (error) {
      this.fail(error);
    }
  }

  private async prepare(): Promise<Prepared> {
    const { noise } = this.settings;
    if (!noise) return { noisy: this.original, input: inputOf(this.original, this.grey) };
    const { signal } = this.end;
    const image = inputOf(this.picture.image, this.grey);
    const { outputs } = await this.engine.call('add_noise', noise as never, { image }, ['noisy'], { signal });
    const input = this.settings.half ? halfTensor(outputs.noisy) : outputs.noisy;
    return { input, noisy: pixelsOf(input) };
  }

  private async measure(prepared: Prepared): Promise<void> {
    if (prepared.report) return;
    const { signal } = this.end;
    const { width, height } = this.original;
    const [wide, high] = [Math.min(width, PROBE_SIDE), Math.min(height, PROBE_SIDE)];
    const middle = { x: (width - wide) >> 1, y: (height - high) >> 1, width: wide, height: high };
    const image = wide * high < width * height ? reduced(prepared.input, middle, 1) : prepared.input;
    const { metrics } = await this.engine.call('noise_level', {}, { image }, [], { signal });
    const { kind = 1, sigma = 0, correlation = 1 } = metrics;
    prepared.report = { kind, sigma, correlation };
    this.changed();
  }

  private watched(run: Run<'epll'>): void {
    const { unit } = run.status;
    if (this.psnr[unit] === undefined) {
      this.psnr[unit] = this.metric('psnr');
      this.objective[unit] = unit ? this.metric('objective') : undefined;
    }
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
        const { width, height } = this.original;
        const scale =
          run.state === 'done' ? 1 : Math.max(1, Math.ceil(Math.sqrt((width * height) / SEEN_PIXELS)));
        const picture = await wholeOutput(run, this.original, scale, () => this.ended || this.released);
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

  private fail(error: unknown): void {
    const it =
      error instanceof EngineError
        ? error
        : new EngineError('internal', `Something went wrong: ${String((error as Error)?.message ?? error)}`);
    if (it.kind === 'cancelled' || this.end.signal.aborted || this.error || this.released) return;
    this.error = it;
    this.changed();
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
    Object.assign(this.settings.epll, params);
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
    const { restored, original } = this;
    return this.phase === 'done' && restored?.picture.width === original.width ? restored.picture : undefined;
  }

  /** What it holds in the page's memory. */
  get buffers(): ArrayBufferLike[] {
    const { original, restored, prepared } = this;
    const pictures = [original, restored?.picture, prepared?.noisy].flatMap((it) =>
      it ? [it.data.buffer] : [],
    );
    return [...pictures, ...(prepared ? [prepared.input.data.buffer] : [])];
  }
}
