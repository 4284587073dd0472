// All components of a small mixture as one picture: each a row of leading eigenvectors, by weight.
import { patchSheet, type Patch } from '../lib/patches';

/** Components below one another; more of them stand side by side. */
const ROWS = 8;
const [GAP, ROOM] = [1, 4];

export function componentSheet(
  weights: ArrayLike<number>,
  vectors: readonly Patch[],
  side: number,
): ImageData {
  const each = vectors.length / weights.length;
  const order = Array.from(weights, (_, k) => k).sort((a, b) => weights[b]! - weights[a]!);
  const across = Math.ceil(order.length / ROWS);
  const high = Math.ceil(order.length / across);
  const wide = each * (side + GAP) - GAP;
  const image = new ImageData(across * (wide + ROOM) - ROOM, high * (side + GAP) - GAP);
  order.forEach((k, place) => {
    const own = vectors.slice(k * each, (k + 1) * each);
    const strip = patchSheet(own, side, { columns: each, gap: GAP, each: true }).image;
    const [x0, y0] = [Math.floor(place / high) * (wide + ROOM), (place % high) * (side + GAP)];
    for (let y = 0; y < side; y++)
      image.data.set(
        strip.data.subarray(4 * y * strip.width, 4 * (y + 1) * strip.width),
        4 * ((y0 + y) * image.width + x0),
      );
  });
  return image;
}
