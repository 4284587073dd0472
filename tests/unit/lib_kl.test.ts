// Divergences of mixtures on the line: closed forms, identities, the fits each direction prefers, samples.
import { describe, expect, it, test } from 'vitest';
import {
  crossEntropy,
  density,
  divergence,
  entropy,
  expectation,
  fits,
  logDensity,
  matched,
  meanLogLikelihoods,
  measures,
  normalised,
  packedMixture,
  samples,
  sizes,
  uniforms,
  unpackedMixture,
  type Mixture,
} from '../../web/src/lib/kl';
import { minimise } from '../../web/src/lib/simplex';

const gaussian = (mean: number, deviation: number): Mixture => [{ weight: 1, mean, deviation }];
const two: Mixture = [
  { weight: 0.6, mean: -2, deviation: 0.5 },
  { weight: 0.4, mean: 2, deviation: 0.8 },
];
const three: Mixture = normalised([
  { weight: 1, mean: -3, deviation: 0.3 },
  { weight: 2, mean: 0, deviation: 1.5 },
  { weight: 1, mean: 4, deviation: 0.6 },
]);
const all = [two, three, gaussian(0, 1), gaussian(3, 0.2), gaussian(-1, 4)];

describe('divergences', () => {
  test('of two Gaussians are those of the closed form', () => {
    for (const [m, s, n, t] of [
      [0, 1, 0, 1],
      [1, 0.3, -2, 2],
      [-4, 3, 4, 0.4],
    ] as const) {
      const closed = Math.log(t / s) + (s * s + (m - n) ** 2) / (2 * t * t) - 0.5;
      expect(divergence(gaussian(m, s), gaussian(n, t))).toBeCloseTo(closed, 7);
    }
    expect(entropy(gaussian(5, 0.7))).toBeCloseTo(0.5 * Math.log(2 * Math.PI * Math.E * 0.49), 9);
  });

  test('are never negative, and 0 for equal densities alone', () => {
    for (const p of all)
      for (const q of all) {
        if (p === q) expect(Math.abs(divergence(p, q))).toBeLessThan(1e-12);
        else expect(divergence(p, q)).toBeGreaterThan(0.01);
      }
  });

  test('cross-entropy is entropy and divergence', () => {
    for (const p of all)
      for (const q of all) {
        const it = measures(p, q);
        expect(it.crossEntropy).toBeCloseTo(it.entropy + it.forward, 8);
        expect(it.reverse).toBeCloseTo(divergence(q, p), 12);
        const rough = measures(p, q, true);
        expect(rough.forward / (it.forward || 1)).toBeCloseTo(p === q ? 0 : 1, 3);
        expect(rough.spread).toBeCloseTo(it.spread, 2);
        expect(it.crossEntropy).toBeCloseTo(crossEntropy(p, q), 12);
      }
  });

  test('agree with a plain sum over a fine grid, cross-entropies too, whatever the widths', () => {
    const plain = (p: Mixture, f: (x: number) => number, step: number) => {
      let sum = 0;
      for (let x = -60; x < 60; x += step) sum += step * density(p, x) * f(x);
      return sum;
    };
    const halves = (a: Mixture, b: Mixture) => normalised([...a, ...b]);
    for (const [p, q] of [
      [gaussian(0, 6), halves(gaussian(0, 5), gaussian(0.1, 0.05))],
      [gaussian(0, 3), halves(gaussian(0, 2), gaussian(1.13, 0.1))],
      [gaussian(0, 4), halves(gaussian(-5, 0.1), gaussian(5, 0.1))],
      [three, two],
    ] as const) {
      const ratio = plain(p, (x) => logDensity(p, x) - logDensity(q, x), 0.002);
      expect(divergence(p, q) / ratio).toBeCloseTo(1, 5);
      expect(crossEntropy(p, q) / plain(p, (x) => -logDensity(q, x), 0.002)).toBeCloseTo(1, 5);
    }
    let sum = 0;
    for (let x = -30; x < 30; x += 0.001)
      sum += 0.001 * density(three, x) * (logDensity(three, x) - logDensity(two, x));
    expect(divergence(three, two)).toBeCloseTo(sum, 6);
    expect(expectation(three, () => 1)).toBeCloseTo(1, 9);
  });

  test('stay finite where the other has no mass to speak of', () => {
    const far = divergence(gaussian(0, 1), gaussian(500, 0.1));
    expect(far).toBeGreaterThan(1e6);
    expect(Number.isFinite(far)).toBe(true);
  });
});

describe('fits', () => {
  it('forwards matches the moments: nothing near is better', () => {
    const [{ q, value }] = fits(two, 1, 'forward') as [ReturnType<typeof fits>[0]];
    expect(q[0]!.mean).toBeCloseTo(
      expectation(two, (x) => x),
      9,
    );
    const variance = expectation(two, (x) => (x - q[0]!.mean) ** 2);
    expect(q[0]!.deviation).toBeCloseTo(Math.sqrt(variance), 9);
    for (const [dm, ds] of [
      [0.05, 0],
      [-0.05, 0],
      [0, 0.05],
      [0, -0.05],
    ] as const)
      expect(divergence(two, gaussian(q[0]!.mean + dm, q[0]!.deviation + ds))).toBeGreaterThan(value);
  });

  it('backwards has a minimum at each mode, the best at the heaviest, each one better than what is near', () => {
    const found = fits(two, 1, 'reverse');
    expect(found.length).toBeGreaterThanOrEqual(2);
    expect(found[0]!.q[0]!.mean).toBeCloseTo(-2, 1);
    expect(found[0]!.q[0]!.deviation).toBeCloseTo(0.5, 1);
    expect(found.some(({ q }) => Math.abs(q[0]!.mean - 2) < 0.1)).toBe(true);
    // All of q where p has 0.6 of its mass: -log 0.6 and what the other mode's tail takes away.
    expect(found[0]!.value).toBeCloseTo(-Math.log(0.6), 2);
    expect(found[0]!.value).toBeLessThan(divergence([matched(two)], two));
    for (const { q, value } of found)
      for (const [dm, ds] of [
        [0.01, 0],
        [-0.01, 0],
        [0, 0.01],
        [0, -0.01],
      ] as const)
        expect(divergence(gaussian(q[0]!.mean + dm, q[0]!.deviation + ds), two)).toBeGreaterThan(value);
  });

  it('of a mixture by a mixture finds it, both ways', { timeout: 30_000 }, () => {
    for (const direction of ['forward', 'reverse'] as const) {
      const [best] = fits(two, 2, direction);
      expect(best!.value).toBeLessThan(1e-4);
      best!.q.forEach(({ mean, weight }, k) => {
        expect(mean).toBeCloseTo(two[k]!.mean, 1);
        expect(weight).toBeCloseTo(two[k]!.weight, 1);
      });
    }
  });

  it('of a Gaussian is the Gaussian', () => {
    for (const direction of ['forward', 'reverse'] as const) {
      const found = fits(gaussian(1, 0.7), 1, direction);
      expect(found).toHaveLength(1);
      expect(found[0]!.q[0]!.mean).toBeCloseTo(1, 3);
      expect(found[0]!.q[0]!.deviation).toBeCloseTo(0.7, 3);
    }
  });

  it('the simplex finds the bottom of a bent valley', () => {
    const valley = ([x, y]: readonly number[]) => (1 - x!) ** 2 + 100 * (y! - x! * x!) ** 2;
    const [x, y] = minimise(valley, [-1.2, 1], 0.3, 1000, 1e-7);
    expect(x).toBeCloseTo(1, 4);
    expect(y).toBeCloseTo(1, 4);
  });
});

describe('samples', () => {
  it('follow the mixture and the seed', () => {
    const x = samples(three, 100_000, 1);
    expect(samples(three, 10, 1)).toEqual(x.slice(0, 10));
    expect(samples(three, 10, 2)).not.toEqual(x.slice(0, 10));
    const mean = x.reduce((a, b) => a + b) / x.length;
    const { mean: truth, deviation } = matched(three);
    expect(Math.abs(mean - truth)).toBeLessThan((4 * deviation) / Math.sqrt(x.length));
    const below = x.filter((v) => v < -2).length / x.length;
    const expected = expectation(three, (v) => (v < -2 ? 1 : 0));
    expect(Math.abs(below - expected)).toBeLessThan(0.007);
    const next = uniforms(3);
    const few = Array.from({ length: 1000 }, next);
    expect(Math.min(...few)).toBeGreaterThan(0);
    expect(Math.max(...few)).toBeLessThan(1);
  });

  it('their mean log-likelihood goes to minus the cross-entropy, within its standard errors', () => {
    const q = gaussian(0.5, 2);
    const { crossEntropy: cross, spread } = measures(three, q);
    const at = sizes(100_000);
    const means = meanLogLikelihoods(q, samples(three, 100_000, 7), at);
    expect(means[0]).toBeCloseTo(logDensity(q, samples(three, 1, 7)[0]!), 12);
    const outside = at.filter((n, i) => Math.abs(means[i]! + cross) > (2 * spread) / Math.sqrt(n)).length;
    expect(outside).toBeLessThan(0.2 * at.length);
    expect(Math.abs(means.at(-1)! + cross)).toBeLessThan((4 * spread) / Math.sqrt(100_000));
  });

  it('sizes grow by even steps of the logarithm and end where they are asked to', () => {
    expect(sizes(100, 3)).toEqual([1, 2, 5, 10, 22, 46, 100]);
    expect(sizes(7, 3)).toEqual([1, 2, 5, 7]);
  });
});

test('minima are minima: nothing near is lower, none lies where the least width holds it', () => {
  const modes = normalised([
    { weight: 0.4, mean: -4, deviation: 0.5 },
    { weight: 0.3, mean: 0, deviation: 0.7 },
    { weight: 0.3, mean: 4, deviation: 1 },
  ]);
  for (const direction of ['forward', 'reverse'] as const)
    for (const { q, value } of fits(modes, 2, direction)) {
      expect(Math.min(...q.map(({ deviation }) => deviation))).toBeGreaterThan(0.06);
      for (const k of [0, 1])
        for (const by of [-0.05, 0.05])
          for (const name of ['mean', 'deviation'] as const) {
            const other = q.map((it, i) => (i === k ? { ...it, [name]: it[name] + by } : it));
            const there = direction === 'forward' ? divergence(modes, other) : divergence(other, modes);
            expect(there).toBeGreaterThan(value);
          }
    }
}, 30_000);

test('what matches the widest mixture survives the way through an address', () => {
  const ends = normalised([-8, 8].map((mean) => ({ weight: 1, mean, deviation: 6 })));
  const [{ q }] = fits(ends, 1, 'forward') as [ReturnType<typeof fits>[0]];
  expect(unpackedMixture(packedMixture(q), 1, 8)![0]!.deviation).toBeCloseTo(10, 3);
  const light = [gaussian(0, 1)[0]!, { weight: 1e-5, mean: 1, deviation: 1 }];
  expect(unpackedMixture(packedMixture(light), 2, 8)).toHaveLength(2);
});

test('a mixture survives the way through an address; nonsense does not', () => {
  expect(unpackedMixture(packedMixture(two), 3, 8)).toEqual([...two]);
  for (const wrong of [
    '',
    '1,0',
    '1,0,0',
    '0,0,1',
    '-1,0,1',
    '1,99,1',
    '1,0,1;1,0,x',
    '1,0,1;1,0,1;1,0,1;1,0,1',
  ])
    expect(unpackedMixture(wrong, 3, 8)).toBeUndefined();
});
