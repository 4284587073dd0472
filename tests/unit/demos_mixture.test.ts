// What the demos that explain, learn and make patches compute by themselves.
import { expect, test } from 'vitest';
import { noiseOf, within, paramsOf as explained } from '../../web/src/demos/explain_state';
import { fields as explainFields } from '../../web/src/demos/explain_state';
import { fields as leafFields, lessonLink, patchesOf, pictureOf } from '../../web/src/demos/leaves_state';
import { fields as mixtureFields, paramsOf } from '../../web/src/demos/mixture_state';
import { componentSheet } from '../../web/src/demos/component_sheet';
import { decode, defaults, route } from '../../web/src/lib/state';
import './image_data';

test('a patch stays inside the picture', () => {
  expect(within(-3, 20, 8)).toBe(0);
  expect(within(5.4, 20, 8)).toBe(5);
  expect(within(15, 20, 8)).toBe(12);
  expect(within(4, 8, 8)).toBe(0);
});

test('noise is added where it is asked for, and only then', () => {
  const state = defaults(explainFields);
  expect(noiseOf(state)).toEqual({ kind: 'gaussian', sigma: 25, seed: 1 });
  expect(noiseOf({ ...state, noise: 'own' })).toBeUndefined();
  expect(noiseOf({ ...state, sigma: 0 })).toBeUndefined();
  expect(explained({ ...state, sigma: 'much' })).toEqual({ model: 'gmm', sigma: 25 });
});

test('what is learned from the state is what the task takes: wrong values become the default', () => {
  const params = paramsOf({ ...defaults(mixtureFields), components: 12, patch: 99, floor: 'low' });
  expect(params).toMatchObject({ components: 12, patch: 12, floor: 1e-6, source: 'image', leading: 6 });
  expect(params).not.toHaveProperty('image');
});

test('the link from dead leaves to learning carries all of them', () => {
  const state = {
    ...defaults(leafFields),
    sheet: 'edge',
    texture: 0.2,
    patch: 6,
    seed: 9,
    contrast: 'uniform',
  };
  const { id, query } = route(lessonLink(state));
  expect(id).toBe('mixture');
  expect(paramsOf(decode(mixtureFields, query))).toMatchObject({
    ...{
      source: 'leaves',
      leaves: 'edge',
      texture: 0.2,
      patch: 6,
      seed: 9,
      contrast: 'uniform',
      components: 12,
    },
  });
});

test('picture and patches of one state', () => {
  const state = { ...defaults(leafFields), height: 128, sheet: 'flat', length: 8 };
  expect(pictureOf(state)).toMatchObject({ kind: 'image', height: 128, width: 128, length: 8 });
  expect(patchesOf(state)).toMatchObject({ kind: 'flat', patch: 8, count: 64, length: 8 });
});

test('a sheet of components: by weight, each a row of its eigenvectors, in columns of at most eight', () => {
  const side = 2;
  const vector = (k: number, j: number) => [k, j, -k, -j].map((v) => v + 0.5);
  const count = 10;
  const vectors = Array.from({ length: 3 * count }, (_, i) => vector(Math.floor(i / 3), i % 3));
  const weights = Array.from({ length: count }, (_, k) => k); // the last is the heaviest
  const image = componentSheet(weights, vectors, side);
  // Two columns of five rows; three vectors of two pixels with gaps of one, four between the columns.
  expect([image.width, image.height]).toEqual([8 + 4 + 8, 5 * 3 - 1]);
  const grey = (x: number, y: number) => image.data[4 * (y * image.width + x)];
  const alpha = (x: number, y: number) => image.data[4 * (y * image.width + x) + 3];
  // The heaviest component's first vector, 9.5 0.5 -8.5 0.5, is upper left, on a scale of its own.
  expect([grey(0, 0), grey(1, 0), grey(0, 1)]).toEqual([255, 134, 13]);
  expect([alpha(2, 0), alpha(8, 0), alpha(11, 0), alpha(12, 0)]).toEqual([0, 0, 0, 255]);
});
