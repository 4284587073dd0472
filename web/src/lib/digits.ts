// Small black-and-white pictures on the page's side: as bits, as text for an address, as colours on a canvas.
import type { Tensor } from '../engine/api';

export const SIDE = 28;
export const PIXELS = SIDE * SIDE;

/** SIDE x SIDE values, 0 or 1, row by row. */
export type Digit = Uint8Array;

export const blank = (): Digit => new Uint8Array(PIXELS);
export const isBlank = (digit: Digit): boolean => !digit.includes(1);

// ---- As text: six bits in each of 131 characters that an address leaves as they are

export const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The empty word stands for a blank digit. */
export function packed(digit: Digit): string {
  if (isBlank(digit)) return '';
  let text = '';
  for (let i = 0; i < digit.length; i += 6) {
    let six = 0;
    for (let k = 0; k < 6; k++) six = six * 2 + (digit[i + k] ? 1 : 0);
    text += letters[six];
  }
  return text;
}

/** Undefined for what `packed` does not write. */
export function unpacked(text: string): Digit | undefined {
  const digit = blank();
  if (text === '') return digit;
  if (text.length !== Math.ceil(PIXELS / 6)) return undefined;
  for (let i = 0; i < text.length; i++) {
    const six = letters.indexOf(text[i]!);
    if (six < 0) return undefined;
    for (let k = 0; k < 6 && 6 * i + k < PIXELS; k++) digit[6 * i + k] = (six >> (5 - k)) & 1;
  }
  return digit;
}

// ---- As tensors

/** Digits as an input of a task: f32 (N, H, W). */
export function digitsTensor(digits: readonly Digit[]): Tensor {
  const data = new Float32Array(digits.length * PIXELS);
  digits.forEach((digit, i) => data.set(digit, i * PIXELS));
  return { dtype: 'f32', shape: [digits.length, SIDE, SIDE], data };
}

/** f32 (H, W). */
export const planeTensor = (values: ArrayLike<number>): Tensor => ({
  ...{ dtype: 'f32', shape: [SIDE, SIDE] },
  data: Float32Array.from(values),
});

/** The i-th picture of (N, H, W). */
export function plane({ shape, data }: Tensor, i = 0): ArrayLike<number> {
  const pixels = shape.at(-1)! * shape.at(-2)!;
  return data.subarray(i * pixels, (i + 1) * pixels);
}

export const planes = (tensor: Tensor): ArrayLike<number>[] =>
  Array.from({ length: tensor.shape.length < 3 ? 1 : tensor.shape[0]! }, (_, i) => plane(tensor, i));

export const digitOf = (values: ArrayLike<number>): Digit =>
  Uint8Array.from(values, (v) => (v >= 0.5 ? 1 : 0));

// ---- As colours

/** Red, green, blue of a value. */
export type Colours = (value: number) => readonly [number, number, number];

const mix = (stops: readonly (readonly [number, number, number])[]): Colours => {
  const table = Array.from({ length: 256 }, (_, i) => {
    const at = (i / 255) * (stops.length - 1);
    const from = stops[Math.min(stops.length - 2, Math.floor(at))]!;
    const to = stops[Math.min(stops.length - 1, Math.floor(at) + 1)]!;
    const share = at - Math.min(stops.length - 2, Math.floor(at));
    return [0, 1, 2].map((c) => Math.round(from[c]! + (to[c]! - from[c]!) * share)) as [
      number,
      number,
      number,
    ];
  });
  return (value) => table[Math.round(255 * Math.min(1, Math.max(0, value)))]!;
};

/** A pixel that is on is white, as in the data. */
export const greys = mix([
  [0, 0, 0],
  [255, 255, 255],
]);

/** From dark by red and orange to pale yellow, even in lightness. */
export const heat = mix([
  [9, 8, 20],
  [73, 16, 92],
  [155, 35, 91],
  [224, 83, 54],
  [249, 160, 50],
  [252, 253, 191],
]);

/** Values of one picture, painted by `colours`, into a larger one with its upper left corner at (x, y). */
export function paint(
  image: ImageData,
  values: ArrayLike<number>,
  colours: Colours,
  x = 0,
  y = 0,
  side = SIDE,
): void {
  for (let i = 0; i < values.length; i++) {
    const at = 4 * ((y + Math.floor(i / side)) * image.width + x + (i % side));
    const [red, green, blue] = colours(values[i]!);
    image.data[at] = red;
    image.data[at + 1] = green;
    image.data[at + 2] = blue;
    image.data[at + 3] = 255;
  }
}

export function picture(values: ArrayLike<number>, colours: Colours = greys): ImageData {
  const image = new ImageData(SIDE, SIDE);
  paint(image, values, colours);
  return image;
}

/** Pixels between the digits of a sheet. */
export const GAP = 2;

/** Columns of a sheet that is about as wide as high. */
export const columnsFor = (count: number): number => Math.max(1, Math.ceil(Math.sqrt(count)));

/** Many digits side by side, with gaps that are transparent. */
export function sheet(
  digits: readonly ArrayLike<number>[],
  colours: Colours = greys,
  columns = columnsFor(digits.length),
): ImageData {
  const rows = Math.max(1, Math.ceil(digits.length / columns));
  const image = new ImageData(columns * (SIDE + GAP) - GAP, rows * (SIDE + GAP) - GAP);
  digits.forEach((digit, i) =>
    paint(image, digit, colours, (i % columns) * (SIDE + GAP), Math.floor(i / columns) * (SIDE + GAP)),
  );
  return image;
}

/** Which digit of a sheet lies at a point, both in [0,1]; undefined outside. */
export function digitAt(x: number, y: number, columns: number, count: number): number | undefined {
  const rows = Math.ceil(count / columns);
  if (!(x >= 0 && x < 1 && y >= 0 && y < 1)) return undefined;
  const i = Math.floor(y * rows) * columns + Math.floor(x * columns);
  return i < count ? i : undefined;
}

// ---- In an order

/** From the rank of each pixel, order[t] = the t-th pixel. */
export function orderOf(ranks: ArrayLike<number>): Int32Array {
  const order = new Int32Array(ranks.length);
  for (let i = 0; i < ranks.length; i++) order[ranks[i]!] = i;
  return order;
}

/** What is known after t pixels; the rest is `unknown`. */
export function upTo(
  values: ArrayLike<number>,
  ranks: ArrayLike<number>,
  t: number,
  unknown = -1,
): Float32Array {
  return Float32Array.from({ length: values.length }, (_, i) => (ranks[i]! < t ? values[i]! : unknown));
}

/** Greys where known (0 to 1), a dull blue where not (below 0). */
export const greysOrUnknown: Colours = (value) => (value < 0 ? [52, 62, 77] : greys(value));
export const heatOrUnknown: Colours = (value) => (value < 0 ? [52, 62, 77] : heat(value));

/** Nats that each pixel cost: -log p of its value; `probabilities` are those of a 1. */
export function surprises(digit: ArrayLike<number>, probabilities: ArrayLike<number>): Float32Array {
  return Float32Array.from({ length: digit.length }, (_, i) => {
    const p = probabilities[i]!;
    return -Math.log(Math.max(1e-12, digit[i]! >= 0.5 ? p : 1 - p));
  });
}

/** Running sum in the order: values[t] is the cost of the first t pixels. */
export function running(costs: ArrayLike<number>, order: ArrayLike<number>): number[] {
  const sums = [0];
  for (let t = 0; t < order.length; t++) sums.push(sums[t]! + costs[order[t]!]!);
  return sums;
}
