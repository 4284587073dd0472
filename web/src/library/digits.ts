// Digits of 28 x 28 pixels, white on black as in the data: drawn, judged, completed, decoded from latents. As an input a
// pixel counts as white from the middle grey on.
import { EngineError, type Run, type TaskId } from '../engine';
import { SIDE, digitsTensor, digitOf, picture, planeTensor, planes, type Digit } from '../lib/digits';
import { complete, numbers } from './run';
import type { Options } from './session';
import { table } from './table';

const given = (image: ImageData): Digit => {
  const { data, width, height } = (image ?? {}) as Partial<ImageData>;
  if (!data || width !== SIDE || height !== SIDE)
    throw new EngineError('user', `A digit must be an ImageData of ${SIDE} x ${SIDE} pixels.`);
  return digitOf(Array.from({ length: SIDE * SIDE }, (_, i) => data[4 * i]! / 255));
};

const pictures =
  <T extends TaskId>(name: 'samples' | 'probabilities' | 'completions') =>
  async (run: Run<T>): Promise<ImageData[]> =>
    planes(await run.output(name as never)).map((values) => picture(values));

/** Draws digits from an autoregressive model (`model`: 'nade', 'made', 'fvsbn', ...), pixel by pixel. `count`, `seed`,
 * `temperature`; the same seed gives the same digits on every device. */
export async function sampleDigits(options: Options<'digits'> = {}): Promise<ImageData[]> {
  return complete('digits', {}, options, pictures('samples'));
}

/** log p(x) in nats of each digit under an autoregressive model. */
export async function logLikelihood(
  digits: readonly ImageData[],
  options: Options<'digit_score'> = {},
): Promise<number[]> {
  if (!Array.isArray(digits) || !digits.length)
    throw new EngineError('user', 'The digits must be a list of ImageData, with one at least.');
  const tensor = digitsTensor(digits.map(given));
  return complete('digit_score', { digits: tensor }, options, numbers('log_likelihood'));
}

/** Draws what may have been where `hidden` is white, given the rest of `digit`: `show` completions by `method` 'smc' (particles
 * that look ahead) or 'naive'. */
export async function completeDigit(
  digit: ImageData,
  hidden: ImageData,
  options: Options<'digit_complete'> = {},
): Promise<ImageData[]> {
  const known = given(hidden).map((value) => 1 - value);
  const inputs = { digit: planeTensor(given(digit)), mask: planeTensor(known) };
  return complete('digit_complete', inputs, options, pictures('completions'));
}

/** Mean digits of a variational autoencoder at points of its latent space; each point has as many numbers as `model` has
 * latents (vae2: 2). Without points: `count` of them drawn from the prior. */
export async function decodeLatents(
  points: readonly (readonly number[])[] | undefined,
  options: Options<'vae_decode'> = {},
): Promise<ImageData[]> {
  const inputs = points === undefined ? {} : { z: table(points, 'The points') };
  return complete('vae_decode', inputs, options, pictures('probabilities'));
}
