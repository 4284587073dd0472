// Pictures in, pictures out. A picture whose red, green and blue are equal everywhere is treated as grey and stays so;
// transparency passes through restoration unchanged where the size stays.
import { EngineError, imageDataFrom, type Metrics, type Run, type TaskId, type Tensor } from '../engine';
import { alphaOf, inputOf, isGrey, withAlpha } from '../lib/pixels';
import { complete, figures } from './run';
import type { Options } from './session';

export function checked(image: ImageData, what = 'The picture'): ImageData {
  const { data, width, height } = (image ?? {}) as Partial<ImageData>;
  if (!data || !width || !height || data.length !== 4 * width * height)
    throw new EngineError(
      'user',
      `${what} must be an ImageData: four bytes for each of width x height pixels.`,
    );
  return image;
}

export const inputFrom = (image: ImageData): Tensor => inputOf(checked(image), isGrey(image));

/** The picture that is the output of that name, with the transparency of the one that was given. */
export const pictureOf =
  <T extends TaskId>(name: 'restored' | 'noisy', given: ImageData) =>
  async (run: Run<T>): Promise<ImageData> => {
    const image = imageDataFrom(await run.output(name as never, { as: 'rgba8' }));
    const alpha = image.width === given.width ? alphaOf(given) : undefined;
    return alpha ? withAlpha(image, alpha) : image;
  };

/** Removes noise by EPLL (Zoran and Weiss, ICCV 2011): `sigma` in grey levels of 0 to 255, 'auto' (default) measures it;
 * `quality`: 'exact' (default), 'balanced', 'fast'. Progress tells the level that was measured (`metrics.sigma`). */
export async function denoise(image: ImageData, options: Options<'epll'> = {}): Promise<ImageData> {
  return complete('epll', { image: inputFrom(image) }, options, pictureOf('restored', image));
}

/** White noise (`sigma`) or that of a camera (`kind: 'camera'`, `strength`); the same seed gives the same noise everywhere. */
export async function addNoise(image: ImageData, options: Options<'add_noise'> = {}): Promise<ImageData> {
  return complete('add_noise', { image: inputFrom(image) }, options, pictureOf('noisy', image));
}

/** What noise a picture has: `kind` (0 none, 1 white, 2 a camera's), `sigma` in grey levels of 0 to 255, and how they were
 * found. */
export async function noiseLevel(
  image: ImageData,
  options: Options<'noise_level'> = {},
): Promise<Metrics<'noise_level'>> {
  return complete('noise_level', { image: inputFrom(image) }, options, figures);
}
