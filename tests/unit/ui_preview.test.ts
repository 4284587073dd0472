// Previews: how many pixels, at which noise level, with which colours. Pure functions.
import { expect, test } from 'vitest';

// Node has neither; this is what the code uses of them.
class Pixels {
  readonly data: Uint8ClampedArray;
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.data = new Uint8ClampedArray(4 * width * height);
  }
}
Object.assign(globalThis, { ImageData: Pixels, location: { href: 'http://localhost/' } });
const { Pace, boxSide, brightness, canPreview, coloured, previewParams } =
  await import('../../web/src/demos/denoise_preview');

test('the number of pixels follows the speed of the machine: up with care, down at once', () => {
  const pace = new Pace();
  const first = pace.pixels;
  pace.took(first, 6);
  expect(pace.pixels).toBe((first + 10 * first) / 2);
  pace.took(pace.pixels, 120);
  expect(pace.pixels).toBe((11 * first) / 4);
  for (let i = 0; i < 20; i++) pace.took(pace.pixels, 10_000);
  expect(pace.pixels).toBe(first); // no fewer: it would not get faster
  for (let i = 0; i < 60; i++) pace.took(pace.pixels, 0);
  expect(pace.pixels).toBe(1e6);
});

test('boxes are as small as the number of pixels allows', () => {
  const part = { x: 5, y: 5, width: 400, height: 300 };
  expect(boxSide(part, 120_000)).toBe(1);
  expect(boxSide(part, 119_999)).toBe(2);
  expect(boxSide(part, 30_000)).toBe(2);
  expect(boxSide(part, 12_000)).toBe(4);
});

test('noise that was averaged is expected to be less; the fastest quality is taken', () => {
  expect(previewParams({ sigma: 30, amount: 0.5, quality: 'exact' }, 3)).toEqual({
    ...{ sigma: 10, amount: 0.5, quality: 'fast' },
  });
  expect(canPreview('sigma', { sigma: 30 })).toBe(true);
  expect(canPreview('sigma', { sigma: 'auto' })).toBe(false);
  expect(canPreview('quality', { sigma: 30 })).toBe(false);
});

test('colours of another picture are put on a restored brightness', () => {
  const noisy = {
    ...{ dtype: 'f32' as const, shape: [3, 1, 2] },
    data: new Float32Array([0.2, 0.9, 0.4, 0.9, 0.6, 0.9]),
  };
  const bright = brightness(noisy);
  expect(bright.shape).toEqual([1, 1, 2]);
  expect(bright.data[0]).toBeCloseTo(0.4, 6);
  const restored = new ImageData(2, 1);
  restored.data.set([112, 112, 112, 255, 250, 250, 250, 255]); // ten more than 102; more than white allows
  const colours = { ...noisy, data: new Float32Array([0.2, 1, 0.4, 0.9, 0.6, 0.8]) };
  expect([...coloured(restored, colours).data]).toEqual([61, 112, 163, 255, 255, 250, 225, 255]);
});
