// What the demos of latent spaces compute by themselves: points as text, paths, views of a plane, classes of test digits,
// bounds from importance weights; the tables they ship.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import './image_data';
import clouds from '../../web/src/demos/vae_clouds.json';
import table from '../../web/src/demos/vae_latents.json';
import { verdict } from '../../web/src/demos/encode_verdict';
import { cloudOf, orderedLatents, planeOf } from '../../web/src/demos/vae_models';
import { boundWith, effectiveSamples, logMean, sampleCounts } from '../../web/src/lib/bounds';
import { classAround, cloudFrom, nearestClass } from '../../web/src/lib/cloud';
import {
  REACH,
  between,
  clampedView,
  gridPoints,
  length,
  logPrior,
  mosaic,
  packedPoint,
  path,
  pointOf,
  pointsTensor,
  unpackedNumbers,
  zoomedView,
  type Point,
} from '../../web/src/lib/latents';
import { accepted, defaults } from '../../web/src/lib/state';
import { fields, foreignPoints } from '../../web/src/demos/latent_state';
import { RandomWalk } from '../../web/src/demos/latent_walk';

const point = (...values: number[]) => Float32Array.from(values);

test('a point as text: short, exact at 0, refused when damaged or of another space', () => {
  const z = point(0, -1.25, 3.5, 9);
  const text = packedPoint(z);
  expect(text).toHaveLength(8);
  const again = pointOf(text, 4);
  expect(again[0]).toBe(0);
  for (let i = 0; i < 3; i++) expect(Math.abs(again[i]! - z[i]!)).toBeLessThan(REACH / 4000);
  expect(again[3]).toBe(REACH);
  expect(packedPoint(again)).toBe(text);
  expect(packedPoint(point(0, 0))).toBe('');
  expect(pointOf('', 3)).toEqual(point(0, 0, 0));
  for (const damaged of ['0', 'ab!d', '__', text]) expect(pointOf(damaged, 2)).toEqual(point(0, 0));
  // Fifty latents still fit what an address may hold.
  const field = fields.find(({ name }) => name === 'z')!;
  const wide = packedPoint(Float32Array.from({ length: 50 }, (_, i) => Math.sin(i)));
  expect(accepted(field, wide)).toBe(wide);
  expect(defaults(fields).z).toBe('');
});

test('paths: both ends, a straight line, and one that keeps its length', () => {
  const [a, b] = [point(2, 0, 0), point(0, 0, 2)];
  for (const way of ['linear', 'spherical'] as const) {
    const points = path(a, b, 9, way);
    expect(points).toHaveLength(9);
    points[0]!.forEach((v, i) => expect(v).toBeCloseTo(a[i]!, 6));
    points[8]!.forEach((v, i) => expect(v).toBeCloseTo(b[i]!, 6));
  }
  expect(between(a, b, 0.5, 'linear')).toEqual(point(1, 0, 1));
  for (const z of path(a, b, 9, 'spherical')) expect(length(z)).toBeCloseTo(2, 6);
  // Of unequal lengths: from one to the other evenly, never beyond, at any angle.
  for (const other of [point(0.1, 0, -0.5), point(-3, 0.2, 0), point(4, 1, 0)])
    path(a, other, 9, 'spherical').forEach((z, i) =>
      expect(length(z)).toBeCloseTo(2 + ((length(other) - 2) * i) / 8, 5),
    );
  // Equal angles in equal times.
  expect(between(a, b, 1 / 3, 'spherical')[2]! / between(a, b, 1 / 3, 'spherical')[0]!).toBeCloseTo(
    Math.tan(Math.PI / 6),
    6,
  );
  // Where there is no plane to turn in: a line.
  for (const [from, to] of [
    [point(1, 1), point(-1, -1)],
    [point(0, 0), point(1, 2)],
    [point(1, 1), point(3, 3)],
  ] as const)
    expect(between(from, to, 0.25, 'spherical')).toEqual(between(from, to, 0.25, 'linear'));
});

test('a walk goes evenly from point to point, and round again', () => {
  const draws = [point(9, 9), point(9, 9), point(2, 0), point(0, 2)]; // the first two are A and B
  const walk = new RandomWalk(point(0, -2), draws);
  const met: number[] = [];
  let last: Point = point(0, -2);
  for (let i = 1; i <= 80; i++) {
    const z = walk.next();
    expect(length(z)).toBeCloseTo(2, 5);
    expect(length(z.map((v, d) => v - last[d]!))).toBeLessThan(0.1);
    last = z;
    if (walk.share === 0) met.push(...z.map((v) => Math.round(v)));
  }
  expect(met).toEqual([2, 0, 0, 2]);
});

test('points of another space in a link are found', () => {
  const state = { ...defaults(fields), z: packedPoint(point(1, 2)), a: '0', b: 'damaged!' };
  expect(foreignPoints(state, 2)).toEqual(['b']);
  expect(foreignPoints(state, 3)).toEqual(['z', 'b']);
  expect(foreignPoints(defaults(fields), 50)).toEqual([]);
});

test('the prior, and points as a tensor', () => {
  expect(logPrior(point(0, 0))).toBeCloseTo(-Math.log(2 * Math.PI), 6);
  expect(logPrior(point(1, 2))).toBeCloseTo(-Math.log(2 * Math.PI) - 2.5, 6);
  expect(pointsTensor([point(1, 2), point(3, 4)])).toEqual({
    dtype: 'f32',
    shape: [2, 2],
    data: point(1, 2, 3, 4),
  });
});

test('the plane: what is under the pointer stays while it zooms; limits; a grid of points', () => {
  const view = { x: 0.5, y: -1, half: 2 };
  const under = ({ x, y, half }: typeof view, u: number, v: number) => [x + u * half, y + v * half];
  const near = zoomedView(view, 3, 0.4, -0.7);
  under(near, 0.4, -0.7).forEach((v, i) => expect(v).toBeCloseTo(under(view, 0.4, -0.7)[i]!, 9));
  expect(near.half).toBeCloseTo(2 / 3, 9);
  expect(zoomedView(view, 1e9).half).toBeGreaterThan(0.01);
  expect(zoomedView(view, 1e-9).half).toBeLessThan(10);
  expect(clampedView({ x: 99, y: -99, half: 1 })).toEqual({ x: REACH, y: -REACH, half: 1 });
  const grid = gridPoints(point(7, 8, 9), [2, 0], { x: 1, y: 0, half: 1 }, 2);
  // The upper left first: latent 3 across, latent 1 up, latent 2 as it was.
  expect([...grid]).toEqual([0.5, 8, 0.5, 0.5, 8, 1.5, -0.5, 8, 0.5, -0.5, 8, 1.5]);
});

test('a sheet without gaps: each digit in its place, the same picture used again', () => {
  const values = new Float32Array(4 * 784);
  values[784 * 1 + 28 * 2 + 3] = 1; // the second digit, row 2, column 3
  values[784 * 2] = 0.5; // the third one's first pixel
  const image = mosaic(values, 2);
  expect([image.width, image.height]).toEqual([56, 56]);
  const red = Array.from({ length: 56 * 56 }, (_, i) => image.data[4 * i]!);
  expect(red.flatMap((v, i) => (v ? [[i, v]] : []))).toEqual([
    [2 * 56 + 31, 255],
    [28 * 56, 128],
  ]);
  expect(image.data[3]).toBe(255);
  expect(mosaic(values, 2, image)).toBe(image);
  expect(mosaic(values, 1, image)).not.toBe(image);
});

test('classes: nearest within reach, most frequent around a place', () => {
  const cloud = cloudFrom([2, 0, 3], point(0, 0, 0.2, 0, 5, 5, 5.1, 5, 5, 5.4));
  expect(cloud.middles[2]).toEqual([5, expect.closeTo(5, 5)]);
  expect(nearestClass(cloud, 0.1, 0.1, 0.5)).toBe(0);
  expect(nearestClass(cloud, 5.05, 5, 0.5)).toBe(2);
  expect(nearestClass(cloud, 2, 2, 0.5)).toBeUndefined();
  expect(classAround(cloud, 5, 5, 3)).toEqual({ digit: 2, of: 3 });
  expect(classAround(cloud, 0, 0, 5)).toEqual({ digit: 2, of: 3 });
  expect(classAround(cloud, 0, 0, 2)).toEqual({ digit: 0, of: 2 });
});

test('bounds from weights: the mean within the logarithm, more samples never lower, effective samples', () => {
  expect(logMean([Math.log(1), Math.log(3)])).toBeCloseTo(Math.log(2), 12);
  expect(logMean([-2000, -2000 + Math.log(3)])).toBeCloseTo(-2000 + Math.log(2), 9); // nothing underflows
  expect(logMean([-Infinity, -Infinity])).toBe(-Infinity);
  const logs = Array.from({ length: 64 }, (_, i) => -100 + 8 * Math.sin(17 * i));
  expect(boundWith(logs, 1)).toBeCloseTo(logs.reduce((a, b) => a + b) / 64, 9); // the ELBO
  expect(boundWith(logs, 64)).toBeCloseTo(logMean(logs), 9);
  expect(boundWith(logs, 65)).toBeUndefined();
  let last = -Infinity;
  for (let k = 1; k <= 64; k *= 2) {
    // By Jensen's inequality, lot by lot.
    expect(boundWith(logs, k)).toBeGreaterThanOrEqual(last);
    last = boundWith(logs, k)!;
  }
  expect(effectiveSamples([-5, -5, -5])).toBeCloseTo(3, 9);
  expect(effectiveSamples([0, -800, -800])).toBeCloseTo(1, 9);
  const counts = sampleCounts(5000);
  expect([counts[0], counts.at(-1)]).toEqual([1, 5000]);
  expect(counts).toEqual([...new Set(counts)].sort((a, b) => a - b));
});

test('the verdict: q is believed unless another estimate is clearly higher', () => {
  const even = (log: number) => Array.from({ length: 1000 }, () => log);
  const one = (log: number) => [log + Math.log(1000), ...Array.from({ length: 999 }, () => -1e4)];
  expect(verdict({}, undefined)).toBe('No sample drawn yet.');
  expect(verdict({ prior: even(-90) }, -95)).toBe('No sample drawn yet.'); // of q's first
  const plain = verdict({ posterior: even(-100), prior: even(-103), uniform: one(-110) }, -102);
  expect(plain).toBe(
    'log p(x) is about −100.0 nats, 2.0 above the ELBO: 1,000 samples from q(z | x), worth 1000.' +
      ' From the prior: 3.0 nats less, worth 1000. From the box: 10.0 nats less, worth 1.0.',
  );
  // A single lucky sample proves nothing.
  const lucky = verdict({ posterior: even(-100), uniform: one(-99) }, -102);
  expect(lucky).toContain('about −100.0 nats');
  expect(lucky).toContain('From the box: 1.0 nats more, worth 1.0.');
  // Many that agree do: q has missed part of the posterior.
  const missed = verdict({ posterior: even(-143), prior: even(-133), uniform: one(-133.5) }, -145);
  expect(missed).toContain(
    'about −133.0 nats, 12.0 above the ELBO: 1,000 samples from the prior, worth 1000.',
  );
  expect(missed).toContain('From q(z | x): 10.0 nats less, worth 1000; q misses part of the posterior.');
});

test('the tables are those of the models that ship; the most active latents come first', async () => {
  const { models } = JSON.parse(readFileSync('shared/models/manifest.json', 'utf8')) as {
    models: Record<string, { family: string; sha256: string }>;
  };
  const vaes = Object.entries(models).filter(([, { family }]) => family === 'vae');
  expect(vaes.length).toBeGreaterThan(0);
  // When this fails a model has changed: node web/scripts/latents.mjs DATA/mnist
  for (const [name, { sha256 }] of vaes)
    expect(table.models).toHaveProperty([name, 'of'], sha256.slice(0, 10));
  expect(Object.keys(table.models).sort()).toEqual(vaes.map(([name]) => name).sort());
  const wide = orderedLatents('vae50', 50);
  const sorted = wide.order.map((d) => wide.activity![d]!);
  expect(sorted).toEqual([...sorted].sort((a, b) => b - a));
  expect(wide.active).toBe(sorted.filter((v) => v > 0.01).length);
  expect(planeOf(wide)).toEqual(wide.order.slice(0, 2));
  expect(planeOf(orderedLatents('vae2', 2))).toEqual([0, 1]);
  expect(orderedLatents('of my own', 3)).toMatchObject({ order: [0, 1, 2], activity: undefined, active: 3 });
  expect(planeOf(orderedLatents('of my own', 1))).toEqual([0, 0]);
  // Test digits: ten classes, 10,000 points, small enough to load at once.
  const cloud = (await cloudOf('vae2'))!;
  expect(cloud.counts.reduce((a, b) => a + b)).toBe(10_000);
  expect(cloud.points).toHaveLength(20_000);
  expect(unpackedNumbers(clouds.models.vae2.points)).toHaveLength(20_000);
  expect(clouds.models.vae2.points.length).toBeLessThanOrEqual(40_000);
  expect(await cloudOf('vae50')).toBeUndefined();
});
