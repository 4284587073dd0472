// State of the demo on divergences: two densities as text, what is filled, and how many samples are drawn.
import type { ParamSpec } from '../engine/describe';
import { logDensity, packedMixture, unpackedMixture, type Component, type Mixture } from '../lib/kl';
import type { State } from '../lib/state';
import { REACH } from '../ui/density_view';
import { choice, integer, text } from './digits_state';

export const MOST = { p: 3, q: 2 } as const;
export type Name = keyof typeof MOST;

export const starts = {
  p: '0.6,-2.5,0.6;0.4,2.5,0.9',
  q: '1,0,1.5',
} as const;

export const fields: readonly ParamSpec[] = [
  text('p', 'p', starts.p),
  text('q', 'q', starts.q),
  choice(
    'show',
    'Filled',
    [
      { value: 'none', label: 'Nothing' },
      { value: 'forward', label: 'KL(p‖q)' },
      { value: 'reverse', label: 'KL(q‖p)' },
    ],
    'Where a divergence comes from: p log(p/q), or q log(q/p), whose area it is; below the axis it counts as negative.',
  ),
  integer('samples', 'Samples', 10_000, 100, 100_000, 'Drawn from p, one after the other.'),
  integer('seed', 'Seed', 1, 0, 1_000_000, 'Of the samples.'),
];

export const isMixture = (state: State, name: Name): boolean =>
  !!unpackedMixture(String(state[name]), MOST[name], REACH);

/** What the text says, or what the demo starts with where that is no mixture. */
export const mixtureOf = (state: State, name: Name): Component[] =>
  unpackedMixture(String(state[name]), MOST[name], REACH) ??
  unpackedMixture(starts[name], MOST[name], REACH)!;

/** One component more, beside the others, or the last one less. */
export function resized(mixture: Mixture, by: 1 | -1): Component[] {
  if (by < 0) {
    const kept = mixture.slice(0, -1);
    const sum = kept.reduce((all, { weight }) => all + weight, 0);
    return kept.map((it) => ({ ...it, weight: it.weight / sum }));
  }
  const share = 1 / (mixture.length + 1);
  const right = Math.max(...mixture.map(({ mean }) => mean));
  const mean = right + 2.5 > REACH - 1 ? Math.min(...mixture.map((it) => it.mean)) - 2.5 : right + 2.5;
  return [
    ...mixture.map((it) => ({ ...it, weight: it.weight * (1 - share) })),
    { weight: share, mean: Math.max(1 - REACH, mean), deviation: 0.8 },
  ];
}

export { packedMixture };

/** p(x) log p(x)/q(x) */
export const integrand =
  (p: Mixture, q: Mixture) =>
  (x: number): number => {
    const log = logDensity(p, x);
    return Math.exp(log) * (log - logDensity(q, x));
  };
