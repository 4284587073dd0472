// What plots compute before they draw: ticks, scales, places of names.
import { expect, test } from 'vitest';
import { linearTicks, logLabel, logTicks, niceStep, scaleTo, signed } from '../../web/src/ui/axes';
import { nearest, paddedRange, placed } from '../../web/src/ui/scatter';

test('linear ticks: nice multiples within the range, with the digits they need', () => {
  expect(linearTicks(0, 10, 5)).toEqual({ values: [0, 2, 4, 6, 8, 10], digits: 0 });
  const { values, digits } = linearTicks(25.31, 26.02, 4);
  expect(digits).toBe(1);
  expect(values.map((v) => v.toFixed(digits))).toEqual(['25.4', '25.6', '25.8', '26.0']);
  expect(linearTicks(-0.004, 0.004, 4).values.map((v) => v.toFixed(3))).toContain('-0.002');
  expect(linearTicks(3, 3, 4).values).toEqual([3]);
  expect([niceStep(0.2), niceStep(3), niceStep(20), niceStep(51)]).toEqual([1, 5, 20, 100]);
});

test('logarithmic ticks: 1, 2, 5 where there is room, powers of ten, or every second one', () => {
  expect(logTicks(1, 200, 20).map(Math.round)).toEqual([1, 2, 5, 10, 20, 50, 100, 200]);
  expect(logTicks(1, 200, 4)).toEqual([1, 10, 100]);
  const wide = logTicks(1e-8, 1, 5);
  expect(wide.length).toBeLessThanOrEqual(5);
  expect(wide.map((v) => Math.round(Math.log10(v)))).toEqual([-8, -6, -4, -2, 0]);
  expect(logTicks(0, 10, 5)).toEqual([]);
});

test('labels of logarithmic axes', () => {
  expect([200, 1, 0.02].map(logLabel)).toEqual(['200', '1', '0.02']);
  expect([1e-4, 2e-5, 1e-12].map(logLabel)).toEqual(['10⁻⁴', '2·10⁻⁵', '10⁻¹²']);
  expect(signed(-1.26, 1)).toBe('−1.3');
});

test('a scale maps ends to ends, and factors to equal lengths when logarithmic', () => {
  const y = scaleTo([1e-4, 1], [100, 0], true);
  expect([y(1e-4), y(1e-2), y(1)].map((v) => Math.round(v))).toEqual([100, 50, 0]);
  expect(scaleTo([2, 4], [0, 10])(3)).toBe(5);
  expect(scaleTo([2, 2], [0, 10])(2)).toBe(5);
});

test('a click takes the nearest point, and none far away', () => {
  const drawn = [
    { x: 10, y: 10, point: 'a' },
    { x: 20, y: 10, point: 'b' },
  ];
  expect(nearest(drawn, 14, 10)).toBe('a');
  expect(nearest(drawn, 16, 12)).toBe('b');
  expect(nearest(drawn, 60, 10)).toBeUndefined();
});

test('names of points stay inside and off the points', () => {
  expect(paddedRange([])).toBeUndefined();
  expect(paddedRange([NaN, 3])).toEqual([2.5, 3.5]);
  const point: [number, number, number, number] = [95, 45, 105, 55];
  const first = placed(100, 50, 40, [point], [0, 200]);
  expect(first[3]).toBeLessThanOrEqual(45); // above it
  const second = placed(100, 50, 40, [point, first], [0, 200]);
  expect(second[1]).toBeGreaterThanOrEqual(55); // below it
  expect(placed(198, 50, 40, [], [0, 200])[2]).toBeLessThanOrEqual(200);
});
