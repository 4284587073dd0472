// Small things done to pixels on the page's side; everything heavier is the engine's.
import type { Tensor } from '../engine/api';
import { sizeOf, tensorFrom } from '../engine/pixels';
import type { Part } from './view';

/** Red = green = blue everywhere. */
export function isGrey({ data }: ImageData): boolean {
  for (let i = 0; i < data.length; i += 4)
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  return true;
}

/** The alpha channel where it says anything. */
export function alphaOf({ data }: ImageData): Uint8Array | undefined {
  let opaque = true;
  for (let i = 3; i < data.length && opaque; i += 4) opaque = data[i] === 255;
  return opaque ? undefined : Uint8Array.from({ length: data.length / 4 }, (_, i) => data[4 * i + 3]!);
}

/** A copy with that alpha; undefined means opaque. */
export function withAlpha({ data, width, height }: ImageData, alpha: Uint8Array | undefined): ImageData {
  const copy = new ImageData(new Uint8ClampedArray(data), width, height);
  for (let i = 0; i < width * height; i++) copy.data[4 * i + 3] = alpha ? alpha[i]! : 255;
  return copy;
}

/** A picture as the engine's input: one channel of f32 in [0,1] where it is grey, so that it stays grey; else the bytes,
 * in the memory of the picture. */
export function inputOf(image: ImageData, grey: boolean): Tensor {
  if (!grey) return tensorFrom(image);
  const { data, width, height } = image;
  const plane = Float32Array.from({ length: width * height }, (_, i) => data[4 * i]! / 255);
  return { dtype: 'f32', shape: [1, height, width], data: plane };
}

/** f32 (1 or 3, H, W) for a canvas, clipped to [0,1]. */
export function pixelsOf(tensor: Tensor): ImageData {
  const [channels = 1, height = 1, width = 1] = tensor.shape;
  const plane = width * height;
  const image = new ImageData(width, height);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++)
      image.data[4 * i + c] = 255 * tensor.data[(channels === 3 ? c : 0) * plane + i]!; // clamps and rounds
    image.data[4 * i + 3] = 255;
  }
  return image;
}

/** Means of 2 x 2 boxes, after removing an odd last row or column; at least one pixel is left. Value c of pixel (y, x) is
 * `at(c, y, x)`; what is returned is planar. */
function boxes(
  channels: number,
  height: number,
  width: number,
  at: (c: number, y: number, x: number) => number,
) {
  const [h, w] = [Math.max(1, height >> 1), Math.max(1, width >> 1)];
  const [down, right] = [height > 1 ? 1 : 0, width > 1 ? 1 : 0];
  const means = new Float32Array(channels * h * w);
  for (let c = 0, i = 0; c < channels; c++)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++, i++) {
        const [top, left] = [2 * y * down, 2 * x * right];
        means[i] =
          (at(c, top, left) +
            at(c, top, left + right) +
            at(c, top + down, left) +
            at(c, top + down, left + right)) /
          4;
      }
  return { h, w, means };
}

export function half({ data, width, height }: ImageData): ImageData {
  const { h, w, means } = boxes(4, height, width, (c, y, x) => data[4 * (y * width + x) + c]!);
  const small = new ImageData(w, h);
  for (let i = 0; i < small.data.length; i++) small.data[i] = means[(i % 4) * h * w + (i >> 2)]!;
  return small;
}

/** The same of f32 (C, H, W), unclipped: noise outside [0,1] counts. */
export function halfTensor({ shape, data }: Tensor): Tensor {
  const [channels = 1, height = 1, width = 1] = shape;
  const { h, w, means } = boxes(channels, height, width, (c, y, x) => data[(c * height + y) * width + x]!);
  return { dtype: 'f32', shape: [channels, h, w], data: means };
}

/** A part of an input, each f x f box of it replaced by its mean: f32 (C, H, W). What is left of the part at the right and
 * lower border is cut off. White noise of deviation sigma has sigma / f in it. */
export function reduced(input: Tensor, part: Part, f: number): Tensor {
  const size = sizeOf(input);
  const bytes = input.dtype === 'u8';
  const channels = bytes ? 3 : (input.shape[0] ?? 1);
  const [pixel, row, plane] = bytes ? [4, 4 * size.width, 1] : [1, size.width, size.width * size.height];
  const [h, w] = [Math.max(1, Math.floor(part.height / f)), Math.max(1, Math.floor(part.width / f))];
  const [high, wide] = [Math.min(f, part.height), Math.min(f, part.width)];
  const unit = high * wide * (bytes ? 255 : 1);
  const data = new Float32Array(channels * h * w);
  for (let c = 0, i = 0; c < channels; c++)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++, i++) {
        let at = c * plane + (part.y + y * f) * row + (part.x + x * f) * pixel;
        let sum = 0;
        for (let dy = 0; dy < high; dy++, at += row)
          for (let dx = 0; dx < wide; dx++) sum += input.data[at + dx * pixel]!;
        data[i] = sum / unit;
      }
  return { dtype: 'f32', shape: [channels, h, w], data };
}

/** Middle grey where a and b agree; `gain` times their difference around it elsewhere. */
export function difference(a: ImageData, b: ImageData, gain: number): ImageData {
  const image = new ImageData(a.width, a.height);
  for (let i = 0; i < image.data.length; i++)
    image.data[i] = i % 4 === 3 ? 255 : 128 + gain * (a.data[i]! - b.data[i]!);
  return image;
}

/** Largest size of the same shape with at most that many pixels. */
export function fitted(width: number, height: number, pixels: number): { width: number; height: number } {
  const scale = Math.min(1, Math.sqrt(pixels / (width * height)));
  return { width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)) };
}
