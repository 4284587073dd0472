// Kullback-Leibler divergences between mixtures of Gaussians on the line, by quadrature; the Gaussian or mixture that is
// nearest by either of them; the mean log-likelihood of samples. Everything in nats.
import { minimise } from './simplex';

/** Of a mixture: its weight, its mean, its standard deviation. */
export type Component = { weight: number; mean: number; deviation: number };
/** Weights above 0 that sum to 1. */
export type Mixture = readonly Component[];

export const LEAST_DEVIATION = 0.05;
/** What matches the moments of the widest mixture within reach is no wider. */
export const MOST_DEVIATION = 12;
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

// Gauss and Legendre's rule of five points on [-1, 1].
const POINTS = [-0.906179845938664, -0.538469310105683, 0, 0.538469310105683, 0.906179845938664];
const SHARES = [
  0.236926885056189, 0.478628670499366, 0.568888888888889, 0.478628670499366, 0.236926885056189,
];

function rule(f: (x: number) => number, from: number, to: number): number {
  const [middle, half] = [(from + to) / 2, (to - from) / 2];
  let sum = 0;
  for (let i = 0; i < 5; i++) sum += SHARES[i]! * f(middle + half * POINTS[i]!);
  return half * sum;
}

/** The rule, on halves and halves of halves where these do not agree with the whole. */
function refined(f: (x: number) => number, from: number, to: number, whole: number, depth: number): number {
  const middle = (from + to) / 2;
  const [left, right] = [rule(f, from, middle), rule(f, middle, to)];
  if (depth === 0 || Math.abs(left + right - whole) < TOLERANCE * (1 + Math.abs(whole))) return left + right;
  return refined(f, from, middle, left, depth - 1) + refined(f, middle, to, right, depth - 1);
}

const [TOLERANCE, HALVINGS, REACH] = [1e-10, 14, 10];

/** Where pieces of an integral over `p` end: every width of every component, of `p` and of what else shapes the integrand,
 * within ten widths of p's own. */
function edges(p: Mixture, other: Mixture): number[] {
  const low = Math.min(...p.map(({ mean, deviation }) => mean - REACH * deviation));
  const high = Math.max(...p.map(({ mean, deviation }) => mean + REACH * deviation));
  const all = [low, high];
  for (const { mean, deviation } of [...p, ...other])
    for (let k = -REACH; k <= REACH; k++) {
      const at = mean + k * deviation;
      if (at > low && at < high) all.push(at);
    }
  return all.sort((a, b) => a - b);
}

/** Integral of p(x) f(x), where `f` changes as p and `other` do: piece by piece, refined until about ten digits are right.
 * `roughly`: without refinement, for searches. */
export function expectation(
  p: Mixture,
  f: (x: number) => number,
  other: Mixture = [],
  roughly = false,
): number {
  const g = (x: number) => Math.exp(logDensity(p, x)) * f(x);
  const at = edges(p, other);
  let sum = 0;
  for (let i = 1; i < at.length; i++) {
    const [from, to] = [at[i - 1]!, at[i]!];
    if (to - from < 1e-12) continue;
    const whole = rule(g, from, to);
    sum += roughly ? whole : refined(g, from, to, whole, HALVINGS);
  }
  return sum;
}

/** H(p, q) = -E_p log q */
export const crossEntropy = (p: Mixture, q: Mixture, roughly?: boolean): number =>
  -expectation(p, (x) => logDensity(q, x), q, roughly);
/** H(p), the differential entropy: it may be below 0. */
export const entropy = (p: Mixture): number => crossEntropy(p, p);
/** KL(p || q) = E_p log p - log q */
export const divergence = (p: Mixture, q: Mixture, roughly?: boolean): number =>
  expectation(p, (x) => logDensity(p, x) - logDensity(q, x), q, roughly);

export type Measures = {
  entropy: number;
  crossEntropy: number;
  /** KL(p || q) and KL(q || p). */
  forward: number;
  reverse: number;
  /** Standard deviation of log q(x) for x from p. */
  spread: number;
};

/** `roughly`: about five digits are right, for what is shown while it changes. */
export function measures(p: Mixture, q: Mixture, roughly?: boolean): Measures {
  const cross = crossEntropy(p, q, roughly);
  const squares = expectation(p, (x) => (logDensity(q, x) + cross) ** 2, q, roughly);
  return {
    ...{ entropy: crossEntropy(p, p, roughly), crossEntropy: cross },
    ...{ forward: divergence(p, q, roughly), reverse: divergence(q, p, roughly), spread: Math.sqrt(squares) },
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
/** How far around a minimum is looked for anything lower, in what is searched. */
const NEAR = 0.01;

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
 * the first kind is known in closed form and has one minimum. It takes its time: each `next` does a part. */
export function* searching(p: Mixture, count: number, direction: Direction): Generator<void, Fit[]> {
  const value = (q: Mixture) => (direction === 'forward' ? divergence(p, q) : divergence(q, p));
  if (count === 1 && direction === 'forward') {
    const q = [matched(p)];
    return [{ q, value: value(q) }];
  }
  // What depends on q alone decides: forwards the entropy of p is left out.
  const loss = (values: readonly number[]) => {
    const q = ofFlat(values, count);
    return direction === 'forward' ? crossEntropy(p, q, true) : divergence(q, p, true);
  };
  const apart = (a: Mixture, b: Mixture) =>
    a.some(
      ({ mean, deviation, weight }, k) =>
        Math.abs(mean - b[k]!.mean) >= 0.02 ||
        Math.abs(deviation - b[k]!.deviation) >= 0.02 ||
        Math.abs(weight - b[k]!.weight) >= 0.02,
    );
  const found: Fit[] = [];
  const keep = (values: readonly number[], all: Fit[]) => {
    const q = ofFlat(values, count).sort((a, b) => a.mean - b.mean);
    if (all.every((it) => apart(it.q, q))) all.push({ q, value: value(q) });
    all.sort((a, b) => a.value - b.value);
  };
  for (const start of startsFor(p, count)) {
    keep(minimise(loss, flat(start), 0.3, 200), found);
    yield;
  }
  const ends: Fit[] = [];
  for (const { q } of found.slice(0, MOST_FITS)) {
    const end = minimise(loss, flat(q), 0.1, 400, 1e-6);
    const here = loss(end);
    const lower = end.some((v, k) =>
      [-NEAR, NEAR].some((by) => loss(end.map((w, i) => (i === k ? v + by : w))) < here),
    );
    // Neither what a search has not finished nor what the least width holds up is a minimum.
    if (!lower && ofFlat(end, count).every(({ deviation }) => deviation > 1.01 * LEAST_DEVIATION))
      keep(end, ends);
    yield;
  }
  return ends.length ? ends : found.slice(0, 1);
}

export function fits(p: Mixture, count: number, direction: Direction): Fit[] {
  const search = searching(p, count, direction);
  for (;;) {
    const { done, value } = search.next();
    if (done) return value;
  }
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
const LEAST_WEIGHT = 0.001;

export const packedMixture = (mixture: Mixture): string =>
  mixture
    .map(({ weight, mean, deviation }) =>
      [Math.max(LEAST_WEIGHT, weight), mean, deviation].map(short).join(','),
    )
    .join(';');

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
    it[2]! <= MOST_DEVIATION;
  if (!parts.every(within)) return undefined;
  return normalised(
    parts.map(([weight, mean, deviation]) => ({ weight: weight!, mean: mean!, deviation: deviation! })),
  );
}
