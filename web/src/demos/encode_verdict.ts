// What three estimates of log p(x) say together, in words.
import { effectiveSamples, logMean } from '../lib/bounds';
import { nats } from './digit_models';
import type { Weights } from './encode_runs';
import { sources } from './encode_state';

/** Standard error of the logarithm of a mean of weights, by the delta method; as far as the weights know. */
const errorOf = (effective: number, count: number): number =>
  Math.sqrt(Math.max(0, 1 / effective - 1 / count));

/** Each estimate is too low on average. So the guess is that of q(z | x), unless another one is clearly higher: then q misses
 * part of the posterior, whatever its effective sample size says. */
export function verdict(weights: Weights, elbo: number | undefined): string {
  const found = sources.flatMap(({ id, whence }) => {
    const logs = weights[id];
    if (!logs?.length) return [];
    const effective = effectiveSamples(logs);
    const error = errorOf(effective, logs.length);
    return [{ id, whence, count: logs.length, log: logMean(logs), effective, error }];
  });
  const own = found.find(({ id }) => id === 'posterior');
  if (!own) return 'No sample drawn yet.';
  const higher = found.filter((it) => it.log - own.log > 2 * Math.hypot(it.error, own.error));
  const best = higher.reduce((a, b) => (b.log > a.log ? b : a), own);
  const worth = ({ effective }: typeof own) => `worth ${effective.toFixed(effective < 20 ? 1 : 0)}`;
  const others = found
    .filter((it) => it !== best)
    .map((it) => {
      const short = best.log - it.log;
      const text = `${it.whence}: ${Math.abs(short).toFixed(1)} nats ${short < 0 ? 'more' : 'less'}, ${worth(it)}`;
      return ` ${text.charAt(0).toUpperCase()}${text.slice(1)}${it === own ? '; q misses part of the posterior' : ''}.`;
    });
  const above = elbo === undefined ? '' : `, ${(best.log - elbo).toFixed(1)} above the ELBO`;
  return `log p(x) is about ${nats(best.log)}${above}: ${best.count.toLocaleString('en')} samples ${best.whence}, ${worth(best)}.${others.join('')}`;
}
