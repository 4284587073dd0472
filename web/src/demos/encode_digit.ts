// One digit encoded: where its posterior lies, and how that is shown on the plane.
import type { Engine } from '../engine';
import { digitsTensor, plane, type Digit } from '../lib/digits';
import type { Cloud } from '../lib/cloud';
import type { Point } from '../lib/latents';
import type { PlaneContent } from '../ui/latent_plane';
import { subscript } from './latent_sliders';
import { planeOf, type Latents } from './vae_models';

/** Samples of the posterior for the reconstruction term. */
const SAMPLES = 100;

export type Encoded = {
  mean: Point;
  deviation: Point;
  /** Of each latent, nats. */
  kl: ArrayLike<number>;
  /** p(pixel = 1 | z = mean). */
  reconstruction: ArrayLike<number>;
  /** elbo = fit - divergence, nats. */
  elbo: number;
  fit: number;
  divergence: number;
};

export async function encodeDigit(
  engine: Engine,
  model: string,
  seed: number,
  digit: Digit,
  signal: AbortSignal,
): Promise<Encoded> {
  const { outputs, metrics } = await engine.call(
    'vae_encode',
    { model, samples: SAMPLES, seed },
    { digits: digitsTensor([digit]) },
    ['mean', 'deviation', 'kl', 'reconstruction'],
    { signal },
  );
  return {
    ...{ mean: outputs.mean.data as Point, deviation: outputs.deviation.data as Point },
    ...{ kl: outputs.kl.data, reconstruction: plane(outputs.reconstruction) },
    ...{ elbo: metrics.elbo ?? NaN, fit: metrics.reconstruction ?? NaN, divergence: metrics.kl ?? NaN },
  };
}

/** Of q(z | x), from draws from N(0, I). */
export const samplesOf = ({ mean, deviation }: Encoded, draws: readonly Point[]): Point[] =>
  draws.map((draw) => draw.map((v, d) => mean[d]! + deviation[d]! * v));

/** One and two standard deviations of the prior and of the posterior, over test digits. */
export function contentOf(
  latents: Latents,
  cloud: Cloud | undefined,
  lit: number,
  encoded: Encoded | undefined,
  samples: readonly Point[],
): PlaneContent {
  const [across, up] = planeOf(latents);
  const prior = [1, 2].map((r) => ({ x: 0, y: 0, across: r, up: r, dashed: true }));
  const own = encoded
    ? [1, 2].map((r) => ({
        ...{ x: encoded.mean[across]!, y: encoded.mean[up]! },
        ...{ across: r * encoded.deviation[across]!, up: r * encoded.deviation[up]! },
      }))
    : [];
  return {
    names: [`z${subscript(across)}`, `z${subscript(up)}`],
    ...{ cloud, lit, faint: true, ellipses: [...prior, ...own] },
    marks: samples.map((z): [number, number] => [z[across]!, z[up]!]),
  };
}

/** The plane in words. */
export function placeText(latents: Latents, { mean, deviation }: Encoded): string {
  const [across, up] = planeOf(latents);
  const word = (v: number) => v.toFixed(2).replace('-', '−');
  return `Plane of latents ${across + 1} and ${up + 1}: the posterior lies at ${word(mean[across]!)}, ${word(mean[up]!)}, standard deviations ${word(deviation[across]!)} and ${word(deviation[up]!)}.`;
}
