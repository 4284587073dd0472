// One run of denoising: adds noise where asked, and asks `noise_level` what kind of noise there is.
import type { Engine, Inputs, Tensor } from '../engine';
import type { Picture } from '../lib/decode';
import { half, halfTensor, inputOf, pixelsOf, reduced } from '../lib/pixels';
import type { State } from '../lib/state';
import type { Size } from '../lib/view';
import { PictureJob } from './picture_job';

/** What kind of noise there is shows in a part of that size; all of a large photo would hold the engine for seconds. */
const PROBE_SIDE = 1024;

export type JobSettings = {
  /** Params of add_noise; absent: the picture is taken as it is. */
  noise: State | undefined;
  /** Params of epll. */
  epll: State;
  /** Work on half the size; noise is added before. */
  half: boolean;
};

export type NoiseReport = { kind: number; sigma: number; correlation: number };

/** What a run starts from: the picture with noise, for the engine and for the eye. Runs that differ only in their
 * parameters of `epll` share one. */
export type Prepared = {
  input: Tensor;
  /** Clipped to [0,1]. */
  noisy: ImageData;
  report?: NoiseReport;
};

export class DenoiseJob extends PictureJob<'epll'> {
  prepared: Prepared | undefined;
  /** The clean picture or the one that was given, at the size worked on. */
  readonly original: ImageData;

  /** `earlier`: another job of the same picture and noise, for what it has prepared. */
  constructor(
    engine: Engine,
    private readonly picture: Picture,
    readonly settings: JobSettings,
    earlier?: DenoiseJob,
  ) {
    super(engine, 'epll', settings.epll, ['psnr', 'objective']);
    this.original = earlier?.original ?? (settings.half ? half(picture.image) : picture.image);
    this.prepared = earlier?.prepared;
  }

  get size(): Size {
    return this.original;
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

  /** Of the unclipped noisy picture. */
  get noisyPsnr(): number | undefined {
    return this.metric('psnr_noisy');
  }

  protected async inputs(): Promise<Inputs<'epll'>> {
    this.prepared ??= await this.prepare();
    const clean = this.settings.noise ? { clean: inputOf(this.original, this.grey) } : {};
    return { image: this.prepared.input, ...clean };
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

  protected override async afterwards(): Promise<void> {
    const { prepared } = this;
    if (!prepared || prepared.report) return;
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

  /** What it holds in the page's memory. */
  get buffers(): ArrayBufferLike[] {
    const { original, restored, prepared } = this;
    const pictures = [original, restored?.picture, prepared?.noisy].flatMap((it) =>
      it ? [it.data.buffer] : [],
    );
    return [...pictures, ...(prepared ? [prepared.input.data.buffer] : [])];
  }
}
