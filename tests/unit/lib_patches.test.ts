// Patches as grey levels and sheets; how alike two Gaussians are.
import { expect, test } from 'vitest';
import {
  columnsOf,
  greyLevel,
  patchAt,
  patchSheet,
  patchesOf,
  scaleOf,
  scaleText,
} from '../../web/src/lib/patches';
import { equalVariance, overlap, spectraApart } from '../../web/src/lib/spectra';
import './image_data';

test('grey levels: zero in the middle, the scale at the ends, cut beyond', () => {
  expect([-0.3, -0.2, 0, 0.2, 0.3].map((v) => greyLevel(v, 0.2))).toEqual([0, 0, 128, 255, 255]);
  expect(greyLevel(0, 0)).toBe(128);
  expect(scaleOf([])).toBe(0);
  expect(
    scaleOf([
      [0.1, -0.4],
      [0.2, 0],
    ]),
  ).toBe(0.4);
  const many = Array.from({ length: 2000 }, (_, i) => (i ? 0.1 : 9));
  expect(scaleOf([many])).toBe(0.1); // one bright pixel of two thousand does not count
  expect(scaleText(0.214)).toBe('black −0.21, white +0.21');
  expect(scaleText(0.0123)).toBe('black −0.012, white +0.012');
  expect(scaleText(0)).toBe('all the same grey');
});

test('a sheet: patches in rows, gaps transparent, one scale or one each', () => {
  const patches = patchesOf({
    ...{ dtype: 'f32', shape: [3, 2, 2] },
    data: Float32Array.of(1, 0, 0, -1, 0.5, 0, 0, 0, 0, 0, 0, 0),
  });
  expect(patches.map((it) => Array.from(it))).toEqual([
    [1, 0, 0, -1],
    [0.5, 0, 0, 0],
    [0, 0, 0, 0],
  ]);
  const { image, scale } = patchSheet(patches, 2, { columns: 2 });
  expect([image.width, image.height, scale]).toEqual([5, 5, 1]);
  const grey = (of: ImageData, x: number, y: number) => {
    const at = 4 * (y * of.width + x);
    return of.data[at + 3] ? of.data[at] : undefined;
  };
  expect([grey(image, 0, 0), grey(image, 1, 1), grey(image, 2, 0), grey(image, 3, 0)]).toEqual([
    ...[255, 0, undefined],
    greyLevel(0.5, 1),
  ]);
  expect(grey(image, 0, 3)).toBe(128);
  expect(grey(image, 4, 4)).toBeUndefined();
  expect(grey(patchSheet(patches, 2, { columns: 2, each: true }).image, 3, 0)).toBe(255);
});

test('which patch lies at a point of a sheet', () => {
  const count = 10;
  const columns = columnsOf(count);
  expect(columns).toBe(4);
  for (let i = 0; i < count; i++) {
    const [x, y] = [(i % columns) * 9 + 4, Math.floor(i / columns) * 9 + 4];
    expect(patchAt(x / 35, y / 26, count, 8)).toBe(i);
  }
  expect(patchAt(8.5 / 35, 0.1, count, 8)).toBeUndefined(); // a gap
  expect(patchAt(0.9, 0.9, count, 8)).toBeUndefined(); // the last row is not full
});

test('overlap of spaces: rotations do not matter, orthogonal ones have none', () => {
  const [x, y, z] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ] as [number[], number[], number[]];
  const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
  expect(
    overlap(
      [x, y],
      [
        [c, s, 0],
        [-s, c, 0],
      ],
    ),
  ).toBeCloseTo(1, 12);
  expect(overlap([x], [z])).toBe(0);
  expect(overlap([x, y], [x, z])).toBeCloseTo(0.5, 12);
  expect(overlap([], [])).toBe(0);
});

test('spectra: a factor alone is no difference', () => {
  const spectrum = [8, 4, 2, 1];
  const { factor, beyond } = spectraApart(
    spectrum.map((v) => 3 * v),
    spectrum,
  );
  expect(factor).toBeCloseTo(3, 12);
  expect(beyond).toBeCloseTo(1, 12);
  expect(spectraApart([8, 4], [4, 8]).factor).toBeCloseTo(1, 12);
  expect(spectraApart([8, 4], [4, 8]).beyond).toBeCloseTo(2, 12);
  expect(equalVariance([3, 1])).toEqual([0.75, 0.25]);
  expect(equalVariance([0, 0])).toEqual([0, 0]);
});
