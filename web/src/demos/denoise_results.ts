// Results of the denoise demo that are kept: the same picture with the same parameters comes back at once, also by the
// back button and after a visit to another page. Within a bound on memory; what was looked at longest ago goes first.
import { isSmall } from '../engine/detect';
import { Kept } from '../lib/kept';
import type { Picture } from '../lib/decode';
import type { DenoiseJob, JobSettings } from './denoise_job';

export const results = new Kept<DenoiseJob>(isSmall() ? 64e6 : 256e6, (job) => job.buffers);

const numbers = new WeakMap<Picture, number>();
let last = 0;

function numberOf(picture: Picture): number {
  const known = numbers.get(picture) ?? ++last;
  numbers.set(picture, known);
  return known;
}

/** What is restored: the picture with its noise. */
export const baseKey = (picture: Picture, { noise, half }: JobSettings): string =>
  JSON.stringify([numberOf(picture), half, noise]);

export const resultKey = (picture: Picture, settings: JobSettings): string =>
  `${baseKey(picture, settings)} ${JSON.stringify(settings.epll)}`;
