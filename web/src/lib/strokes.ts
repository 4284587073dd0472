// The pen of the drawing canvas: round, on a grid of pixels.
import { SIDE, type Digit } from './digits';

/** Values row by row. */
export type Grid = { width: number; height: number; data: Uint8Array };

type Place = readonly [number, number];

/** Sets every pixel whose middle is within `radius` of the line from a to b (pixel coordinates, middles at whole numbers);
 * at least the nearest one. */
export function strokeOn(
  { width, height, data }: Grid,
  [ax, ay]: Place,
  [bx, by]: Place,
  radius: number,
  value: 0 | 1,
): void {
  const [dx, dy] = [bx - ax, by - ay];
  const long = dx * dx + dy * dy;
  const reach = Math.max(radius, 0);
  const from = (a: number, b: number) => Math.max(0, Math.floor(Math.min(a, b) - reach));
  const to = (a: number, b: number, side: number) => Math.min(side - 1, Math.ceil(Math.max(a, b) + reach));
  for (let y = from(ay, by); y <= to(ay, by, height); y++)
    for (let x = from(ax, bx); x <= to(ax, bx, width); x++) {
      const t = long ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / long)) : 0;
      const [ex, ey] = [x - ax - t * dx, y - ay - t * dy];
      if (ex * ex + ey * ey <= reach * reach) data[y * width + x] = value;
    }
  for (const [x, y] of [
    [ax, ay],
    [bx, by],
  ] as const) {
    const [px, py] = [Math.round(x), Math.round(y)];
    if (px >= 0 && px < width && py >= 0 && py < height) data[py * width + px] = value;
  }
}

/** The same on a digit. */
export const stroke = (digit: Digit, a: Place, b: Place, radius: number, value: 0 | 1): void =>
  strokeOn({ width: SIDE, height: SIDE, data: digit }, a, b, radius, value);

/** A drawing of lines: "x,y x,y ...; x,y ...", as pens move. */
export function drawn(lines: string, radius = 1.25): Digit {
  const digit = new Uint8Array(SIDE * SIDE);
  for (const line of lines.split(';')) {
    const points = line
      .trim()
      .split(/\s+/)
      .map((point) => point.split(',').map(Number) as [number, number]);
    points.forEach((point, i) => stroke(digit, points[Math.max(0, i - 1)]!, point, radius, 1));
  }
  return digit;
}

/** Drawn by hand for the page: what people may begin with. */
export const examples = {
  three: '8,7 11,5 15,5 18,7 18,10 15,12.500 12,13; 15,12.500 18,15 18.500,18 16,21 12,22 8,20',
  seven: '8,7 13,6.500 19,6 17,11 14.500,16 13,22',
  five: '18,6 11,6.500 10,12 14,11.500 17.500,14 18,18 15,21.500 11,22 8.500,20.500',
  two: '9,9 10.500,6.500 14,5.500 17,7 17.500,10 15,14 11,18 8.500,21.500 13,21.500 19,21',
  letter: '7,22 14,5 21,22; 10,16 18,16',
  scribble: '4,4 24,8 4,12 24,16 4,20 24,24; 4,24 12,3 24,20 23,3',
} as const;
