// One run of a restoration with an operator: what it starts from is prepared first, and what it compares its result with
// is asked for.
import { imageDataFrom, type Engine, type Inputs, type OutputName, type Tensor } from '../engine';
import { Kept } from '../lib/kept';
import { isSmall } from '../engine/detect';
import type { State } from '../lib/state';
import type { Size } from '../lib/view';
import { PictureJob, type PictureTask } from './picture_job';

export type RestoreTask = Exclude<PictureTask, 'epll'>;

export type Prepared = {
  /** The input "image". */
  image: Tensor;
  /** Other inputs: mask, kernel, path. */
  more?: Record<string, Tensor>;
  /** The truth, where it is known, for the engine and for the eye. */
  clean?: { tensor: Tensor; picture: ImageData };
  /** What the result is compared with, of its size; absent: what the task itself gives. */
  before?: ImageData;
  /** Of the result. */
  size: Size;
};

export type Figure = 'psnr' | 'psnr_given' | 'ssim' | 'ssim_given' | 'sigma' | 'residual' | 'missing';

export class RestoreJob<T extends RestoreTask = RestoreTask> extends PictureJob<T> {
  before: ImageData | undefined;

  constructor(
    engine: Engine,
    task: T,
    params: State,
    private readonly preparing: (signal: AbortSignal) => Promise<Prepared>,
    /** Of another job that starts from the same. */
    public prepared?: Prepared,
  ) {
    super(engine, task, params, ['psnr', 'residual'] as never[]);
    this.before = prepared?.before;
  }

  get size(): Size {
    return this.prepared?.size ?? { width: 1, height: 1 };
  }

  figure(name: Figure): number | undefined {
    return this.metric(name as never);
  }

  protected async inputs(): Promise<Inputs<T>> {
    this.prepared ??= await this.preparing(this.end.signal);
    const { image, more, clean, before } = this.prepared;
    this.before ??= before;
    return { image, ...more, ...(clean && { clean: clean.tensor }) } as unknown as Inputs<T>;
  }

  protected override async afterwards(): Promise<void> {
    if (this.before || !this.run) return;
    const { width, height } = this.size;
    const pixels = await this.run.output('given' as OutputName<T>, { as: 'rgba8' });
    if (pixels.shape[1] === width && pixels.shape[0] === height) this.before = imageDataFrom(pixels);
    this.changed();
  }

  /** What it holds in the page's memory. */
  get buffers(): ArrayBufferLike[] {
    const { before, restored, prepared } = this;
    const pictures = [before, restored?.picture, prepared?.clean?.picture];
    const tensors = [prepared?.image, prepared?.clean?.tensor, ...Object.values(prepared?.more ?? {})];
    return [...pictures, ...tensors].flatMap((it) => (it ? [it.data.buffer] : []));
  }
}

/** The same picture with the same parameters comes back at once. */
export const results = new Kept<RestoreJob>(isSmall() ? 32e6 : 128e6, (job) => job.buffers);
