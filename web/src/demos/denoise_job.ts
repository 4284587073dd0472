// One run of denoising, from a clean or noisy picture to the restored one: adds noise where asked, starts `epll`, fetches
// previews while it runs, records a value per pass, and asks `noise_level` what kind of noise there is. Draws nothing.
import {
  EngineError,
  imageDataFrom,
  type Engine,
  type Metrics,
  type Run,
  type RunStatus,
  type Tensor,
} from '../engine';
import type { State } from '../lib/state';
import { half, halfTensor, inputOf, pixelsOf } from '../lib/pixels';
import type { Phase } from '../ui/verbs';

/** Previews have at most about this many pixels: the canvas shows no more. */
const PREVIEW_PIXELS = 1.2e6;

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

export class DenoiseJob {
  /** What is restored, for the eye: clipped to [0,1]. */
  noisy: ImageData | undefined;
  /** The clean picture or the one that was given, at the size worked on. */
  readonly original: ImageData;
  restored: RestoredPicture | undefined;
  report: NoiseReport | undefined;
  error: EngineError | undefined;
  /** By pass: [psnr, objective] as first seen. */
  readonly psnr: (number | undefined)[] = [];
  readonly objective: (number | undefined)[] = [];

  private run: Run<'epll'> | undefined;
  private readonly end = new AbortController();
  private fetching = false;
  private stale = false;

  constructor(
    private readonly engine: Engine,
    private readonly source: ImageData,
    readonly grey: boolean,
    readonly settings: JobSettings,
    private readonly changed: () => void,
  ) {
    this.original = settings.half ? half(source) : source;
  }

  get phase(): Phase {
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
    try {
      const input = await this.prepare();
      if (this.ended) return;
      this.changed();
      const clean = this.settings.noise ? { clean: inputOf(this.original, this.grey) } : {};
      // The state holds what the tables allow: its types are the generated ones.
      const run = this.engine.run(
        'epll',
        this.settings.epll as never,
        { image: input, ...clean },
        { signal: this.end.signal },
      );
      this.run = run;
      run.watch(() => this.watched(run));
      this.go(wish);
      await run.created;
      await this.measure(input);
    } catch (error) {
      this.fail(error);
    }
  }

  private async prepare(): Promise<Tensor> {
    const { noise } = this.settings;
    if (!noise) {
      this.noisy = this.original;
      return inputOf(this.original, this.grey);
    }
    const { signal } = this.end;
    const image = inputOf(this.source, this.grey);
    const { outputs } = await this.engine.call('add_noise', noise as never, { image }, ['noisy'], { signal });
    const noisy = this.settings.half ? halfTensor(outputs.noisy) : outputs.noisy;
    this.noisy = pixelsOf(noisy);
    return noisy;
  }

  private async measure(image: Tensor): Promise<void> {
    const { signal } = this.end;
    const { metrics } = await this.engine.call('noise_level', {}, { image }, [], { signal });
    const { kind = 1, sigma = 0, correlation = 1 } = metrics;
    this.report = { kind, sigma, correlation };
    this.changed();
  }

  private watched(run: Run<'epll'>): void {
    const { unit } = run.status;
    if (this.psnr[unit] === undefined) {
      this.psnr[unit] = this.metric('psnr');
      this.objective[unit] = unit ? this.metric('objective') : undefined;
    }
    if (run.error && run.error.kind !== 'cancelled') return this.fail(run.error);
    if (run.status.progress > 0) void this.preview();
    this.changed();
  }

  /** One preview is asked for at a time; what changed meanwhile is asked for afterwards. */
  private async preview(): Promise<void> {
    this.stale = true;
    if (this.fetching || !this.run) return;
    this.fetching = true;
    try {
      while (this.stale && !this.ended) {
        this.stale = false;
        const { width, height } = this.original;
        const scale =
          this.run.state === 'done'
            ? 1
            : Math.max(1, Math.ceil(Math.sqrt((width * height) / PREVIEW_PIXELS)));
        const pixels = await this.run.output('restored', { as: 'rgba8', scale });
        this.restored = { picture: imageDataFrom(pixels), width, height };
        if (scale > 1 && (this.run.state as string) === 'done') this.stale = true;
        this.changed();
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.fetching = false;
    }
  }

  private fail(error: unknown): void {
    const it =
      error instanceof EngineError
        ? error
        : new EngineError('internal', `Something went wrong: ${String((error as Error)?.message ?? error)}`);
    if (it.kind === 'cancelled' || this.end.signal.aborted || this.error) return;
    this.error = it;
    this.changed();
  }

  // ---- Verbs

  go(wish: Wish): void {
    if (wish === 'play') this.run?.play();
    else if (wish === 'step') this.run?.step();
    else this.run?.pause();
  }

  stop(): void {
    this.end.abort();
    this.changed();
  }

  /** Live parameters: no new run. */
  async set(params: State): Promise<void> {
    try {
      await this.run?.set(params as never);
      if (this.status.progress > 0) await this.preview();
    } catch (error) {
      this.fail(error);
    }
  }

  /** The full result, when done. */
  get result(): ImageData | undefined {
    const { restored, original } = this;
    return this.phase === 'done' && restored?.picture.width === original.width ? restored.picture : undefined;
  }
}
