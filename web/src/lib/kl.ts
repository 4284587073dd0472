// Kullback-Leibler divergences between mixtures of Gaussians on the line, by quadrature; the Gaussian or mixture that is
// nearest by either of them; the mean log-likelihood of samples. Everything in nats.
import { minimise } from './simplex';

/** Of a mixture: its weight, its mean, its standard deviation. */
export type Component = { weight: number; mean: number; deviation: number };
/** Weights above 0 that sum to 1. */
export type Mixture = readonly Component[];

export const LEAST_DEVIATION = 0.05;
const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

/** log N(x; mean, deviation^2) */
export const logNormal = (x: number, mean: number, deviation: number): number => {
  const z = (x - mean) / deviation;
  return -0.5 * z * z - Math.log(deviation) - HALF_LOG_2PI;
};

const logs = new Float64Array(8);

/** log p(x): finite everywhere, far out in the tails, too. At most eight components. */
export function logDensity(mixture: Mixture, x: number): number {
  let most = -Infinity;
  for (let k = 0; k < mixture.length; k++) {
    const { weight, mean, deviation } = mixture[k]!;
    logs[k] = Math.log(weight) + logNormal(x, mean, deviation);
    most = Math.max(most, logs[k]!);
  }
  if (mixture.length === 1) return most;
  let sum = 0;
  for (let k = 0; k < mixture.length; k++) sum += Math.exp(logs[k]! - most);
  return most + Math.log(sum);
}

export const density = (mixture: Mixture, x: number): number => Math.exp(logDensity(mixture, x));

/** The same with weights that sum to 1. */
export function normalised(mixture: Mixture): Component[] {
  const sum = mixture.reduce((all, { weight }) => all + weight, 0);
  return mixture.map((it) => ({ ...it, weight: it.weight / sum }));
}

/** Integral of p(x) f(x) over where `p` is, component by component: the trapezoid rule on mean +- 10 deviations of each,
 * which for such integrands is exact to about 1e-10 with 12 points per deviation. */
export function expectation(p: Mixture, f: (x: number) => number, perDeviation = 12): number {
  const reach = 10;
  let sum = 0;
  for (const { weight, mean, deviation } of p) {
    const step = 1 / perDeviation;
    let own = 0;
    for (let i = -reach * perDeviation; i <= reach * perDeviation; i++) {
      const z = i * step;
      own += Math.exp(-0.5 * z * z) * f(mean + z * deviation);
    }
    sum += (weight * own * step) / Math.sqrt(2 * Math.PI);
  }
  return sum;
}

/** H(p, q) = -E_p log q */
export const crossEntropy = (p: Mixture, q: Mixture): number => -expectation(p, (x) => logDensity(q, x));
/** H(p), the differential entropy: it may be below 0. */
export const entropy = (p: Mixture): number => crossEntropy(p, p);
/** KL(p || q) = E_p log p - log q */
export const divergence = (p: Mixture, q: Mixture, perDeviation?: number): number =>
  expectation(p, (x) => logDensity(p, x) - logDensity(q, x), perDeviation);

export type Measures = {
  entropy: number;
  crossEntropy: number;
  /** KL(p || q) and KL(q || p). */
  forward: number;
  reverse: number;
  /** Standard deviation of log q(x) for x from p. */
  spread: number;
};

export function measures(p: Mixture, q: Mixture): Measures {
  const cross = crossEntropy(p, q);
  const squares = expectation(p, (x) => (logDensity(q, x) + cross) ** 2);
  return {
    ...{ entropy: entropy(p), crossEntropy: cross },
    ...{ forward: divergence(p, q), reverse: divergence(q, p), spread: Math.sqrt(squares) },
  };
}

// ---- The nearest

/** The Gaussian with p's mean and variance: of all Gaussians q the one with the least KL(p || q). */
export function matched(p: Mixture): Component {
  const mean = p.reduce((sum, it) => sum + it.weight * it.mean, 0);
  const variance = p.reduce((sum, it) => sum + it.weight * (it.deviation ** 2 + (it.mean - mean) ** 2), 0);
  return { weight: 1, mean, deviation: Math.sqrt(variance) };
}

export type Direction = 'forward' | 'reverse';
export type Fit = { q: Component[]; value: number };

/** Means, logarithms of deviations, and of all components but the first the log of the weight over the first's. */
const flat = (q: Mixture): number[] => [
  ...q.flatMap(({ mean, deviation }) => [mean, Math.log(deviation)]),
  ...q.slice(1).map(({ weight }) => Math.log(weight / q[0]!.weight)),
];
const ofFlat = (values: readonly number[], count: number): Component[] =>
  normalised(
    Array.from({ length: count }, (_, k) => ({
      weight: k ? Math.exp(Math.max(-12, Math.min(12, values[2 * count + k - 1]!))) : 1,
      mean: values[2 * k]!,
      deviation: Math.max(LEAST_DEVIATION, Math.exp(values[2 * k + 1]!)),
    })),
  );

const MOST_FITS = 4;

/** Where a search begins: what matches the moments, and components of p, alone or in pairs. */
function startsFor(p: Mixture, count: number): Component[][] {
  const wide = matched(p);
  if (count === 1) return [[wide], ...p.map((it) => [{ ...it, weight: 1 }])];
  const apart = [-1, 1].map((side) => ({
    weight: 0.5,
    mean: wide.mean + 0.7 * side * wide.deviation,
    deviation: 0.7 * wide.deviation,
  }));
  const pairs = p.flatMap((a, i) => p.slice(i + 1).map((b) => normalised([a, b])));
  const own = p.map((it) =>
    [-1, 1].map((side) => ({
      ...it,
      ...{ weight: 0.5, mean: it.mean + 0.3 * side * it.deviation },
    })),
  );
  return [apart, ...pairs, ...own];
}

/** Mixtures of `count` (1 or 2) Gaussians where KL(p || q), or KL(q || p), has a minimum, the best first. Of one Gaussian
 * the first kind is known in closed form and has one minimum. */
export function fits(p: Mixture, count: number, direction: Direction): Fit[] {
  const value = (q: Mixture) => (direction === 'forward' ? divergence(p, q) : divergence(q, p));
  if (count === 1 && direction === 'forward') {
    const q = [matched(p)];
    return [{ q, value: value(q) }];
  }
  // What depends on q alone decides: forwards the entropy of p is left out. Coarse from everywhere; the rule has ripples of
  // its own, so the best go on with the fine one.
  const search = (start: readonly number[], around: number, steps: number, perDeviation?: number) =>
    minimise(
      (values) => {
        const q = ofFlat(values, count);
        return direction === 'forward'
          ? -expectation(p, (x) => logDensity(q, x), perDeviation)
          : divergence(q, p, perDeviation);
      },
      start,
      around,
      steps,
    );
  const ended = (values: number[]): Fit => {
    const q = ofFlat(values, count).sort((a, b) => a.mean - b.mean);
    return { q, value: value(q) };
  };
  const better = (a: Fit, b: Fit) => a.value - b.value;
  const alike = (a: Fit, b: Fit) =>
    a.q.every(
      ({ mean, deviation, weight }, k) =>
        Math.abs(mean - b.q[k]!.mean) < 0.02 &&
        Math.abs(deviation - b.q[k]!.deviation) < 0.02 &&
        Math.abs(weight - b.q[k]!.weight) < 0.02,
    );
  const distinct = (all: Fit[]) =>
    all.sort(better).filter((it, i) => !all.slice(0, i).some((other) => alike(it, other)));
  const coarse = distinct(startsFor(p, count).map((start) => ended(search(flat(start), 0.3, 250, 4))));
  return distinct(coarse.slice(0, MOST_FITS).map(({ q }) => ended(search(flat(q), 0.1, count === 1 ? 150 : 400))));
}

// ---- Samples

/** Uniform on (0, 1) from a seed; the same numbers everywhere. */
export function uniforms(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
}

export function samples(p: Mixture, count: number, seed: number): Float64Array {
  const next = uniforms(seed);
  return Float64Array.from({ length: count }, () => {
    let u = next();
    const component = p.find(({ weight }) => (u -= weight) < 0) ?? p.at(-1)!;
    const normal = Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
    return component.mean + component.deviation * normal;
  });
}

/** 1, 2, 5, 10, ... in finer steps: about `perDecade` whole numbers for each power of ten, up to `most`. */
export function sizes(most: number, perDecade = 24): number[] {
  const all = new Set<number>();
  for (let power = 0; 10 ** (power / perDecade) < most; power++)
    all.add(Math.round(10 ** (power / perDecade)));
  return [...all.add(most)];
}

/** (1/N) sum of log q(x_i) over the first N, for each N of `at`. */
export function meanLogLikelihoods(q: Mixture, x: Float64Array, at: readonly number[]): number[] {
  let sum = 0;
  let done = 0;
  return at.map((count) => {
    for (; done < count; done++) sum += logDensity(q, x[done]!);
    return sum / count;
  });
}

// ---- As text, for an address: "0.5,-2,0.6;0.5,2,0.9"

const short = (value: number) => String(Number(value.toFixed(3)));

export const packedMixture = (mixture: Mixture): string =>
  mixture.map(({ weight, mean, deviation }) => [weight, mean, deviation].map(short).join(',')).join(';');

/** Undefined for what is no mixture of one to `most` components. */
export function unpackedMixture(text: string, most: number, reach: number): Component[] | undefined {
  const parts = text.split(';').map((part) => part.split(',').map(Number));
  if (!parts.length || parts.length > most) return undefined;
  const within = (it: number[]) =>
    it.length === 3 &&
    it.every(Number.isFinite) &&
    it[0]! > 0 &&
    Math.abs(it[1]!) <= reach &&
    it[2]! >= LEAST_DEVIATION &&
    it[2]! <= reach;
  if (!parts.every(within)) return undefined;
  return normalised(
    parts.map(([weight, mean, deviation]) => ({ weight: weight!, mean: mean!, deviation: deviation! })),
  );
}
