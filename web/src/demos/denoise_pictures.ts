// Pictures of the denoise demo: samples and files, opened one at a time; an earlier one that arrives later is dropped.
// What cannot be opened is told in a sentence, with what can be done.
import type { Description } from '../engine';
import { description } from '../engine/describe.gen';
import { isSmall } from '../engine/detect';
import { decode, PictureError, TooLarge, type Picture } from '../lib/decode';
import { size } from '../lib/format';
import { mostPixels } from '../lib/limits';
import type { Notices } from '../ui/notices';
import type { Sample } from '../ui/source';

/** The picture opened last in this tab, so that the back button finds it again. */
let lastOwn: Picture | undefined;
/** By identity they find their results. */
const samples = new Map<string, Picture>();

/** In colour: whether a picture is grey is known only when it has been decoded. */
const limit = mostPixels((description as Description).tasks.epll!.memory!, 3, isSmall());

export type PictureHandlers = {
  /** `own`: a person's, not a sample. */
  use(picture: Picture, own: boolean): void;
  say(text: string): void;
};

export class DenoisePictures {
  private turn = 0;

  constructor(
    private readonly notices: Notices,
    private readonly on: PictureHandlers,
    /** Pixels above which a smaller size is offered. */
    private readonly most = limit,
  ) {}

  /** What was opened before is used at once. */
  get own(): Picture | undefined {
    return lastOwn;
  }

  has(sample: Sample): boolean {
    return samples.has(sample.id);
  }

  async sample(chosen: Sample): Promise<void> {
    const turn = ++this.turn;
    const known = samples.get(chosen.id);
    if (known) return this.on.use(known, false);
    try {
      const answer = await fetch(chosen.url);
      if (!answer.ok) throw new Error(String(answer.status));
      const picture = await decode(await answer.blob(), { name: chosen.id });
      samples.set(chosen.id, picture);
      if (turn === this.turn) this.on.use(picture, false);
    } catch {
      if (turn !== this.turn) return;
      const text = `The sample photo "${chosen.title}" could not be loaded: the connection failed. Your own photos work without one.`;
      this.notices.tell({
        topic: 'picture-error',
        kind: 'error',
        text,
        actions: [{ label: 'Retry', action: () => void this.sample(chosen) }],
      });
    }
  }

  /** `pixels`: makes it at most so large. */
  async open(file: File, pixels?: number): Promise<void> {
    const { notices, on } = this;
    const turn = ++this.turn;
    notices.clear('picture-error');
    on.say(`Opening ${file.name || 'the picture'}.`);
    try {
      const picture = await decode(file, { pixels, limit: this.most });
      if (turn !== this.turn) return;
      lastOwn = picture;
      on.use(picture, true);
    } catch (error) {
      if (turn !== this.turn) return;
      const known = error instanceof PictureError;
      const text = known
        ? error.message
        : `This picture could not be opened: ${String((error as Error)?.message ?? error)}`;
      const sizes = error instanceof TooLarge ? error.sizes : [];
      const actions = sizes.map(({ width, height, pixels: goal }) => ({
        label: `Use ${size(width, height)}`,
        action: () => void this.open(file, goal),
      }));
      notices.tell({ topic: 'picture-error', kind: 'error', text, actions });
    }
  }

  /** Nothing that is under way is used any more. */
  stop(): void {
    this.turn++;
  }
}
