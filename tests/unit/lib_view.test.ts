import { expect, test } from 'vitest';
import { clamped, fit, fitZoom, nextZoom, visiblePart, zoomed } from '../../web/src/lib/view';

const picture = { width: 600, height: 400 };
const viewport = { width: 300, height: 300 };

test('all of the picture fits; small ones are enlarged by whole factors', () => {
  expect(fitZoom(picture, viewport)).toBe(0.5);
  expect(fitZoom({ width: 90, height: 10 }, viewport)).toBe(3);
  expect(fitZoom({ width: 1, height: 1 }, viewport)).toBe(8);
  expect(fit(picture, viewport)).toEqual({ zoom: 0.5, x: 300, y: 200 });
});

test('zooming keeps the point under the pointer', () => {
  const before = { zoom: 1, x: 300, y: 200 };
  const after = zoomed(before, 4, 50, -20);
  const under = (v: typeof before) => [v.x + 50 / v.zoom, v.y - 20 / v.zoom];
  expect(under(after)).toEqual(under(before));
});

test('the view stays on the picture', () => {
  expect(clamped({ zoom: 1, x: -500, y: 9999 }, picture, viewport)).toEqual({ zoom: 1, x: 150, y: 250 });
  expect(clamped({ zoom: 0.01, x: 0, y: 0 }, picture, viewport)).toEqual({ zoom: 0.5, x: 300, y: 200 });
  expect(clamped({ zoom: 1e9, x: 300, y: 200 }, picture, viewport).zoom).toBe(32);
});

test('plus and minus go through the usual zooms and meet 100 percent', () => {
  expect(nextZoom(0.6, 1)).toBe(0.75);
  expect(nextZoom(0.75, 1)).toBe(1);
  expect(nextZoom(1, -1)).toBe(0.75);
  expect(nextZoom(32, 1)).toBe(32);
  expect(nextZoom(0.0625, -1)).toBe(0.0625);
});

test('the visible part is in whole pixels and inside the picture', () => {
  expect(visiblePart(fit(picture, viewport), picture, viewport)).toEqual({
    ...{ x: 0, y: 0, width: 600, height: 400 },
  });
  expect(visiblePart({ zoom: 2, x: 300.5, y: 200 }, picture, viewport)).toEqual({
    ...{ x: 225, y: 125, width: 151, height: 150 },
  });
  expect(visiblePart({ zoom: 32, x: 599.9, y: 0 }, { width: 600, height: 1 }, viewport)).toMatchObject({
    ...{ y: 0, height: 1, x: 595, width: 5 },
  });
});
