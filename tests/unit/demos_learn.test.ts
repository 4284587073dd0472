// What the demos that learn a latent space and that compare densities compute by themselves.
import { expect, test } from 'vitest';
import { density } from '../../web/src/lib/kl';
import { defaults } from '../../web/src/lib/state';
import { fields as klFields, integrand, mixtureOf, resized } from '../../web/src/demos/kl_state';
import { split } from '../../web/src/demos/learn_state';
import { fields, others, paramsOf, widest } from '../../web/src/demos/vae_state';
import { command } from '../../web/src/demos/vae_text';
import { changed } from '../../web/src/ui/density_view';

test('the two latents whose means vary most, in their order', () => {
  expect(widest([1, 0, 5, 1, 0, -5, 1, 1, 0], 3)).toEqual([1, 2]);
  expect(widest([3, 0, 9, 0.1, -3, 0], 2)).toEqual([0, 1]);
  expect(widest([1, 2, 3], 1)).toEqual([0, 0]);
  expect(widest([], 2)).toEqual([0, 1]);
});

test('params of a training are those of its task alone; the command has all of them that it takes', () => {
  const start = defaults(fields);
  expect(Object.keys(paramsOf(start)).sort()).toEqual([...others, 'beta', 'latents'].sort());
  expect(paramsOf({ ...start, latents: 99, beta: 'x' })).toMatchObject({ latents: 50, beta: 1 });
  expect(command({ ...start, latents: 5 })).toBe(
    'priorlab train vae --data DATA/mnist --latents 5 --hidden 200 --samples 1 --batch 200 --rate 0.002 --seed 1 --epochs 100 --parts 4 --average 0.99 --out mine.safetensors',
  );
});

test('so many of a hundred are kept out, evenly', () => {
  const digits = Array.from({ length: 200 }, (_, i) => i);
  for (const percent of [0, 5, 10, 33, 50]) {
    const { train, valid } = split(digits, percent);
    expect(valid).toHaveLength(2 * percent);
    expect([...train, ...valid].sort((a, b) => a - b)).toEqual(digits);
    const gaps = valid.slice(1).map((v, i) => v - valid[i]!);
    if (percent) expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
  }
});

test('a component changes within bounds, the others keep their proportions, the weights sum to one', () => {
  const three = [0.2, 0.3, 0.5].map((weight, k) => ({ weight, mean: k, deviation: 1 }));
  const heavier = changed(three, 2, { weight: 0.75 });
  expect(heavier.map(({ weight }) => weight)).toEqual([0.1, 0.15, 0.75].map((w) => expect.closeTo(w, 9)));
  const most = changed(three, 0, { weight: 5, mean: 99, deviation: 0 });
  expect(most[0]).toMatchObject({ mean: 8, deviation: 0.05 });
  expect(most.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  expect(Math.min(...most.map(({ weight }) => weight))).toBeGreaterThan(0.01);
  expect(changed([three[0]!], 0, { weight: 0.2 })[0]!.weight).toBe(1);
});

test('components come and go', () => {
  const start = mixtureOf(defaults(klFields), 'p');
  const more = resized(start, 1);
  expect(more).toHaveLength(3);
  expect(more.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  resized(more, -1).forEach((it, k) => expect(it.weight).toBeCloseTo(start[k]!.weight, 12));
  for (const it of resized([{ weight: 1, mean: 7, deviation: 1 }], 1))
    expect(Math.abs(it.mean)).toBeLessThan(8);
});

test('the integrand is p log p/q: positive where p is above q', () => {
  const p = [{ weight: 1, mean: 0, deviation: 1 }];
  const q = [{ weight: 1, mean: 1, deviation: 1 }];
  const at = integrand(p, q);
  expect(at(0)).toBeCloseTo(density(p, 0) * 0.5, 12);
  expect(at(0.5)).toBeCloseTo(0, 12);
  expect(at(2)).toBeLessThan(0);
});
