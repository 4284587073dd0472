// Previews while a slider is dragged: the visible part, at the fastest quality, on as many pixels as this machine
// restores in time. Where the part has more, it is first reduced by means of f x f boxes, which divide the deviation of
// white noise by f; sigma is divided likewise. Of a colour picture the brightness alone is restored where the colours of
// an earlier result are at hand: they hardly depend on sigma, and cost two thirds of the time.
import { imageDataFrom, tensorFrom, type Engine, type Pixels, type Tensor } from '../engine';
import { reduced } from '../lib/pixels';
import type { State } from '../lib/state';
import type { Part } from '../lib/view';
import { epllSpecs } from './denoise_state';

export type Preview = {
  picture: ImageData;
  /** Where it belongs in the picture worked on. */
  part: Part;
  /** Side of the boxes it was reduced by. */
  f: number;
  /** From being asked for to the answer of the engine. */
  ms: number;
};

/** Of the 100 ms to a preview on screen, what the engine gets; the rest is messages, drawing, and what else runs. */
const GOAL_MS = 60;
const FIRST_PIXELS = 12_000;
/** Below so few the time of a preview hardly shrinks: the Gaussians are prepared for each. */
const [FEWEST, MOST] = [12_000, 1e6];

/** How many pixels are restored in GOAL_MS, from how long earlier ones took. */
export class Pace {
  pixels = FIRST_PIXELS;

  took(pixels: number, ms: number): void {
    const goal = (pixels * GOAL_MS) / Math.max(ms, 1);
    // Up with care, down at once: a preview that is late is worse than one that is coarse.
    const next = goal > this.pixels ? (this.pixels + goal) / 2 : goal;
    this.pixels = Math.min(MOST, Math.max(FEWEST, next));
  }
}

/** Side of the boxes: the smallest that leaves at most so many pixels. */
export const boxSide = ({ width, height }: Part, pixels: number): number =>
  Math.max(1, Math.ceil(Math.sqrt((width * height) / pixels)));

const fastest: State = epllSpecs
  .find(({ name }) => name === 'quality')
  ?.choices?.some(({ value }) => value === 'fast')
  ? { quality: 'fast' }
  : {};

/** Parameters of `epll` for a picture whose noise has been divided by that. */
export const previewParams = (epll: State, divisor: number): State => ({
  ...epll,
  ...fastest,
  sigma: Number(epll.sigma) / divisor,
});

/** The mean of the three colours, in which the task restores brightness: white noise is divided by sqrt(3). */
export function brightness({ shape, data }: Tensor): Tensor {
  const [, height = 1, width = 1] = shape;
  const n = height * width;
  const mean = Float32Array.from({ length: n }, (_, i) => (data[i]! + data[n + i]! + data[2 * n + i]!) / 3);
  return { dtype: 'f32', shape: [1, height, width], data: mean };
}

/** Of a brightness as pixels, and colours of another picture of that size. */
export function coloured(bright: ImageData, colours: Tensor): ImageData {
  const { width, height } = bright;
  const [n, { data }] = [width * height, colours];
  const image = new ImageData(width, height);
  for (let i = 0; i < n; i++) {
    const shift = bright.data[4 * i]! - (255 / 3) * (data[i]! + data[n + i]! + data[2 * n + i]!);
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = 255 * data[c * n + i]! + shift; // clamps and rounds
    image.data[4 * i + 3] = 255;
  }
  return image;
}

/** Whether a preview can tell what that parameter does: auto would measure the noise of the reduced picture. */
export const canPreview = (name: string, epll: State): boolean =>
  epll.sigma !== 'auto' && epllSpecs.some((spec) => spec.name === name && spec.type === 'number');

export type Wish = {
  /** The noisy picture. */
  input: Tensor;
  /** Another picture of that size whose colours will do. */
  colours: ImageData | undefined;
  part: Part;
  epll: State;
};

/** What the engine restores, and colours to put on it. */
type Small = { picture: Tensor; colours: Tensor | undefined };

const channelsOf = ({ dtype, shape }: Tensor): number => (dtype === 'u8' ? 3 : (shape[0] ?? 1));

/** By number of planes restored; of this machine, so it outlives a demo. */
const paces = new Map<number, Pace>();

function paceFor(planes: number): Pace {
  const pace = paces.get(planes) ?? new Pace();
  paces.set(planes, pace);
  return pace;
}

/** One preview under way, only the newest wish waiting. (The engine's lanes do the same; here the wish is cut and sized
 * only when its turn has come.) */
export class Previewer {
  private wish: (Wish & { asked: number }) | undefined;
  private busy = false;
  private last: { of: Wish; f: number; small: Small } | undefined;
  private idle: (() => void)[] = [];
  private end = new AbortController();

  constructor(
    private readonly engine: Engine,
    private readonly show: (preview: Preview) => void,
  ) {}

  ask(wish: Wish): void {
    this.wish = { ...wish, asked: performance.now() };
    if (!this.busy) void this.work();
  }

  /** Resolves when nothing is under way or waits. */
  done(): Promise<void> {
    return this.busy ? new Promise((resolve) => this.idle.push(resolve)) : Promise.resolve();
  }

  /** Gives up what is under way; nothing more is shown of it. */
  stop(): void {
    this.end.abort();
    this.end = new AbortController();
    this.wish = this.last = undefined;
  }

  private async work(): Promise<void> {
    this.busy = true;
    while (this.wish) {
      const { wish } = this;
      this.wish = undefined;
      try {
        await this.answer(wish, this.end.signal);
      } catch {
        // Given up, or the engine failed: the full run says so.
      }
    }
    this.busy = false;
    this.idle.splice(0).forEach((go) => go());
  }

  private async answer(wish: Wish & { asked: number }, signal: AbortSignal): Promise<void> {
    const { part, epll, asked } = wish;
    const grey = channelsOf(wish.input) === 1 || epll.colour === 'grey';
    const bright = !grey && wish.colours !== undefined;
    const pace = paceFor(grey || bright ? 1 : 3);
    const f = boxSide(part, pace.pixels);
    const { picture, colours } = this.smallOf(wish, f);
    const [, height = 1, width = 1] = picture.shape;
    const start = performance.now();
    const { outputs } = await this.engine.call(
      'epll',
      previewParams(epll, colours ? f * Math.sqrt(3) : f) as never,
      { image: picture },
      ['restored'],
      { as: 'rgba8', lane: 'preview', signal },
    );
    pace.took(width * height, performance.now() - start);
    if (signal.aborted) return;
    const restored = imageDataFrom(outputs.restored as Pixels);
    const seen = {
      ...{ x: part.x, y: part.y },
      width: Math.min(part.width, width * f),
      height: Math.min(part.height, height * f),
    };
    this.show({
      ...{ picture: colours ? coloured(restored, colours) : restored, part: seen, f },
      ms: performance.now() - asked,
    });
  }

  /** Kept while only parameters change. */
  private smallOf(wish: Wish, f: number): Small {
    const { last } = this;
    const { input, colours, part } = wish;
    const same = (a: Wish) =>
      a.input === input &&
      a.colours === colours &&
      a.epll.colour === wish.epll.colour &&
      a.part.x === part.x &&
      a.part.y === part.y &&
      a.part.width === part.width &&
      a.part.height === part.height;
    if (last && last.f === f && same(last.of)) return last.small;
    const picture = reduced(input, part, f);
    const split = channelsOf(picture) === 3 && wish.epll.colour !== 'grey' && colours;
    const small = split
      ? { picture: brightness(picture), colours: reduced(tensorFrom(colours), part, f) }
      : { picture, colours: undefined };
    this.last = { of: wish, f, small };
    return small;
  }
}
