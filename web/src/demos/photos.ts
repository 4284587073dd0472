// A photo for the demos of patches: a sample or a file of one's own, by the name that the state holds, as grey values.
import type { Tensor } from '../engine';
import type { Picture } from '../lib/decode';
import { Source } from '../ui/source';
import type { Workbench } from '../ui/workbench';
import { DenoisePictures } from './denoise_pictures';
import { ownImage, samples } from './denoise_state';

/** Larger photos are made so small: patches of a few pixels are looked at. */
const MOST_PIXELS = 2e6;

export class Photos {
  readonly source = new Source(samples, {
    file: (file) => this.open(file),
    sample: (id) => this.bench().change({ image: id }),
  });
  picture: Picture | undefined;
  private pictures: DenoisePictures | undefined;

  /** `changed`: another photo is there. `limit`: larger ones are offered at smaller sizes; absent: they are made small. */
  constructor(
    private readonly bench: () => Workbench,
    private readonly fallback: string,
    private readonly changed: () => void,
    private readonly limit?: number,
  ) {}

  private get known(): DenoisePictures {
    this.pictures ??= new DenoisePictures(
      this.bench().notices,
      {
        use: (picture, own) => this.use(picture, own),
        say: (text) => this.bench().say(text),
      },
      this.limit,
    );
    return this.pictures;
  }

  /** The one that the state names; where a link was made with somebody's own picture, a sample. */
  show(): void {
    const { state, notices } = this.bench();
    const { known } = this;
    known.stop();
    if (state.image === ownImage) {
      if (known.own) return this.use(known.own, true);
      notices.tell({
        topic: 'picture',
        text: 'This link was made with a picture that is not here: a sample instead.',
      });
    }
    if (!samples.some(({ id }) => id === state.image)) this.bench().follow({ image: this.fallback });
    const chosen = samples.find(({ id }) => id === this.bench().state.image)!;
    void known.sample(chosen);
  }

  open(file: File): void {
    void this.known.open(file, this.limit ? undefined : MOST_PIXELS);
  }

  private use(picture: Picture, own: boolean): void {
    const bench = this.bench();
    if (own && bench.state.image !== ownImage) return bench.change({ image: ownImage });
    this.picture = picture;
    this.source.choose(own ? undefined : picture.name);
    bench.notices.clear('picture-error');
    if (picture.notes.length) bench.notices.tell({ topic: 'picture', text: picture.notes.join(' ') });
    this.changed();
  }

  stop(): void {
    this.pictures?.stop();
  }
}

/** Rec. 601 luma on the [0,1] scale, f32 (1, H, W). */
export function greyOf({ image: { data, width, height } }: Picture): Tensor & { dtype: 'f32' } {
  const plane = Float32Array.from(
    { length: width * height },
    (_, i) => (0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!) / 255,
  );
  return { dtype: 'f32', shape: [1, height, width], data: plane };
}

/** The patch whose first pixel is (x, y), f32 (S, S). */
export function cutPatch(
  { shape, data }: Tensor,
  x: number,
  y: number,
  side: number,
): Tensor & { dtype: 'f32' } {
  const width = shape.at(-1)!;
  const patch = Float32Array.from(
    { length: side * side },
    (_, i) => data[(y + Math.floor(i / side)) * width + x + (i % side)]!,
  );
  return { dtype: 'f32', shape: [side, side], data: patch };
}
