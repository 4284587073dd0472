// Estimates of log p(x) from logarithms of importance weights: the importance-weighted bound for any number of samples, and
// how many samples they are worth.

/** Logarithm of the mean of exp(logs[from .. to)). */
export function logMean(logs: ArrayLike<number>, from = 0, to = logs.length): number {
  let most = -Infinity;
  for (let i = from; i < to; i++) most = Math.max(most, logs[i]!);
  if (most === -Infinity) return most;
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.exp(logs[i]! - most);
  return most + Math.log(sum / (to - from));
}

/** The bound with k samples (Burda, Grosse and Salakhutdinov, ICLR 2016), estimated by the mean over all whole lots of k
 * samples; undefined while there is no whole lot. With k = 1 and samples of the posterior it is the ELBO. */
export function boundWith(logs: ArrayLike<number>, k: number): number | undefined {
  const lots = Math.floor(logs.length / k);
  if (!lots) return undefined;
  let sum = 0;
  for (let i = 0; i < lots; i++) sum += logMean(logs, i * k, (i + 1) * k);
  return sum / lots;
}

/** Numbers of samples from 1 to `most`, even on a logarithmic axis, both ends among them. */
export function sampleCounts(most: number): number[] {
  const counts: number[] = [];
  for (let ten = 1; ten <= most; ten *= 10)
    for (const factor of [1, 1.5, 2, 3, 5, 7]) {
      const k = Math.round(factor * ten);
      if (k < most && k !== counts.at(-1)) counts.push(k);
    }
  return [...counts, most];
}

/** Effective sample size (sum w)^2 / sum w^2 (Kong 1992), from 1 to the number of weights. */
export function effectiveSamples(logs: ArrayLike<number>): number {
  const most = Array.from(logs).reduce((a, b) => Math.max(a, b), -Infinity);
  let [sum, squares] = [0, 0];
  for (let i = 0; i < logs.length; i++) {
    const w = Math.exp(logs[i]! - most);
    sum += w;
    squares += w * w;
  }
  return squares ? (sum * sum) / squares : 0;
}
