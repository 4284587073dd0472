// Which pixels of a picture are missing: made by a preset, by a file, or with a brush that can be undone.
import { size } from './format';
import { strokeOn, type Grid } from './strokes';

/** 1 where a pixel is missing. */
export type Mask = Grid;

export const emptyMask = (width: number, height: number): Mask => ({
  ...{ width, height, data: new Uint8Array(width * height) },
});

export function missing({ data }: Mask): number {
  let count = 0;
  for (let i = 0; i < data.length; i++) count += data[i]!;
  return count;
}

/** Whole numbers below 2^32 that look random: the same for the same seed (a 32-bit mix by multiplication and shifts). */
export function randoms(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
}

/** Each pixel missing with that probability; one pixel at least stays. */
export function randomMask(width: number, height: number, fraction: number, seed: number): Mask {
  const mask = emptyMask(width, height);
  const next = randoms(seed);
  const limit = fraction * 2 ** 32;
  for (let i = 0; i < mask.data.length; i++) mask.data[i] = next() < limit ? 1 : 0;
  if (!mask.data.includes(0)) mask.data[next() % mask.data.length] = 0;
  return mask;
}

/** Long thin lines that bend a little, as on old film. */
export function scratchMask(width: number, height: number, seed: number): Mask {
  const mask = emptyMask(width, height);
  const next = randoms(seed);
  const unit = () => next() / 2 ** 32;
  const long = Math.hypot(width, height);
  const radius = Math.max(0.5, long / 500);
  for (let line = 0; line < 9; line++) {
    let [x, y] = [unit() * width, unit() * height];
    let angle = Math.PI * (line % 3 ? 0.5 + 0.3 * (unit() - 0.5) : unit());
    const step = long / 40;
    for (let part = 5 + Math.floor(20 * unit()); part > 0; part--) {
      const [tx, ty] = [x + step * Math.cos(angle), y + step * Math.sin(angle)];
      strokeOn(mask, [x, y], [tx, ty], radius * (0.6 + 0.8 * unit()), 1);
      [x, y] = [tx, ty];
      angle += 0.25 * (unit() - 0.5);
    }
  }
  return mask;
}

/** White or transparent pixels of a picture of the same size are missing. Throws an Error with a sentence. */
export function maskOf({ width, height, data }: ImageData, picture: { width: number; height: number }): Mask {
  if (width !== picture.width || height !== picture.height)
    throw new Error(
      `The mask has ${size(width, height)} pixels and the picture ${size(picture.width, picture.height)}: they must be of one size.`,
    );
  const mask = emptyMask(width, height);
  for (let i = 0; i < mask.data.length; i++) {
    const [r, g, b, a] = data.subarray(4 * i, 4 * i + 4);
    mask.data[i] = a! < 128 || 0.299 * r! + 0.587 * g! + 0.114 * b! > 127.5 ? 1 : 0;
  }
  const count = missing(mask);
  if (!count) throw new Error('Nothing in this mask is white or transparent: no pixel is missing.');
  if (count === mask.data.length)
    throw new Error('All of this mask is white or transparent: nothing would be left to restore from.');
  return mask;
}

type Edit = { x: number; y: number; width: number; height: number; before: Uint8Array; after: Uint8Array };

const MOST_EDITS = 100;

/** A mask that is edited stroke by stroke. */
export class MaskEdits {
  private done: Edit[] = [];
  private undone: Edit[] = [];
  /** As it was before the stroke that is under way. */
  private before: Uint8Array | undefined;

  constructor(readonly mask: Mask) {}

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  begin(): void {
    this.before = this.mask.data.slice();
  }

  /** From a to b, picture points; the middle of the first pixel is (0.5, 0.5). */
  stroke(a: readonly [number, number], b: readonly [number, number], radius: number, value: 0 | 1): void {
    strokeOn(this.mask, [a[0] - 0.5, a[1] - 0.5], [b[0] - 0.5, b[1] - 0.5], radius, value);
  }

  fill(value: 0 | 1): void {
    this.mask.data.fill(value);
  }

  /** Nothing since `begin` was done. */
  cancel(): void {
    if (this.before) this.mask.data.set(this.before);
    this.before = undefined;
  }

  /** Returns whether anything has changed since `begin`. */
  end(): boolean {
    const { before, mask } = this;
    this.before = undefined;
    if (!before) return false;
    const { width, height, data } = mask;
    let [left, top, right, bottom] = [width, height, -1, -1];
    for (let y = 0, i = 0; y < height; y++)
      for (let x = 0; x < width; x++, i++)
        if (before[i] !== data[i]) {
          left = Math.min(left, x);
          right = Math.max(right, x);
          top = Math.min(top, y);
          bottom = y;
        }
    if (right < 0) return false;
    const box = { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
    const cut = (from: Uint8Array) => {
      const part = new Uint8Array(box.width * box.height);
      for (let y = 0; y < box.height; y++)
        part.set(from.subarray((top + y) * width + left, (top + y) * width + right + 1), y * box.width);
      return part;
    };
    this.done.push({ ...box, before: cut(before), after: cut(data) });
    if (this.done.length > MOST_EDITS) this.done.shift();
    this.undone = [];
    return true;
  }

  undo(): boolean {
    return this.turn(this.done, this.undone, 'before');
  }

  redo(): boolean {
    return this.turn(this.undone, this.done, 'after');
  }

  private turn(from: Edit[], to: Edit[], which: 'before' | 'after'): boolean {
    const edit = from.pop();
    if (!edit) return false;
    to.push(edit);
    for (let y = 0; y < edit.height; y++)
      this.mask.data.set(
        edit[which].subarray(y * edit.width, (y + 1) * edit.width),
        (edit.y + y) * this.mask.width + edit.x,
      );
    return true;
  }
}
