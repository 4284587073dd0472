// Points in the plane: made, packed into addresses, drawn as ellipses and colours; state and words of the demos.
import { expect, test } from 'vitest';
import { fields, methodOf, ownNames, paramsOf, pointsOf } from '../../web/src/demos/continuous_state';
import { command, words } from '../../web/src/demos/continuous_text';
import * as ladder from '../../web/src/demos/ladder_state';
import { command as ladderCommand, words as ladderWords } from '../../web/src/demos/ladder_text';
import {
  BOX,
  MOST_PACKED,
  colourOf,
  ellipseOf,
  heats,
  hueColour,
  latentColour,
  madePoints,
  mixed,
  packed,
  pointsCsv,
  snapped,
  unpacked,
  type Point,
} from '../../web/src/lib/plane';
import { decode, defaults, encode } from '../../web/src/lib/state';

const kinds = ['blobs', 'line', 'ring', 'spiral', 'moons', 'banana'];

test('made points: the same for a seed, inside the box but for a few, different kinds differ', () => {
  for (const kind of kinds) {
    const points = madePoints(kind, 1);
    expect(points).toHaveLength(150);
    expect(madePoints(kind, 1)).toEqual(points);
    expect(madePoints(kind, 2)).not.toEqual(points);
    const inside = points.filter(
      ([x, y]) => x > BOX.left && x < BOX.right && y > BOX.bottom && y < BOX.top,
    ).length;
    expect(inside, kind).toBeGreaterThan(140);
  }
  const radii = madePoints('ring', 1).map(([x, y]) => Math.hypot(x, y));
  expect(Math.min(...radii)).toBeGreaterThan(1.3);
  const line = madePoints('line', 1);
  const mean = (of: (point: Point) => number) => line.reduce((sum, it) => sum + of(it), 0) / line.length;
  const [mx, my] = [mean(([x]) => x), mean(([, y]) => y)];
  expect(mean(([x, y]) => (x - mx) * (y - my))).toBeGreaterThan(0.5);
  expect(madePoints('own', 1)).toEqual([]);
});

test('packed and unpacked: what was snapped comes back, wrong letters are left out, many are too many', () => {
  const points = madePoints('moons', 3).slice(0, MOST_PACKED).map(snapped);
  const text = packed(points);
  expect(text).toHaveLength(3 * MOST_PACKED);
  expect(text.length).toBeLessThanOrEqual(200); // what an address may hold
  expect(unpacked(text)).toEqual(points);
  for (const [[x, y], [sx, sy]] of madePoints('ring', 1).map((it) => [it, snapped(it)] as const)) {
    expect(Math.abs(x - sx)).toBeLessThan(0.01);
    expect(Math.abs(y - sy)).toBeLessThan(0.01);
  }
  expect(snapped([99, -99])).toEqual([BOX.right, BOX.bottom]);
  expect(packed([...points, [0, 0]])).toBe('');
  expect(unpacked('A!A' + packed([[1, 1]]) + 'xy')).toEqual([snapped([1, 1])]);
  expect(pointsCsv([[0.5, -1.23456]])).toBe('x,y\n0.5,-1.2346\n');
});

test('ellipses: axes are those of the covariance', () => {
  expect(ellipseOf(1, 2, 4, 0, 1)).toEqual({ x: 1, y: 2, a: 2, b: 1, angle: 0 });
  const turned = ellipseOf(0, 0, 2.5, 1.5, 2.5);
  expect(turned.a).toBeCloseTo(2);
  expect(turned.b).toBeCloseTo(1);
  expect(turned.angle).toBeCloseTo(Math.PI / 4);
  expect(ellipseOf(0, 0, 1, 0, 4).angle).toBeCloseTo(Math.PI / 2);
});

test('colours and heat', () => {
  expect(colourOf('rgb(1, 2, 3)')).toEqual([1, 2, 3]);
  expect(colourOf('color(srgb 0.2 0.4 1)')).toEqual([51, 102, 255]);
  expect(mixed([0, 0, 0], [10, 20, 40], 0.5)).toEqual([5, 10, 20]);
  for (const dark of [true, false]) {
    expect(latentColour(-9, dark)).toEqual(latentColour(-2, dark));
    expect(latentColour(0.5, dark)).not.toEqual(latentColour(0.6, dark));
    const hues = Array.from({ length: 20 }, (_, k) => hueColour(k, dark));
    expect(new Set(hues.map(String)).size).toBe(20);
    for (const part of hues.flat()) expect(part).toBeGreaterThanOrEqual(0);
    for (const part of hues.flat()) expect(part).toBeLessThanOrEqual(255);
  }
  expect([...heats([0, Math.log(0.5), -1e30], false)]).toEqual([1, 0.5, 0]);
  const log = heats([3, 3 - 2.5 * Math.LN10, -1e30], true);
  expect(log[1]).toBeCloseTo(0.5);
  expect(log[2]).toBe(0);
});

test('continuous: each method has its own parameters, points come from the address or from the hand', () => {
  const state = defaults(fields);
  expect(paramsOf(state)).toEqual({ components: 3, floor: 0.001, seed: 1, iterations: 60 });
  for (const method of ['mixture', 'ppca', 'vae'] as const) {
    const params = paramsOf({ ...state, method });
    expect(methodOf({ ...state, method })).toBe(method);
    for (const name of ownNames[method]) expect(params).toHaveProperty(name);
    expect(command({ ...state, method })).toMatch(/^priorlab eval plane --task \w+ --file \S+ --/);
  }
  expect(paramsOf({ ...state, method: 'vae' }).iterations).toBe(200);
  const few: Point[] = [snapped([1, 1]), snapped([-2, 0.5])];
  const own = { ...state, data: 'own', points: packed(few) };
  expect(pointsOf(own, [])).toEqual(few);
  expect(pointsOf(decode(fields, new URLSearchParams(encode('x', fields, own).split('?')[1])), [])).toEqual(
    few,
  );
  const many = madePoints('ring', 1);
  expect(pointsOf({ ...state, data: 'own', points: '' }, many)).toEqual(many);
  expect(pointsOf({ ...state, data: 'own', points: '' }, few)).toEqual([]);
  expect(words.presets.map(({ state: it }) => paramsOf({ ...state, ...it }).iterations)).toEqual([
    200, 200, 60,
  ]);
});

test('ladder: parameters of the task, command line', () => {
  const state = defaults(ladder.fields);
  expect(ladder.paramsOf(state)).toMatchObject({ angle: 40, samples: 10, rounds: 2, chosen: 0 });
  expect(ladderCommand(state)).toContain('--task linear_em --angle 40 --samples 10');
  expect(ladderCommand(state)).not.toContain('chosen');
  expect(ladderWords.presets.map(({ state: it }) => it.angle)).toEqual([60, 30, 90]);
});
