import { beforeAll, expect, test } from 'vitest';
import * as format from '../../web/src/lib/format';
import {
  alphaOf,
  difference,
  fitted,
  half,
  halfTensor,
  inputOf,
  isGrey,
  pixelsOf,
  reduced,
  withAlpha,
} from '../../web/src/lib/pixels';

beforeAll(() => {
  // Node has no ImageData; this is what the code uses of it.
  class Pixels {
    readonly data: Uint8ClampedArray;
    readonly width: number;
    readonly height: number;
    constructor(...args: [number, number] | [Uint8ClampedArray, number, number]) {
      [this.width, this.height] = args.slice(-2) as [number, number];
      this.data = typeof args[0] === 'number' ? new Uint8ClampedArray(4 * this.width * this.height) : args[0];
    }
  }
  Object.assign(globalThis, { ImageData: Pixels });
});

const image = (width: number, height: number, pixel: (i: number) => number[]) => {
  const it = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) it.data.set(pixel(i), 4 * i);
  return it;
};

test('grey is recognised, and given to the engine as one channel', () => {
  const grey = image(3, 2, (i) => [10 * i, 10 * i, 10 * i, 255]);
  expect(isGrey(grey)).toBe(true);
  expect(isGrey(image(2, 1, (i) => [i, 0, 0, 255]))).toBe(false);
  const input = inputOf(grey, true);
  expect(input).toMatchObject({ dtype: 'f32', shape: [1, 2, 3] });
  expect(pixelsOf(input).data).toEqual(grey.data);
  expect(inputOf(grey, false)).toMatchObject({ dtype: 'u8', shape: [2, 3, 4] });
});

test('noisy values outside [0,1] are clipped and channels stay apart', () => {
  const tensor = {
    dtype: 'f32' as const,
    shape: [3, 1, 2],
    data: new Float32Array([-1, 0, 0.5, 2, 1, 0.25]),
  };
  expect([...pixelsOf(tensor).data]).toEqual([0, 128, 255, 255, 0, 255, 64, 255]);
});

test('alpha is kept aside and given back', () => {
  const seen = image(2, 1, (i) => [9, 9, 9, i ? 255 : 40]);
  const alpha = alphaOf(seen);
  expect([...alpha!]).toEqual([40, 255]);
  expect(alphaOf(image(2, 1, () => [0, 0, 0, 255]))).toBeUndefined();
  expect(
    withAlpha(
      image(2, 1, () => [1, 2, 3, 255]),
      alpha,
    ).data[3],
  ).toBe(40);
  expect(withAlpha(seen, undefined).data[3]).toBe(255);
});

test('half size averages boxes and keeps at least a pixel', () => {
  const small = half(image(4, 2, (i) => [i % 4 < 2 ? 0 : 200, i < 4 ? 0 : 100, 0, 255]));
  expect([small.width, small.height, ...small.data]).toEqual([2, 1, 0, 50, 0, 255, 200, 50, 0, 255]);
  expect(half(image(1, 1, () => [7, 7, 7, 255])).data[0]).toBe(7);
  expect(half(image(7, 3, () => [7, 7, 7, 255]))).toMatchObject({ width: 3, height: 1 });
  expect(half(image(1, 5, () => [7, 7, 7, 255]))).toMatchObject({ width: 1, height: 2 });
});

test('half of a tensor is not clipped', () => {
  const data = new Float32Array([2, 0, -1, 5, 1, 1, 0, 9, 4, 4, 4, 4, 4, 4, 4, 4]);
  const small = halfTensor({ dtype: 'f32', shape: [2, 2, 4], data });
  expect(small).toMatchObject({ dtype: 'f32', shape: [2, 1, 2] });
  expect([...small.data]).toEqual([1, 3.25, 4, 4]);
});

test('the difference is middle grey where pictures agree', () => {
  const a = image(2, 1, (i) => [100 + 10 * i, 100, 100, 255]);
  const b = image(2, 1, () => [100, 100, 120, 255]);
  expect([...difference(a, b, 4).data]).toEqual([128, 128, 48, 255, 168, 128, 48, 255]);
});

test('sizes are reduced to a number of pixels, in shape', () => {
  expect(fitted(10_000, 5_000, 8e6)).toEqual({ width: 4000, height: 2000 });
  expect(fitted(300, 200, 8e6)).toEqual({ width: 300, height: 200 });
  expect(fitted(250_000_000, 1, 100)).toMatchObject({ height: 1 });
});

test('numbers as people read them', () => {
  expect([340, 2100, 12_345, 200_000].map(format.duration)).toEqual([
    '340 ms',
    '2.1 s',
    '12 s',
    '3 min 20 s',
  ]);
  expect([800, 4200, 70_000].map(format.remaining)).toEqual([
    'about 1 s left',
    'about 4 s left',
    'about 2 min left',
  ]);
  expect(format.megapixels(451, 300)).toBe('0.14 MP');
  expect(format.megapixels(8660, 5773)).toBe('50 MP');
  expect(format.bytes(0)).toBe('0 bytes');
  expect(format.bytes(340_200)).toBe('340 kB');
  expect([format.value(25, 1), format.value(0.5, 0.05), format.value(1, undefined)]).toEqual([
    '25',
    '0.50',
    '1.00',
  ]);
});

test('a part is reduced by the means of boxes, from bytes and from f32 alike', () => {
  const bytes = inputOf(
    image(5, 4, (i) => [i, 2 * i, 3 * i, 255]),
    false,
  );
  const planes = {
    ...{ dtype: 'f32' as const, shape: [3, 4, 5] },
    data: Float32Array.from({ length: 60 }, (_, i) => ((1 + Math.floor(i / 20)) * (i % 20)) / 255),
  };
  const part = { x: 1, y: 1, width: 4, height: 3 };
  for (const input of [bytes, planes]) {
    const small = reduced(input, part, 2);
    expect(small.shape).toEqual([3, 1, 2]); // the third row is cut off
    // Pixels 6 7 11 12, then 8 9 13 14.
    const means = [9, 11, 18, 22, 27, 33].map((v) => v / 255);
    small.data.forEach((v, i) => expect(v).toBeCloseTo(means[i]!, 6));
    expect(reduced(input, { x: 2, y: 3, width: 1, height: 1 }, 4).data[0]).toBeCloseTo(17 / 255, 6);
  }
});

test('white noise has sigma / f in means of f x f boxes', () => {
  let state = 1;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const gauss = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const data = Float32Array.from({ length: 240 * 240 }, () => 0.1 * gauss());
  const small = reduced(
    { dtype: 'f32', shape: [1, 240, 240], data },
    { x: 0, y: 0, width: 240, height: 240 },
    3,
  );
  let squares = 0;
  for (const v of small.data) squares += v * v;
  const deviation = Math.sqrt(squares / small.data.length);
  expect(deviation).toBeCloseTo(0.1 / 3, 2);
});
