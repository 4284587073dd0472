// The restored picture in strips: of a large photo the engine would hold several copies of all of it at once, and would
// not hear Stop while it makes them.
import { imageDataFrom, type OutputName, type Run } from '../engine';
import type { PictureTask } from './picture_job';

const STRIP_PIXELS = 2e6;

/** Rows of each strip, [from, to), in multiples of `scale`. */
export function strips(
  width: number,
  height: number,
  scale: number,
  pixels = STRIP_PIXELS,
): [number, number][] {
  const rows = scale * Math.max(1, Math.floor(pixels / width / scale));
  return Array.from({ length: Math.ceil(height / rows) }, (_, i) => [
    i * rows,
    Math.min(height, (i + 1) * rows),
  ]);
}

/** All of it, each scale x scale box one pixel; undefined when it is given up. */
export async function wholeOutput<T extends PictureTask>(
  run: Run<T>,
  { width, height }: { width: number; height: number },
  scale: number,
  givenUp: () => boolean,
): Promise<ImageData | undefined> {
  const name = 'restored' as OutputName<T>;
  const all = strips(width, height, scale);
  if (all.length === 1) return imageDataFrom(await run.output(name, { as: 'rgba8', scale }));
  const [wide, high] = [Math.ceil(width / scale), Math.ceil(height / scale)];
  const picture = new ImageData(wide, high);
  for (const [from, to] of all) {
    if (givenUp()) return undefined;
    const window = { y: from, x: 0, height: to - from, width };
    const { data } = await run.output(name, { as: 'rgba8', scale, window });
    picture.data.set(data, (4 * wide * from) / scale);
  }
  return picture;
}
