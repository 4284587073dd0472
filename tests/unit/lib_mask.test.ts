// Masks: presets, files, and the brush that can be undone.
import { expect, test } from 'vitest';
import { MaskEdits, emptyMask, maskOf, missing, randomMask, scratchMask } from '../../web/src/lib/mask';
import './image_data';

function picture(width: number, height: number, of: (i: number) => number[]): ImageData {
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) image.data.set(of(i), 4 * i);
  return image;
}

test('random pixels: about that share, the same for a seed, never all', () => {
  const mask = randomMask(100, 80, 0.3, 7);
  expect(missing(mask) / 8000).toBeCloseTo(0.3, 1);
  expect(randomMask(100, 80, 0.3, 7)).toEqual(mask);
  expect(randomMask(100, 80, 0.3, 8)).not.toEqual(mask);
  expect(missing(randomMask(3, 1, 1, 1))).toBe(2);
  // Rows and columns know nothing of each other.
  const { data } = randomMask(64, 64, 0.5, 1);
  let same = 0;
  for (let i = 64; i < data.length; i++) same += data[i] === data[i - 64] ? 1 : 0;
  expect(same / (64 * 63)).toBeCloseTo(0.5, 1);
});

test('scratches leave most of the picture', () => {
  const share = missing(scratchMask(200, 150, 1)) / 30_000;
  expect(share).toBeGreaterThan(0.005);
  expect(share).toBeLessThan(0.15);
});

test('a mask file: white or transparent is missing', () => {
  const of = [
    [255, 255, 255, 255],
    [0, 0, 0, 255],
    [10, 10, 10, 0],
    [100, 100, 100, 255],
  ];
  expect([
    ...maskOf(
      picture(4, 1, (i) => of[i]!),
      { width: 4, height: 1 },
    ).data,
  ]).toEqual([1, 0, 1, 0]);
});

test('a mask that cannot be used says why', () => {
  const white = picture(4, 3, () => [255, 255, 255, 255]);
  expect(() => maskOf(white, { width: 5, height: 3 })).toThrow(
    'The mask has 4 × 3 pixels and the picture 5 × 3: they must be of one size.',
  );
  expect(() => maskOf(white, white)).toThrow(/All of this mask/);
  expect(() =>
    maskOf(
      picture(4, 3, () => [0, 0, 0, 255]),
      white,
    ),
  ).toThrow(/Nothing in this mask/);
});

test('strokes: undone, done again, given up; a new one ends what could be done again', () => {
  const edits = new MaskEdits(emptyMask(20, 10));
  const now = () => missing(edits.mask);
  const paint = (x: number, value: 0 | 1 = 1) => {
    edits.begin();
    edits.stroke([x, 5], [x + 4, 5], 1.5, value);
    return edits.end();
  };
  expect(paint(4)).toBe(true);
  const first = edits.mask.data.slice();
  const one = now();
  expect(one).toBeGreaterThan(10);
  expect(paint(4)).toBe(false); // nothing new
  paint(12);
  expect(now()).toBeGreaterThan(one);
  expect(edits.undo()).toBe(true);
  expect(edits.mask.data).toEqual(first);
  expect(edits.redo()).toBe(true);
  expect(now()).toBeGreaterThan(one);
  edits.undo();
  paint(4, 0);
  expect(now()).toBe(0);
  expect(edits.redo()).toBe(false);
  edits.undo();
  edits.undo();
  expect(edits.undo()).toBe(false);
  expect(now()).toBe(0);
  edits.begin();
  edits.fill(1);
  edits.cancel();
  expect(now()).toBe(0);
  expect(edits.end()).toBe(false);
});
