// Variational autoencoders in the page: how many latents one has and which of them it uses, and where it puts test digits.
import type { Engine } from '../engine';
import { cloudFrom, type Cloud } from '../lib/cloud';
import { unpackedNumbers, type Point } from '../lib/latents';
import { LearnedModels } from '../lib/learned';
import { checkFile } from './digit_models';
import table from './vae_latents.json';

export const FAMILY = 'vae';

/** Those learned or opened in this browser: the engine's lists show them once `offer` has been called. */
export const learnedVaes = new LearnedModels('vaes', FAMILY);

/** Throws an error whose message says why a file is no variational autoencoder of digits. */
export const checkVae = (engine: Engine, file: Uint8Array): Promise<void> =>
  checkFile(engine, file, FAMILY, async (model) => {
    const params = { model, count: 1 };
    const { outputs } = await engine.call('vae_decode', params, {}, ['probabilities'], { lane: 'probe' });
    return outputs.probabilities.shape;
  });

/** Variance of the posterior mean above which a latent counts as used (Burda et al., ICLR 2016). */
export const ACTIVE = 0.01;

/** Measured by `priorlab eval latents`; see the file's `command`. */
type Measured = { split: string; count: number; activity: readonly number[]; kl: readonly number[] };
const measured = table.models as Record<string, Measured | undefined>;

/** Latents of a model that ships. */
export const knownLatents = (model: string): number | undefined => measured[model]?.activity.length;

export type Latents = {
  model: string;
  count: number;
  /** Numbers of the latents, from 0, the most active first. */
  order: readonly number[];
  /** Variance of the posterior mean over test digits; undefined for models that do not ship. */
  activity: readonly number[] | undefined;
  /** How many are active; all of them where that is not known. */
  active: number;
};

/** Points drawn from the prior by a seed, the same ones as everywhere. */
export const DRAWN = 64;

export function orderedLatents(model: string, count: number): Latents {
  const known = measured[model];
  const activity = known?.activity.length === count ? known.activity : undefined;
  const order = Array.from({ length: count }, (_, d) => d);
  if (activity) order.sort((a, b) => activity[b]! - activity[a]!);
  return { model, count, order, activity, active: activity?.filter((v) => v > ACTIVE).length ?? count };
}

/** Loads the model, which may be one of this browser; `draws`: DRAWN points of its latent space from N(0, I). */
export async function latentsOf(
  engine: Engine,
  model: string,
  seed: number,
  signal: AbortSignal,
): Promise<{ latents: Latents; draws: Point[] }> {
  await learnedVaes.offer(engine);
  const params = { model, seed, count: DRAWN };
  const { outputs } = await engine.call('vae_decode', params, {}, ['z'], {
    signal,
    lane: `latents of ${model}`,
  });
  const { shape, data } = outputs.z;
  const wide = shape[1]!;
  const draws = Array.from({ length: DRAWN }, (_, i) =>
    Float32Array.from(data.subarray(i * wide, (i + 1) * wide)),
  );
  return { latents: orderedLatents(model, wide), draws };
}

/** The two latents that the plane shows: the only two in their order, else the two most active ones. */
export const planeOf = ({ count, order }: Latents): [number, number] =>
  count === 2 ? [0, 1] : [order[0]!, order[1] ?? order[0]!];

/** Posterior means of test digits by class, where the model has two latents; loaded when asked for. */
export async function cloudOf(model: string): Promise<Cloud | undefined> {
  const { models } = (await import('./vae_clouds.json')).default;
  const it = (models as Record<string, { counts: number[]; points: string } | undefined>)[model];
  const points = it && unpackedNumbers(it.points);
  return it && points && cloudFrom(it.counts, points);
}

export const papers = {
  vae: `D. P. Kingma and M. Welling, <a href="https://arxiv.org/abs/1312.6114">Auto-encoding variational Bayes</a>, ICLR 2014`,
  iwae: `Y. Burda, R. Grosse and R. Salakhutdinov, <a href="https://arxiv.org/abs/1509.00519">Importance weighted autoencoders</a>, ICLR 2016`,
  sampling: `T. White, <a href="https://arxiv.org/abs/1609.04468">Sampling generative networks</a>, 2016`,
};
