// Pictures seen through something that is known: a blur, missing pixels, a coarser grid.
import type { Inputs, Params, Tensor } from '../engine';
import { checked, inputFrom, pictureOf } from './pictures';
import { complete } from './run';
import { table } from './table';
import { checkedOptions, type Options, type Watching } from './session';

export type DeblurOptions = Omit<Params<'deblur'>, 'kernel'> &
  Watching<'deblur'> & {
    /** What the blur was: by name, with `size` and `angle`, or as rows of weights, which are divided by their sum. */
    kernel?: Exclude<Params<'deblur'>['kernel'], 'given' | 'path'> | readonly (readonly number[])[];
    /** Or points x, y, in pixels, along which the camera moved. */
    path?: readonly (readonly [number, number])[];
  };

/** Removes a known blur, and noise of level `sigma`. What lies beyond the borders is unknown and restored with the rest. */
export async function deblur(image: ImageData, options: DeblurOptions = {}): Promise<ImageData> {
  const { kernel, path, ...rest } = checkedOptions(options);
  const inputs: Inputs<'deblur'> = { image: inputFrom(image) };
  const params: Options<'deblur'> = { ...rest };
  if (path !== undefined) {
    inputs.path = table(path, 'The points of a path', 2);
    params.kernel = 'path';
  } else if (kernel !== undefined && typeof kernel !== 'string') {
    inputs.kernel = table(kernel, 'The rows of a kernel');
    params.kernel = 'given';
  } else if (kernel !== undefined) params.kernel = kernel;
  return complete('deblur', inputs, params, pictureOf('restored', image));
}

/** Fills the pixels that are white in `missing`; the others stay as they are unless `sigma` says that they have noise. */
export async function inpaint(
  image: ImageData,
  missing: ImageData,
  options: Options<'inpaint'> = {},
): Promise<ImageData> {
  const { data, width, height } = checked(missing, 'What is missing');
  const mask: Tensor = {
    ...{ dtype: 'f32', shape: [height, width] },
    data: Float32Array.from({ length: width * height }, (_, i) => (data[4 * i]! > 127 ? 1 : 0)),
  };
  return complete('inpaint', { image: inputFrom(image), mask }, options, pictureOf('restored', image));
}

/** Enlarges a picture `scale` (2, 3 or 4) times. */
export async function superres(image: ImageData, options: Options<'superres'> = {}): Promise<ImageData> {
  return complete('superres', { image: inputFrom(image) }, options, pictureOf('restored', image));
}
