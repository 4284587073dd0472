// How large a picture may be, from what a task says it takes and what the device has.
import type { MemoryNeed } from '../engine/describe';

/** Of a small device (a phone, or at most 4 GB in all) a page plans for so much, with its own copies of the picture. */
const SMALL_BYTES = 350e6;
/** The page's own: the picture, the message with it, the result, and a canvas of each. */
const PAGE_BYTES_PER_PIXEL = 20;

/** Pixels of the largest picture with so many channels. */
export function mostPixels(
  { fixed, per_pixel, per_value, most }: MemoryNeed,
  channels: number,
  small: boolean,
): number {
  const pixels = (bytes: number, page: number) => (bytes - fixed) / (per_pixel + channels * per_value + page);
  const allowed = pixels(most, 0);
  return Math.floor(small ? Math.min(allowed, pixels(SMALL_BYTES, PAGE_BYTES_PER_PIXEL)) : allowed);
}
