// Mixtures of Gaussians over patches as the page shows them: weights, spectra, leading eigenvectors.
import type { Engine } from '../engine';
import { patchesOf, sideOf, type Patch } from '../lib/patches';

/** Eigenvectors shown of each component, and compared. */
export const LEADING = 6;

export type Component = {
  /** The mixture's name, and the component's number in it. */
  model: string;
  index: number;
  weight: number;
  /** Descending. */
  eigenvalues: ArrayLike<number>;
  /** The leading ones, as patches of length 1. */
  vectors: Patch[];
  /** Root of the mean variance of a pixel. */
  contrast: number;
  /** Coherence of the structure tensor, in [0,1]. */
  edgeness: number;
};

export type Mixture = { model: string; side: number; components: Component[] };

export async function mixtureOf(engine: Engine, model: string, signal: AbortSignal): Promise<Mixture> {
  const wanted = ['weight', 'eigenvalues', 'vectors', 'contrast', 'edgeness'] as const;
  const params = { model, leading: LEADING };
  const lane = `components of ${model}`;
  const { outputs } = await engine.call('gmm_components', params, {}, [...wanted], { signal, lane });
  const { weight, eigenvalues, vectors, contrast, edgeness } = outputs;
  const side = sideOf(vectors);
  const dims = eigenvalues.shape.at(-1)!;
  const shown = vectors.shape[1]!;
  const patches = patchesOf(vectors);
  const components = Array.from(weight.data, (value, k) => ({
    ...{ model, index: k, weight: value },
    eigenvalues: eigenvalues.data.subarray(k * dims, (k + 1) * dims),
    vectors: patches.slice(k * shown, (k + 1) * shown),
    ...{ contrast: contrast.data[k]!, edgeness: edgeness.data[k]! },
  }));
  return { model, side, components };
}

/** Coordinates of a patch along eigenvectors, in standard deviations. */
export const coordinatesOf = (patch: Patch, { eigenvalues, vectors }: Component): number[] =>
  vectors.map((vector, m) => {
    let dot = 0;
    for (let i = 0; i < patch.length; i++) dot += patch[i]! * vector[i]!;
    const deviation = Math.sqrt(eigenvalues[m]!);
    return deviation > 0 ? dot / deviation : 0;
  });

/** "1.3 %", "0.02 %". */
export const percent = (share: number): string =>
  `${(100 * share).toFixed(share >= 0.0995 ? 0 : share >= 0.00995 ? 1 : 2)} %`;

export const papers = {
  gmm: `D. Zoran and Y. Weiss, <a href="https://papers.nips.cc/paper/2012/hash/b51a15f382ac914391a58850ab343b00-Abstract.html">Natural images, Gaussian mixtures and dead leaves</a>, NIPS 2012`,
  epll: `D. Zoran and Y. Weiss, <a href="https://doi.org/10.1109/ICCV.2011.6126278">From learning models of natural image patches to whole image restoration</a>, ICCV 2011`,
};
