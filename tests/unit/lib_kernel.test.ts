// Kernels from files, kernels of another size, and the path of a camera in an address.
import { expect, test } from 'vitest';
import { kernelFromPicture, kernelFromText, scaledKernel } from '../../web/src/lib/kernel';
import { MOST_POINTS, PAD, pathOf, pathTensor, pathText, tidied, type Place } from '../../web/src/lib/shake';
import './image_data';

test('a matrix of numbers, however it is written', () => {
  const wanted = { width: 3, height: 2, data: Float32Array.from([0, 0.5, 1, 2, 0, 0.001]) };
  expect(kernelFromText('0 0.5 1\n2 0 1e-3\n')).toEqual(wanted);
  expect(kernelFromText('\r\n0, .5,1\r\n\r\n 2;0;\t0.001')).toEqual(wanted);
});

test.each([
  ['', 'This kernel file is empty: it needs lines of numbers.'],
  ['1 2\n3', 'Line 2 of the kernel has 1 numbers and the first 2: all must have as many.'],
  ['1 two', 'Line 1 of the kernel holds “two”, which is no number.'],
  ['1 2\n3 -4', 'Line 2 of the kernel holds -4: no weight may be negative.'],
  ['0 0', 'All weights of this kernel are zero.'],
  [`${'1 '.repeat(256)}`, 'This kernel has 256 × 1 weights; at most 255 each way can be used.'],
])('a kernel file that cannot be used says why: %j', (text, sentence) => {
  expect(() => kernelFromText(text.slice(0, 600))).toThrow(sentence);
});

test('a grey picture is a kernel', () => {
  const image = new ImageData(2, 1);
  image.data.set([0, 0, 0, 255, 200, 200, 200, 255]);
  const { data } = kernelFromPicture(image);
  expect(data[0]).toBe(0);
  expect(data[1]).toBeCloseTo(200, 4);
});

test('a kernel twice as large has the same middle and spreads twice as far', () => {
  const kernel = kernelFromText('0 1 0\n1 2 1\n0 1 0');
  const spread = ({ width, height, data }: typeof kernel) => {
    let [sum, moment] = [0, 0];
    data.forEach((v, i) => {
      sum += v;
      moment += v * ((i % width) - (width - 1) / 2) ** 2;
    });
    return { at: data.indexOf(Math.max(...data)), middle: (width * height - 1) / 2, variance: moment / sum };
  };
  expect(scaledKernel(kernel, 1)).toBe(kernel);
  const large = scaledKernel(kernelFromText(Array(9).fill('1 1 1 1 1 1 1 1 1').join('\n')), 2);
  expect([large.width, large.height]).toEqual([19, 19]);
  const [before, after] = [spread(kernel), spread(scaledKernel(kernel, 2))];
  expect(after.at).toBe(after.middle);
  expect(after.variance / before.variance).toBeGreaterThan(1.9);
});

test('a thin or even kernel of any size keeps weight, and its middle in place', () => {
  const middle = ({ width, height, data }: ReturnType<typeof kernelFromText>) => {
    let [sum, x, y] = [0, 0, 0];
    data.forEach((v, i) => {
      sum += v;
      x += v * ((i % width) - Math.floor((width - 1) / 2));
      y += v * (Math.floor(i / width) - Math.floor((height - 1) / 2));
    });
    return [sum, x / sum, y / sum];
  };
  const line = kernelFromText(Array(7).fill('0 0 0 0 0 1 0').join('\n'));
  const even = kernelFromText('1 1 1 1\n1 1 1 1\n1 1 1 1\n1 1 1 1');
  for (const kernel of [line, even])
    for (const factor of [0.5, 0.7, 1.3, 2]) {
      const [[, x, y], [sum, sx, sy]] = [middle(kernel), middle(scaledKernel(kernel, factor))];
      expect(sum).toBeGreaterThan(0);
      expect(sx).toBeCloseTo(factor * x!, 1);
      expect(sy).toBeCloseTo(factor * y!, 1);
    }
});

test('a path survives the address, and few points say the same as many', () => {
  const circle = Array.from({ length: 900 }, (_, i): Place => {
    const angle = (i / 900) * 6;
    return [32 + 25 * Math.cos(angle), 32 + 25 * Math.sin(angle)];
  });
  const points = tidied(circle);
  expect(points.length).toBeGreaterThan(8);
  expect(points.length).toBeLessThanOrEqual(MOST_POINTS);
  expect(pathOf(pathText(points))).toEqual(points);
  for (const [x, y] of points) expect(Math.hypot(x - 32, y - 32)).toBeCloseTo(25, -0.3);
  const { shape, data } = pathTensor(points, 2);
  expect(shape).toEqual([points.length, 2]);
  expect(data[0]).toBe(points[0]![0]);
});

test('noise of a hand still fits the address; points beyond the pad are on its border', () => {
  const wild = Array.from({ length: 3000 }, (_, i): Place => [(i * 37) % 90, (i * 53) % 71]);
  const points = tidied(wild);
  expect(points.length).toBeLessThanOrEqual(MOST_POINTS);
  for (const v of points.flat()) expect(v).toBeLessThan(PAD);
  expect(tidied([[5, 5]])).toEqual([[5, 5]]);
});

test('what is no path is undefined', () => {
  for (const text of ['', 'A', 'A?', 'AA'.repeat(MOST_POINTS + 1)]) expect(pathOf(text)).toBeUndefined();
});
