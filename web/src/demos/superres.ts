// Super-resolution: of a small picture, or of one that is made small first so that the gain can be measured.
import type { Picture } from '../lib/decode';
import { inputOf, pixelsOf } from '../lib/pixels';
import { canvasOf } from '../lib/save';
import { viewTabs } from '../ui/bench';
import type { Layer } from '../ui/compare_view';
import type { DemoContext, MountedDemo } from './index';
import { RestoreDemo, type Setting } from './restore_demo';
import { known } from './restore_fields';
import type { RestoreJob } from './restore_job';
import { SAMPLE, fields, own, paramsOf, sources, views } from './superres_state';
import { code, command, words } from './superres_text';

class Superres extends RestoreDemo {
  protected readonly before = 'bicubic';
  private readonly sources: ReturnType<typeof viewTabs>;
  /** Pixels of the small picture as squares, of the result's size. */
  private small: { of: unknown; layer: Layer } | undefined;

  constructor(context: DemoContext) {
    const from = viewTabs(
      sources.map(({ value, label }) => ({ id: value, label })),
      (id) => this.bench.change({ from: id }),
      'The picture',
    );
    super(context, {
      ...{ task: 'superres', sample: SAMPLE, views, fields, words, command, code, scale: 4 },
      sections: [
        { title: 'Picture', controls: [from.element] },
        { title: 'Restoration', controls: known(own, 'scale', 'quality', 'sigma') },
      ],
      more: known(own, 'colour', 'prior', 'schedule'),
    });
    this.sources = from;
    this.begin();
  }

  protected override stateShown(): void {
    this.sources.show(String(this.state.from));
  }

  protected override ownPicture(): void {
    this.bench.follow({ from: 'own' });
  }

  protected setting(picture: Picture): Setting {
    const { scale } = this.state as { scale: number };
    const shrunk = this.state.from === 'shrink';
    return {
      params: paramsOf(this.state),
      base: `${this.state.from} ${scale}`,
      prepare: async (signal) => {
        const image = inputOf(picture.image, picture.grey);
        if (!shrunk) {
          const { width, height } = picture.image;
          return { image, size: { width: width * scale, height: height * scale } };
        }
        const { outputs } = await this.bench.engine.call('shrink', { scale }, { image }, ['small', 'clean'], {
          signal,
        });
        const clean = pixelsOf(outputs.clean);
        return {
          image: outputs.small,
          clean: { tensor: outputs.clean, picture: clean },
          size: { width: clean.width, height: clean.height },
        };
      },
    };
  }

  protected override layerOf(): Layer | undefined {
    const { job } = this;
    const image = job?.prepared?.image;
    if (!job || !image) return undefined;
    if (this.small?.of !== image) {
      const pixels = image.dtype === 'u8' ? this.photos.picture!.image : pixelsOf(image);
      const canvas = document.createElement('canvas');
      Object.assign(canvas, job.size);
      const context = canvas.getContext('2d')!;
      context.imageSmoothingEnabled = false;
      context.drawImage(canvasOf(pixels), 0, 0, canvas.width, canvas.height);
      const label = `small, ${pixels.width} × ${pixels.height}`;
      this.small = { of: image, layer: { picture: canvas, ...job.size, label } };
    }
    return this.small.layer;
  }

  protected sentence(job: RestoreJob | undefined): string {
    if (!job?.prepared) return '';
    const scale = Number(this.state.scale);
    const { width, height } = job.size;
    const known = Math.round((width / scale) * (height / scale)).toLocaleString('en');
    return `Of ${(width * height).toLocaleString('en')} pixels, ${known} numbers per channel were known: one to ${scale * scale}.`;
  }
}

export const mount = (context: DemoContext): MountedDemo => new Superres(context);
