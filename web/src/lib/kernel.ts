// Blur kernels that come as files: a matrix of numbers as text, or a grey picture.
import { size } from './format';

/** Weights row by row, not negative; their sum is the engine's to make one. */
export type Kernel = { width: number; height: number; data: Float32Array };

const MOST_SIDE = 255;

/** Says in a sentence why a file is no kernel. */
export class KernelError extends Error {}

function checked(kernel: Kernel): Kernel {
  const { width, height, data } = kernel;
  if (Math.max(width, height) > MOST_SIDE)
    throw new KernelError(
      `This kernel has ${size(width, height)} weights; at most ${MOST_SIDE} each way can be used.`,
    );
  if (!data.some((v) => v > 0)) throw new KernelError('All weights of this kernel are zero.');
  return kernel;
}

/** Lines of numbers with spaces, commas, semicolons or tabs between them, as many in each. Throws KernelError. */
export function kernelFromText(text: string): Kernel {
  const rows = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line)
    .map((line) => line.split(/[\s,;]+/).filter((word) => word));
  const width = rows[0]?.length ?? 0;
  if (!width) throw new KernelError('This kernel file is empty: it needs lines of numbers.');
  const values = rows.map((row, i) => {
    if (row.length !== width)
      throw new KernelError(
        `Line ${i + 1} of the kernel has ${row.length} numbers and the first ${width}: all must have as many.`,
      );
    return row.map((word) => {
      const value = Number(word);
      if (!Number.isFinite(value))
        throw new KernelError(
          `Line ${i + 1} of the kernel holds “${word.slice(0, 20)}”, which is no number.`,
        );
      if (value < 0)
        throw new KernelError(`Line ${i + 1} of the kernel holds ${word}: no weight may be negative.`);
      return value;
    });
  });
  return checked({ width, height: rows.length, data: Float32Array.from(values.flat()) });
}

/** Brightness as weight. Throws KernelError. */
export function kernelFromPicture({ width, height, data }: ImageData): Kernel {
  const weights = Float32Array.from(
    { length: width * height },
    (_, i) => 0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!,
  );
  return checked({ width, height, data: weights });
}

/** The same shape `factor` times as large about the pixel that stays in place, each weight the mean of the linear
 * interpolation over its pixel; the sides are odd. */
export function scaledKernel(kernel: Kernel, factor: number): Kernel {
  if (factor === 1) return kernel;
  const { width, height, data } = kernel;
  const middle = (extent: number) => Math.floor((extent - 1) / 2);
  const half = (extent: number) =>
    Math.min(127, Math.ceil((extent - 1 - middle(extent)) * factor + factor / 2));
  const [across, down] = [half(width), half(height)];
  const [wide, high] = [2 * across + 1, 2 * down + 1];
  const at = (x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : data[y * width + x]!;
  const between = (x: number, y: number) => {
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [p, q] = [x - left, y - top];
    return (
      (1 - q) * ((1 - p) * at(left, top) + p * at(left + 1, top)) +
      q * ((1 - p) * at(left, top + 1) + p * at(left + 1, top + 1))
    );
  };
  const parts = Math.ceil(3 / factor); // finer than the kernel's own pixels
  const scaled = new Float32Array(wide * high);
  for (let y = 0, i = 0; y < high; y++)
    for (let x = 0; x < wide; x++, i++)
      for (let k = 0; k < parts * parts; k++) {
        const [dx, dy] = [((k % parts) + 0.5) / parts - 0.5, (Math.floor(k / parts) + 0.5) / parts - 0.5];
        scaled[i]! += between(
          (x + dx - across) / factor + middle(width),
          (y + dy - down) / factor + middle(height),
        );
      }
  return { width: wide, height: high, data: scaled };
}

export const kernelTensor = ({ width, height, data }: Kernel) => ({
  ...{ dtype: 'f32' as const, shape: [height, width], data },
});

/** For a canvas: the largest weight white. */
export function kernelPicture({ width, height, data }: Kernel): ImageData {
  const most = data.reduce((a, b) => Math.max(a, b), 0) || 1;
  const image = new ImageData(width, height);
  for (let i = 0; i < data.length; i++) {
    image.data.fill(255 * Math.sqrt(data[i]! / most), 4 * i, 4 * i + 3); // square root: tails are seen, too
    image.data[4 * i + 3] = 255;
  }
  return image;
}
