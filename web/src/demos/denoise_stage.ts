// What the stage of the denoise demo shows: which pictures, with which labels, for each view; a stored result until the
// first live one; the last result while a new one is on its way.
import { imageUrl } from '../lib/assets';
import { decibels } from '../lib/format';
import { difference } from '../lib/pixels';
import { canvasOf } from '../lib/save';
import type { State } from '../lib/state';
import type { viewTabs } from '../ui/bench';
import type { CompareView, Layer } from '../ui/compare_view';
import type { DenoiseJob } from './denoise_job';
import type { Preview } from './denoise_preview';
import type { RestoredPicture } from './picture_job';
import poster from './denoise.poster.json';
import { fields, isOwn, isView, samples, start } from './denoise_state';

const GAIN = 4;

const label = (name: string, psnr: number | undefined) =>
  psnr === undefined ? name : `${name} ${decibels(psnr)}`;

export class DenoiseStage {
  /** Lies over the restored picture until the run it announces is done. */
  preview: Preview | undefined;
  private canvases = new WeakMap<ImageData, HTMLCanvasElement>();
  private kept: { noisy?: ImageData; restored?: RestoredPicture } = {};
  private drawn: DenoiseJob | undefined;
  /** A stored result is on the stage; it stays until the first live one. */
  private stored = false;
  private apart: { of: ImageData; picture: ImageData } | undefined;

  constructor(
    private readonly view: CompareView,
    private readonly tabs: ReturnType<typeof viewTabs>,
  ) {
    view.tools.prepend(tabs.element);
  }

  /** Results of earlier runs are not shown any more. */
  forgetResult(): void {
    this.kept = {};
    this.drawn = undefined;
  }

  /** Nothing of earlier runs is shown any more; `all`: nor is a stored result. */
  forget(all = false): void {
    this.forgetResult();
    this.preview = undefined;
    if (all) this.stored = false;
  }

  /** Before anything has been computed: the stored result of the default run, else the chosen sample itself. */
  poster(state: State): void {
    const standard = fields.every(({ name }) => isView(name) || state[name] === start[name]);
    const sample = samples.find(({ id }) => id === state.image);
    if (!sample) return;
    const { width, height } = sample;
    const layer = (url: string, name: string): Layer => {
      const picture = new Image(width, height);
      picture.onload = () => this.view.redraw();
      picture.crossOrigin = '';
      picture.src = url;
      return { picture, width, height, label: name };
    };
    this.stored = standard;
    if (standard)
      this.view.show(
        layer(imageUrl(poster.noisy), label('noisy', poster.noisy_psnr)),
        layer(imageUrl(poster.restored), `stored result ${decibels(poster.psnr)}`),
      );
    else this.view.show(layer(sample.url, 'original'));
    this.tabs.show('compare', (id) => standard && id === 'compare');
  }

  private layer(picture: ImageData, name: string, size: { width: number; height: number } = picture): Layer {
    return { picture: this.canvasOf(picture), width: size.width, height: size.height, label: name };
  }

  private canvasOf(picture: ImageData): HTMLCanvasElement {
    let canvas = this.canvases.get(picture);
    if (!canvas) this.canvases.set(picture, (canvas = canvasOf(picture)));
    return canvas;
  }

  draw(job: DenoiseJob, state: State): void {
    if (job !== this.drawn) {
      if (
        this.drawn &&
        this.drawn.original.width === job.original.width &&
        this.drawn.original.height === job.original.height
      )
        this.kept = {
          noisy: this.drawn.noisy ?? this.kept.noisy,
          restored: this.drawn.restored ?? this.kept.restored,
        };
      else this.kept = {};
      this.drawn = job;
      this.canvases = new WeakMap(); // a job may be kept for long; what it looks like on a canvas need not
    }
    const own = isOwn(state) && !job.settings.noise;
    const noisy = job.noisy ?? this.kept.noisy;
    if (!noisy) return; // the poster stays
    const restored = job.restored ?? this.kept.restored;
    const { preview } = this;
    if (!restored && !preview && (job.phase === 'loading' || (this.stored && job.phase === 'running')))
      return;
    this.stored = false;
    const before = this.layer(noisy, label(own ? 'your photo' : 'noisy', job.noisyPsnr));
    const result =
      restored &&
      this.layer(
        restored.picture,
        label(job.restored ? 'restored' : 'earlier result', job.restored ? job.metric('psnr') : undefined),
        restored,
      );
    const after = preview ? this.previewed(preview, result ?? before) : result;
    const whole = restored?.picture.width === noisy.width ? restored.picture : undefined;
    const available = (id: string) =>
      id === 'original'
        ? !!job.settings.noise
        : id === 'noisy'
          ? true
          : id === 'difference'
            ? !!whole
            : !!after;
    const chosen = available(String(state.view)) ? String(state.view) : after ? 'compare' : 'noisy';
    this.tabs.show(chosen, available);
    if (chosen === 'original') this.view.show(this.layer(job.original, 'original'));
    else if (chosen === 'noisy' || !after) this.view.show(before);
    else if (chosen === 'restored') this.view.show(after);
    else if (chosen === 'difference' && whole)
      this.view.show(this.layer(this.differenceOf(noisy, whole), `noisy − restored, × ${GAIN}`));
    else this.view.show(before, after);
  }

  private previewed({ picture, part }: Preview, below: Layer): Layer {
    return { ...below, label: 'preview', patch: { picture: this.canvasOf(picture), part } };
  }

  private differenceOf(noisy: ImageData, restored: ImageData): ImageData {
    if (this.apart?.of !== restored)
      this.apart = { of: restored, picture: difference(noisy, restored, GAIN) };
    return this.apart.picture;
  }
}
