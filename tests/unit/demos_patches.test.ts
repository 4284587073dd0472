// What the demos of patches compute by themselves: orders, the finding, coordinates, questions and their answers.
import { expect, test } from 'vitest';
import {
  findingBeside,
  findingOf,
  likeness,
  meanOf,
  nearest,
  sorted,
} from '../../web/src/demos/components_state';
import { REACH, packedZ, unpackedZ } from '../../web/src/demos/gmm_state';
import { kStudyRows } from '../../web/src/demos/k_study';
import { coordinatesOf, percent, type Component } from '../../web/src/demos/patch_mixtures';
import {
  hasPublished,
  pointsOf,
  publishedOf,
  sources,
  questionsOf,
  sameOrder,
  setsOf,
  tableOf,
  type PriorRow,
  type PriorTables,
} from '../../web/src/demos/priors_state';
import measured from '../../web/src/demos/patch_priors.json';
import { placed } from '../../web/src/ui/scatter';

/** Gaussians in two dimensions: an angle, a contrast, a ratio of the two eigenvalues. */
const gaussian = (
  index: number,
  weight: number,
  angle: number,
  contrast: number,
  ratio: number,
): Component => ({
  model: 'made up',
  ...{ index, weight, contrast, edgeness: 1 - ratio },
  eigenvalues: [contrast ** 2, ratio * contrast ** 2],
  vectors: [[Math.cos(angle), Math.sin(angle)]],
});

test('components by weight, contrast, edge-ness or number; ties by number', () => {
  const all = [gaussian(0, 0.2, 0, 3, 0.5), gaussian(1, 0.5, 0, 1, 0.9), gaussian(2, 0.2, 0, 2, 0.1)];
  const order = (sort: string) => sorted(all, { sort }).map(({ index }) => index);
  expect(order('weight')).toEqual([1, 0, 2]);
  expect(order('contrast')).toEqual([0, 2, 1]);
  expect(order('edgeness')).toEqual([2, 0, 1]);
  expect(order('index')).toEqual([0, 1, 2]);
});

test('the finding: a scale mixture among the heavy, turned and flattened ones among the light', () => {
  const all = Array.from({ length: 20 }, (_, k) =>
    k < 15 ? gaussian(k, 1 / (k + 1), 0, 1 + k, 0.25) : gaussian(k, 1 / (k + 1), Math.PI / 2, 1, 0.9),
  );
  const { heavy, others, light } = findingOf(all, all[0]!);
  expect([heavy.length, others.length, light.length]).toEqual([1, 13, 5]);
  expect(heavy[0]!.component.index).toBe(1);
  expect(heavy[0]!.overlap).toBeCloseTo(1, 12);
  expect(heavy[0]!.factor).toBeCloseTo(4, 12); // twice the contrast
  expect(heavy[0]!.beyond).toBeCloseTo(1, 12);
  expect(meanOf(light, 'overlap')).toBeCloseTo(0, 12);
  expect(meanOf(light, 'beyond')).toBeGreaterThan(1.5);
  expect(likeness(all[3]!, all[3]!)).toMatchObject({ overlap: 1, factor: 1, beyond: 1 });
  expect(findingOf(all.slice(0, 1), all[0]!)).toEqual({ heavy: [], others: [], light: [] });
});

test('beside another mixture: the nearest space first, then the nearest spectrum', () => {
  const others = [
    gaussian(0, 0.2, Math.PI / 2, 1, 0.25),
    gaussian(1, 0.3, 0, 3, 0.9),
    gaussian(2, 0.5, 0, 3, 0.25),
  ];
  expect(nearest(gaussian(7, 1, 0.1, 1, 0.25), others).reference.index).toBe(2);
  expect(nearest(gaussian(7, 1, 1.5, 1, 0.25), others).reference.index).toBe(0);
  const all = Array.from({ length: 20 }, (_, k) => gaussian(k, 1 / (k + 1), 0, 1 + k, 0.25));
  const { heavy, others: between, light } = findingBeside(all, others);
  expect([heavy.length, between.length, light.length]).toEqual([1, 14, 5]);
  expect(meanOf(light, 'overlap')).toBeCloseTo(1, 12);
});

test('coordinates of a patch, in standard deviations; as text and back', () => {
  const it = gaussian(0, 1, 0, 2, 0.25);
  expect(coordinatesOf([3, 5], it)).toEqual([1.5]);
  expect(coordinatesOf([3, 5], { ...it, eigenvalues: [0, 0] })).toEqual([0]);
  expect(packedZ([1.26, -0.04, 9])).toBe(`1.3_0_${REACH}`);
  expect(unpackedZ('1.3_0_4', 3)).toEqual([1.3, 0, 4]);
  expect(unpackedZ('1.3_0_99', 3)).toEqual([1.3, 0, REACH]);
  for (const text of ['', '1_2', '1_2_x']) expect(unpackedZ(text, 3)).toBeUndefined();
  expect([0.31, 0.021, 0.0021].map(percent)).toEqual(['31 %', '2.1 %', '0.21 %']);
});

const published = publishedOf(measured as unknown as PriorTables);

const fixture: PriorRow[] = [
  { id: 'a', name: 'A', log_likelihood: 1, log_likelihood_se: 0.1, bls: 20, bls_se: 0.2, epll: 21 },
  { id: 'b', name: 'B', log_likelihood: 2, bls: 22, epll: 20.5 },
  { id: 'c', name: 'C', log_likelihood: 3, bls: 23 },
];

test('three questions: points have both figures, pairs in the same order are counted', () => {
  const [patch, image, whole] = questionsOf({ patch: 'bls', image: 'epll' });
  expect([patch!.x, patch!.y, image!.x, image!.y, whole!.x, whole!.y]).toEqual([
    ...['log_likelihood', 'bls', 'bls', 'epll', 'log_likelihood', 'epll'],
  ]);
  const points = pointsOf(fixture, 'log_likelihood', 'bls');
  expect(points[0]).toEqual({ name: 'A', x: 1, y: 20, xError: 0.1, yError: 0.2 });
  expect(pointsOf([{ ...fixture[0]!, epll_se: 0.9 }], 'bls', 'epll')[0]).toMatchObject({
    xError: 0.2,
    yError: undefined,
  });
  expect(sameOrder(points)).toEqual({ same: 3, pairs: 3 });
  expect(sameOrder(pointsOf(fixture, 'bls', 'epll'))).toEqual({ same: 0, pairs: 1 });
  expect(sameOrder([])).toEqual({ same: 0, pairs: 0 });
  // The paper's own answer, to both questions.
  for (const question of questionsOf({ patch: 'bls', image: 'average' }))
    expect(sameOrder(pointsOf(published, question.x, question.y))).toEqual({ same: 10, pairs: 10 });
});

test('published marks are hollow and only where there are figures', () => {
  const [patch] = questionsOf({ patch: 'map', image: 'tiles' });
  expect(setsOf(fixture, published, patch!).map(({ hollow, points }) => [hollow, points.length])).toEqual([
    [true, 5],
    [undefined, 0],
  ]);
  const [, tiles] = questionsOf({ patch: 'bls', image: 'tiles' });
  expect(setsOf(fixture, published, tiles!).map(({ name }) => name)).toEqual(['ours']);
});

test('learned from, tested on: six tables, of which one has published figures', () => {
  const table = (name: string) => ({ settings: { name }, rows: [] });
  const tables = {
    ...table('natural on natural'),
    leaves: table('leaves on natural'),
    mini: table('mini on natural'),
    on_leaves: Object.fromEntries(sources.map((it) => [it, table(`${it} on leaves`)])),
  };
  for (const data of sources)
    for (const test of ['natural', 'leaves'])
      expect(tableOf(tables, { data, test }).settings.name).toBe(`${data} on ${test}`);
  expect(tableOf(table('alone'), { data: 'leaves', test: 'leaves' }).rows).toEqual([]);
  expect(hasPublished({ data: 'natural', test: 'natural' })).toBe(true);
  expect(hasPublished({ data: 'natural', test: 'leaves' })).toBe(false);
});

test('names of five points that lie close together do not cover each other', () => {
  const taken: [number, number, number, number][] = [];
  const boxes = [0, 8, 16].map((x) => {
    const box = placed(100 + x, 100, 50, taken, [0, 300]);
    taken.push(box);
    return box;
  });
  boxes.forEach((a, i) =>
    boxes.slice(i + 1).forEach((b) => {
      const across = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
      const down = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
      expect(Math.min(across, down)).toBeLessThanOrEqual(0);
    }),
  );
});

test('the study of K: rows in order of K, those without a figure left out', () => {
  const row = (components: number, held_out?: number) => ({ components, held_out, psnr: 28 });
  expect(kStudyRows([row(10, 2), row(1, 1), row(5)]).map(({ components }) => components)).toEqual([1, 10]);
  const shipped = { ...row(10, 3), shipped: true };
  expect(kStudyRows([shipped, row(10, 2)]).map((it) => it.shipped ?? false)).toEqual([false, true]);
});
