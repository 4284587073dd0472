// Points of a latent space on the page's side: as text for an address, on paths between two of them, on a
// grid; and pictures of many digits painted quickly.
import { SIDE, letters } from './digits';

/** Coordinates go from -REACH to REACH: nearly all of N(0, 1). */
export const REACH = 5;
const LEVELS = 2047;

export type Point = Float32Array;

/** Two letters for each coordinate; what lies outside goes to the border. The origin is the empty word. */
export function packedPoint(z: ArrayLike<number>): string {
  let text = '';
  let far = false;
  for (let i = 0; i < z.length; i++) {
    const level = Math.round((Math.min(REACH, Math.max(-REACH, z[i]!)) * LEVELS) / REACH);
    far ||= level !== 0;
    text += letters[(level + LEVELS) >> 6]! + letters[(level + LEVELS) & 63]!;
  }
  return far ? text : '';
}

/** Numbers of any count that `packedPoint` has written; undefined for other text. */
export function unpackedNumbers(text: string): Float32Array | undefined {
  if (text.length % 2) return undefined;
  const values = new Float32Array(text.length / 2);
  for (let i = 0; i < values.length; i++) {
    const [high, low] = [letters.indexOf(text[2 * i]!), letters.indexOf(text[2 * i + 1]!)];
    const level = 64 * high + low - LEVELS;
    if (high < 0 || low < 0 || level > LEVELS) return undefined;
    values[i] = (level * REACH) / LEVELS;
  }
  return values;
}

/** The origin for the empty word, and for a point of another space. */
export function pointOf(text: string, latents: number): Point {
  const values = unpackedNumbers(text);
  return values?.length === latents ? values : new Float32Array(latents);
}

export type Way = 'linear' | 'spherical';

const dot = (a: Point, b: Point): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
export const length = (z: Point): number => Math.sqrt(dot(z, z));

/** The point at t in [0,1] on the way from a to b: on the line, or turning from one direction to the other (Shoemake 1985; for
 * latents White 2016) while the length goes evenly from one to the other. Points on one line have no plane to turn in. */
export function between(a: Point, b: Point, t: number, way: Way): Point {
  let [from, to] = [1 - t, t];
  const [first, last] = [length(a), length(b)];
  const angle = first * last > 0 ? Math.acos(Math.min(1, Math.max(-1, dot(a, b) / (first * last)))) : 0;
  if (way === 'spherical' && Math.sin(angle) > 1e-4) {
    const scale = ((1 - t) * first + t * last) / Math.sin(angle);
    [from, to] = [(Math.sin((1 - t) * angle) * scale) / first, (Math.sin(t * angle) * scale) / last];
  }
  return a.map((v, i) => from * v + to * b[i]!);
}

/** `count` points on the way, both ends among them. */
export const path = (a: Point, b: Point, count: number, way: Way): Point[] =>
  Array.from({ length: count }, (_, i) => between(a, b, count > 1 ? i / (count - 1) : 0, way));

/** log N(z; 0, I) in nats. */
export const logPrior = (z: Point): number => -0.5 * (dot(z, z) + z.length * Math.log(2 * Math.PI));

/** Points one after the other, as a task takes them: f32 (N, D). */
export function pointsTensor(points: readonly Point[]) {
  const wide = points[0]?.length ?? 0;
  const data = new Float32Array(points.length * wide);
  points.forEach((z, i) => data.set(z, i * wide));
  return { dtype: 'f32' as const, shape: [points.length, wide], data };
}

/** Part of a plane: its middle, and half of its side, in standard deviations of the prior. */
export type PlaneView = { x: number; y: number; half: number };

export const CLOSEST = 0.05;
export const WIDEST = 6;

/** Within reach. */
export function clampedView({ x, y, half }: PlaneView): PlaneView {
  const within = (v: number) => Math.min(REACH, Math.max(-REACH, v));
  return { x: within(x), y: within(y), half: Math.min(WIDEST, Math.max(CLOSEST, half)) };
}

/** Zoomed by a factor, keeping the point at (u, v), both in [-1,1] of the view, up positive, where it is. */
export function zoomedView({ x, y, half }: PlaneView, factor: number, u = 0, v = 0): PlaneView {
  const next = Math.min(WIDEST, Math.max(CLOSEST, half / factor));
  return clampedView({ x: x + u * (half - next), y: y + v * (half - next), half: next });
}

/** The plane of two latents through a point, as cells x cells points, the upper left one first. */
export function gridPoints(
  z: Point,
  [across, up]: readonly [number, number],
  view: PlaneView,
  cells: number,
): Float32Array {
  const data = new Float32Array(cells * cells * z.length);
  const step = (2 * view.half) / cells;
  for (let row = 0; row < cells; row++)
    for (let column = 0; column < cells; column++) {
      const at = (row * cells + column) * z.length;
      data.set(z, at);
      data[at + across] = view.x - view.half + (column + 0.5) * step;
      data[at + up] = view.y + view.half - (row + 0.5) * step;
    }
  return data;
}

const grey = Uint32Array.from({ length: 256 }, (_, v) => (0xff000000 | (v * 0x010101)) >>> 0);

/** cells x cells digits without gaps, in greys, values in [0,1]. The picture is the one given where it fits. */
export function mosaic(values: Float32Array, cells: number, image?: ImageData): ImageData {
  const wide = cells * SIDE;
  const to = image?.width === wide ? image : new ImageData(wide, wide);
  const pixels = new Uint32Array(to.data.buffer, to.data.byteOffset, wide * wide);
  let from = 0;
  for (let row = 0; row < cells; row++)
    for (let column = 0; column < cells; column++)
      for (let y = 0; y < SIDE; y++) {
        const at = (row * SIDE + y) * wide + column * SIDE;
        for (let x = 0; x < SIDE; x++) pixels[at + x] = grey[(values[from++]! * 255 + 0.5) | 0]!;
      }
  return to;
}
