// The GIF writer against a reader of its own, written from the standard.
import { expect, test } from 'vitest';
import { gif, lzw } from '../../web/src/lib/gif';

/** Indices that LZW blocks hold. */
function unlzw(bytes: readonly number[], depth: number): number[] {
  const data: number[] = [];
  for (let at = 0; bytes[at]; at += bytes[at]! + 1) data.push(...bytes.slice(at + 1, at + 1 + bytes[at]!));
  const [clear, end] = [1 << depth, (1 << depth) + 1];
  let table: number[][] = [];
  let size = 0;
  let last: number[] | undefined;
  const out: number[] = [];
  for (let bit = 0; ;) {
    const width = size || depth + 1;
    let code = 0;
    for (let k = 0; k < width; k++, bit++) code |= ((data[bit >> 3]! >> (bit & 7)) & 1) << k;
    if (code === end) return out;
    if (code === clear) {
      table = Array.from({ length: end + 1 }, (_, i) => (i < clear ? [i] : []));
      [size, last] = [depth + 1, undefined];
      continue;
    }
    const entry = code < table.length ? table[code]! : [...last!, last![0]!];
    out.push(...entry);
    if (last && table.length < 4096) table.push([...last, entry[0]!]);
    if (table.length === 1 << size && size < 12) size++;
    last = entry;
  }
}

test.each([
  [2, 1],
  [2, 5000],
  [4, 40_000],
  [8, 60_000],
])('LZW of %i bits, %i indices: what goes in comes out', (depth, count) => {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const runs = Uint8Array.from({ length: count }, (_, i) =>
    Math.floor(i / 37) % 3 ? Math.floor(random() * (1 << depth)) : Math.floor(i / 500) % (1 << depth),
  );
  expect(unlzw(lzw(runs, depth), depth)).toEqual([...runs]);
});

const image = (width: number, height: number, at: (i: number) => number[]) =>
  ({
    width,
    height,
    data: Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) => at(i >> 2)[i % 4]!),
  }) as unknown as ImageData;

test('a file: size, palette, times, enlarged pixels, for ever', () => {
  const red = image(2, 1, () => [255, 0, 0, 255]);
  const both = image(2, 1, (i) => (i ? [0, 0, 255, 255] : [9, 9, 9, 0]));
  const file = [
    ...gif(
      [
        { image: red, ms: 40 },
        { image: both, ms: 1000 },
      ],
      3,
      [1, 2, 3],
    ),
  ];
  expect(String.fromCharCode(...file.slice(0, 6))).toBe('GIF89a');
  expect(file.slice(6, 10)).toEqual([6, 0, 3, 0]);
  expect(file[10]).toBe(0xf1); // four colours
  expect(file.slice(13, 25)).toEqual([255, 0, 0, 1, 2, 3, 0, 0, 255, 0, 0, 0]);
  expect(String.fromCharCode(...file.slice(28, 39))).toBe('NETSCAPE2.0');
  const frames = file.flatMap((byte, i) =>
    byte === 0x21 && file[i + 1] === 0xf9 && file[i + 2] === 4 ? [i] : [],
  );
  expect(frames.map((i) => file[i + 4]! + 256 * file[i + 5]!)).toEqual([4, 100]);
  const second = file.slice(frames[1]! + 8 + 11);
  const row = [1, 1, 1, 2, 2, 2];
  expect(unlzw(second, 2)).toEqual([...row, ...row, ...row]);
  expect(file.at(-1)).toBe(0x3b);
});

test('more than 256 colours: the nearest of the first ones', () => {
  const many = image(300, 1, (i) => [i % 256, Math.floor(i / 256) * 200, 0, 255]);
  const file = [...gif([{ image: many, ms: 100 }])];
  expect(file[10]).toBe(0xf7);
  expect(file.at(-1)).toBe(0x3b);
});

test('no frames: refused', () => expect(() => gif([])).toThrow('needs a frame'));
