// The restored picture in strips: the same as in one piece.
import { expect, test } from 'vitest';
import type { Run } from '../../web/src/engine';

class Pixels {
  constructor(
    readonly data: Uint8ClampedArray,
    readonly width: number,
    readonly height: number,
  ) {}
}
const made = function (...args: [number, number] | [Uint8ClampedArray, number, number]) {
  return args.length === 2
    ? new Pixels(new Uint8ClampedArray(4 * args[0] * args[1]), ...args)
    : new Pixels(...args);
};
Object.assign(globalThis, { ImageData: made, location: { href: 'http://localhost/' } });
const { strips, wholeOutput } = await import('../../web/src/demos/picture_output');

test('strips cover every row once and begin at multiples of the scale', () => {
  expect(strips(100, 35, 1, 1000)).toEqual([
    [0, 10],
    [10, 20],
    [20, 30],
    [30, 35],
  ]);
  expect(strips(100, 35, 4, 1000)).toEqual([
    [0, 8],
    [8, 16],
    [16, 24],
    [24, 32],
    [32, 35],
  ]);
  expect(strips(5000, 3, 2, 1000)).toEqual([
    [0, 2],
    [2, 3],
  ]);
  expect(strips(451, 300, 1)).toEqual([[0, 300]]);
});

test('what is put together is what the engine gives in one piece', async () => {
  const [width, height, scale] = [3000, 1501, 2];
  const value = (x: number, y: number) => (7 * x + 13 * y) % 251;
  const asked: number[] = [];
  type Window = { y: number; x: number; height: number; width: number };
  const output = async (_: string, { window }: { window: Window }) => {
    asked.push(window.height);
    const [h, w] = [Math.ceil(window.height / scale), Math.ceil(window.width / scale)];
    const data = new Uint8Array(4 * h * w);
    for (let i = 0; i < h * w; i++) data[4 * i] = value(i % w, window.y / scale + Math.floor(i / w));
    return { dtype: 'u8', shape: [h, w, 4], data };
  };
  const run = { output } as unknown as Run<'epll'>;
  const picture = (await wholeOutput(run, { width, height }, scale, () => false))!;
  expect(asked).toEqual([666, 666, 169]);
  expect([picture.width, picture.height]).toEqual([1500, 751]);
  for (const [x, y] of [
    [0, 0],
    [1499, 332],
    [0, 333],
    [700, 666],
    [1499, 750],
  ] as const)
    expect(picture.data[4 * (y * 1500 + x)]).toBe(value(x, y));
  expect(await wholeOutput(run, { width, height }, scale, () => true)).toBeUndefined();
});
