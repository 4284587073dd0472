import { expect, test } from 'vitest';
import * as digits from '../../web/src/lib/digits';
import { UnpackError, unpackedFile } from '../../web/src/lib/gunzip';
import './image_data';

const noise = (): digits.Digit =>
  Uint8Array.from({ length: digits.PIXELS }, (_, i) => ((i * i * 7919) >> 5) & 1);

test('a digit as text and back; other text is refused', () => {
  expect(digits.packed(digits.blank())).toBe('');
  expect(digits.unpacked('')).toEqual(digits.blank());
  const text = digits.packed(noise());
  expect(text).toMatch(/^[\w-]{131}$/);
  expect(new URLSearchParams({ text }).toString()).toBe(`text=${text}`);
  expect(digits.unpacked(text)).toEqual(noise());
  expect(digits.unpacked(text.slice(1))).toBeUndefined();
  expect(digits.unpacked(`!${text.slice(1)}`)).toBeUndefined();
});

test('tensors: digits go in and planes come out', () => {
  const tensor = digits.digitsTensor([digits.blank(), noise()]);
  expect(tensor.shape).toEqual([2, 28, 28]);
  expect(digits.digitOf(digits.plane(tensor, 1))).toEqual(noise());
  expect(digits.planes(tensor)).toHaveLength(2);
  expect(digits.planes(digits.planeTensor(noise()))).toHaveLength(1);
});

test('a sheet: place of each digit, gaps transparent, and back from a point', () => {
  const on = digits.blank().fill(1);
  const image = digits.sheet([digits.blank(), on, on], digits.greys, 2);
  expect([image.width, image.height]).toEqual([58, 58]);
  const pixel = (x: number, y: number) => [...image.data.slice(4 * (y * 58 + x), 4 * (y * 58 + x) + 4)];
  expect(pixel(27, 0)).toEqual([0, 0, 0, 255]);
  expect(pixel(28, 0)).toEqual([0, 0, 0, 0]);
  expect(pixel(30, 0)).toEqual([255, 255, 255, 255]);
  expect(pixel(0, 57)).toEqual([255, 255, 255, 255]);
  expect(digits.digitAt(0.9, 0.1, 2, 3)).toBe(1);
  expect(digits.digitAt(0.1, 0.9, 2, 3)).toBe(2);
  expect(digits.digitAt(0.9, 0.9, 2, 3)).toBeUndefined();
  expect(digits.digitAt(1, 0.5, 2, 3)).toBeUndefined();
});

test('in an order: what is known, what it cost', () => {
  const ranks = [2, 0, 1];
  const order = digits.orderOf(ranks);
  expect([...order]).toEqual([1, 2, 0]);
  expect([...digits.upTo([1, 0, 1], ranks, 2)]).toEqual([-1, 0, 1]);
  const costs = digits.surprises([1, 0, 1], [0.5, 0.5, 0.25]);
  expect(costs[2]).toBeCloseTo(Math.log(4), 5);
  const sums = digits.running(costs, order);
  expect(sums[0]).toBe(0);
  expect(sums[1]).toBeCloseTo(Math.log(2), 5);
  expect(sums[3]).toBeCloseTo(Math.log(16), 5);
  expect(digits.surprises([1], [0])[0]).toBeLessThan(30); // an impossible pixel stays a number
});

const zipped = (bytes: Uint8Array<ArrayBuffer>) =>
  new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).blob();

test('files: plain and gzip are the same; damaged, empty and vast ones are refused in words', async () => {
  const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 31) & 255);
  expect(await unpackedFile(new Blob([bytes]), 1e6)).toEqual(bytes);
  const gz = await zipped(bytes);
  expect(await unpackedFile(gz, 1e6)).toEqual(bytes);
  const refused = async (file: Blob, most: number) => {
    const error = await unpackedFile(file, most).catch((it: unknown) => it);
    expect(error).toBeInstanceOf(UnpackError);
    return (error as Error).message;
  };
  expect(await refused(new Blob([]), 1e6)).toMatch(/empty/);
  expect(await refused(gz.slice(0, gz.size - 12), 1e6)).toMatch(/damaged or cut short/);
  expect(await refused(new Blob([bytes]), 4000)).toMatch(/more than/);
  expect(await refused(await zipped(new Uint8Array(3e6)), 2e6)).toBe(
    'This gzip file unpacks to more than 2 MB, the most this page reads.',
  );
});
