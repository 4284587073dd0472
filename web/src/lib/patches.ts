// Patches of grey pictures on the page's side: zero-mean values as grey levels on a stated scale, and sheets of them.
import type { Tensor } from '../engine/api';

/** One patch: side x side values, row by row. */
export type Patch = ArrayLike<number>;

/** The patches of a tensor (..., S, S), whatever comes before. */
export function patchesOf({ shape, data }: Tensor): Patch[] {
  const pixels = shape.at(-1)! * shape.at(-2)!;
  return Array.from({ length: pixels ? data.length / pixels : 0 }, (_, i) =>
    data.subarray(i * pixels, (i + 1) * pixels),
  );
}

export const sideOf = ({ shape }: Tensor): number => shape.at(-1)!;

/** Values of some patches that a grey scale must reach from black to white: all but the largest thousandth of them, so
 * that one bright patch does not leave the others grey. 0: there is nothing but 0. */
export function scaleOf(patches: readonly Patch[]): number {
  const sizes = new Float64Array(patches.reduce((sum, { length }) => sum + length, 0));
  let i = 0;
  for (const patch of patches) for (let p = 0; p < patch.length; p++) sizes[i++] = Math.abs(patch[p]!);
  sizes.sort();
  return sizes.length ? sizes[Math.ceil(0.999 * sizes.length) - 1]! : 0;
}

/** -scale is black, 0 middle grey, scale white; what lies beyond is cut. */
export const greyLevel = (value: number, scale: number): number =>
  scale > 0 ? Math.round(127.5 + 127.5 * Math.min(1, Math.max(-1, value / scale))) : 128;

export type SheetOptions = {
  columns?: number;
  /** Transparent pixels between patches. */
  gap?: number;
  /** Of all patches; absent: `scaleOf` them. */
  scale?: number;
  /** Each patch on a scale of its own. */
  each?: boolean;
};

export const columnsOf = (count: number): number => Math.max(1, Math.ceil(Math.sqrt(count)));

/** Grey patches side by side. */
export function patchSheet(
  patches: readonly Patch[],
  side: number,
  { columns = columnsOf(patches.length), gap = 1, scale, each = false }: SheetOptions = {},
): { image: ImageData; scale: number } {
  const rows = Math.max(1, Math.ceil(patches.length / columns));
  const step = side + gap;
  const image = new ImageData(columns * step - gap, rows * step - gap);
  const common = scale ?? scaleOf(patches);
  patches.forEach((patch, k) => {
    const own = each ? scaleOf([patch]) : common;
    const [x0, y0] = [(k % columns) * step, Math.floor(k / columns) * step];
    for (let i = 0; i < side * side; i++) {
      const at = 4 * ((y0 + Math.floor(i / side)) * image.width + x0 + (i % side));
      image.data.fill(greyLevel(patch[i]!, own), at, at + 3);
      image.data[at + 3] = 255;
    }
  });
  return { image, scale: common };
}

/** Which patch of a sheet lies at a point, both coordinates in [0,1); undefined: none, or a gap. */
export function patchAt(
  x: number,
  y: number,
  count: number,
  side: number,
  columns = columnsOf(count),
  gap = 1,
): number | undefined {
  const rows = Math.max(1, Math.ceil(count / columns));
  const [px, py] = [x * (columns * (side + gap) - gap), y * (rows * (side + gap) - gap)];
  const [column, row] = [Math.floor(px / (side + gap)), Math.floor(py / (side + gap))];
  const i = row * columns + column;
  const inside = px - column * (side + gap) < side && py - row * (side + gap) < side;
  return inside && column >= 0 && column < columns && i >= 0 && i < count ? i : undefined;
}

/** "black −0.21, white +0.21": what the grey levels of a sheet mean, on the [0,1] scale of pictures. */
export const scaleText = (scale: number): string => {
  const text = scale.toFixed(scale >= 0.095 ? 2 : 3);
  return scale > 0 ? `black −${text}, white +${text}` : 'all the same grey';
};
