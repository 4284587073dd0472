// The path of a camera that shook, drawn on a small pad: as points, as text for the address, and as what the engine takes.

export type Place = readonly [number, number];

/** Places along each side of the pad. */
export const PAD = 64;
/** Places of the pad to one pixel of the picture. */
const PER_PIXEL = 2;
/** As many as the address takes. */
export const MOST_POINTS = 96;

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Two letters a point; whole places from 0 to PAD - 1. */
export const pathText = (points: readonly Place[]): string =>
  points.map(([x, y]) => letters[x]! + letters[y]!).join('');

/** Undefined where the text is no path. */
export function pathOf(text: string): Place[] | undefined {
  if (!text || text.length % 2 || text.length > 2 * MOST_POINTS) return undefined;
  const numbers = [...text].map((letter) => letters.indexOf(letter));
  if (numbers.includes(-1)) return undefined;
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i]!, numbers[2 * i + 1]!]);
}

/** How far p is from the line between a and b. */
function away([px, py]: Place, [ax, ay]: Place, [bx, by]: Place): number {
  const [dx, dy] = [bx - ax, by - ay];
  const long = dx * dx + dy * dy;
  const t = long ? Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / long)) : 0;
  return Math.hypot(px - ax - t * dx, py - ay - t * dy);
}

/** Leaves out points that lie within `tolerance` of what is left (Ramer 1972, Douglas and Peucker 1973). */
export function thinned(points: readonly Place[], tolerance: number): Place[] {
  if (points.length < 3) return [...points];
  const [first, last] = [points[0]!, points.at(-1)!];
  let [far, most] = [0, tolerance];
  for (let i = 1; i < points.length - 1; i++) {
    const distance = away(points[i]!, first, last);
    if (distance > most) [far, most] = [i, distance];
  }
  if (!far) return [first, last];
  return [
    ...thinned(points.slice(0, far + 1), tolerance).slice(0, -1),
    ...thinned(points.slice(far), tolerance),
  ];
}

/** What was drawn, on whole places of the pad, with few enough points for the address. */
export function tidied(points: readonly Place[]): Place[] {
  const within = (v: number) => Math.min(PAD - 1, Math.max(0, Math.round(v)));
  const whole = points.map(([x, y]): Place => [within(x), within(y)]);
  const fresh = whole.filter(([x, y], i) => !i || x !== whole[i - 1]![0] || y !== whole[i - 1]![1]);
  let few: Place[];
  let tolerance = 0.4;
  do few = thinned(fresh, (tolerance *= 1.5));
  while (few.length > MOST_POINTS);
  return few;
}

/** f32 (N, 2) in pixels of the picture, `factor` times as large. */
export const pathTensor = (points: readonly Place[], factor = 1) => ({
  dtype: 'f32' as const,
  shape: [points.length, 2],
  data: Float32Array.from(points.flat(), (v) => (v * factor) / PER_PIXEL),
});
