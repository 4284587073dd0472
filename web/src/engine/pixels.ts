// Between canvas and tensor, without copying.
import type { Pixels, Tensor } from './api';

/** A picture as an input: u8 (height, width, 4), sharing the memory of `image`. */
export function tensorFrom(image: ImageData): Pixels {
  const { data, width, height } = image;
  return {
    dtype: 'u8',
    shape: [height, width, 4],
    data: new Uint8Array(data.buffer, data.byteOffset, data.length),
  };
}

/** What `output(..., {as: 'rgba8'})` gave, for putImageData. */
export function imageDataFrom({ shape, data }: Pixels): ImageData {
  const bytes = new Uint8ClampedArray(data.buffer as ArrayBuffer, data.byteOffset, data.length);
  return new ImageData(bytes, shape[1], shape[0]);
}

/** Height and width of a picture tensor: u8 (H, W, 4) or f32 (C, H, W). */
export function sizeOf({ dtype, shape }: Tensor): { width: number; height: number } {
  const [height, width] = dtype === 'u8' ? [shape[0], shape[1]] : shape.slice(-2);
  return { width: width ?? 0, height: height ?? 0 };
}
