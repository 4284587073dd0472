// Picture files for the tests, made here byte by byte: nothing is stored.
import { deflateSync } from 'node:zlib';

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});
const crc = (bytes: Buffer): number => {
  let c = 0xffffffff;
  for (const byte of bytes) c = crcTable[(c ^ byte) & 255]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
};
const be32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};
const chunk = (type: string, body: Buffer): Buffer => {
  const named = Buffer.concat([Buffer.from(type), body]);
  return Buffer.concat([be32(body.length), named, be32(crc(named))]);
};
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export type Pixel = (x: number, y: number) => [number, number, number, number?];

export type PngOptions = {
  depth?: 8 | 16;
  alpha?: boolean;
  /** A second, different frame (APNG). */
  animated?: boolean;
};

export function png(width: number, height: number, pixel: Pixel, options: PngOptions = {}): Buffer {
  const { depth = 8, alpha = false, animated = false } = options;
  const channels = alpha ? 4 : 3;
  const bytes = depth / 8;
  const frame = (of: Pixel): Buffer => {
    const raw = Buffer.alloc(height * (1 + width * channels * bytes));
    let at = 0;
    for (let y = 0; y < height; y++) {
      at++; // filter 0
      for (let x = 0; x < width; x++) {
        const values = [...of(x, y)];
        for (let c = 0; c < channels; c++) {
          raw[at++] = values[c] ?? 255;
          if (bytes === 2) raw[at++] = values[c] ?? 255;
        }
      }
    }
    return deflateSync(raw);
  };
  const head = Buffer.concat([be32(width), be32(height), Buffer.from([depth, alpha ? 6 : 2, 0, 0, 0])]);
  const control = (sequence: number) =>
    chunk(
      'fcTL',
      Buffer.concat([
        be32(sequence),
        be32(width),
        be32(height),
        be32(0),
        be32(0),
        Buffer.from([0, 10, 0, 100, 0, 0]),
      ]),
    );
  const parts = [signature, chunk('IHDR', head)];
  if (animated) parts.push(chunk('acTL', Buffer.concat([be32(2), be32(0)])), control(0));
  parts.push(chunk('IDAT', frame(pixel)));
  if (animated) {
    const second = frame((x, y) => pixel(width - 1 - x, y));
    parts.push(control(1), chunk('fdAT', Buffer.concat([be32(2), second])));
  }
  return Buffer.concat([...parts, chunk('IEND', Buffer.alloc(0))]);
}

/** Only a header that claims a size, and a little data. */
export const pngOfSize = (width: number, height: number): Buffer =>
  Buffer.concat([
    signature,
    chunk('IHDR', Buffer.concat([be32(width), be32(height), Buffer.from([8, 2, 0, 0, 0])])),
    chunk('IDAT', deflateSync(Buffer.alloc(100))),
    chunk('IEND', Buffer.alloc(0)),
  ]);

/** Numbers in [0,1) from a small generator: the same on every run. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A smooth scene with edges, and noise of that many grey levels on it. */
export function scene(width: number, height: number, noise = 0): Pixel {
  const next = random(7);
  const gauss = () => next() + next() + next() + next() - 2; // about normal, deviation 0.58
  return (x, y) => {
    const disc = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 3) ** 2;
    const base = disc ? [200, 120, 60] : [60 + (100 * x) / width, 90, 140 - (60 * y) / height];
    const at = (c: number) => Math.max(0, Math.min(255, Math.round(base[c]! + (noise * gauss()) / 0.58)));
    return [at(0), at(1), at(2)];
  };
}

const ascii = (text: string) => Buffer.from(text, 'latin1');

/** A HEIC as a telephone names it; there is no picture in it. */
export const heic = Buffer.concat([
  be32(24),
  ascii('ftypheic'),
  be32(0),
  ascii('mif1heic'),
  Buffer.alloc(400),
]);
/** The head of a Canon CR2. */
export const raw = Buffer.concat([
  Buffer.from([0x49, 0x49, 0x2a, 0, 16, 0, 0, 0]),
  ascii('CR'),
  Buffer.alloc(400),
]);

/** A JPEG with an EXIF orientation put in front: 6 is a quarter turn. */
export function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  const tiff = Buffer.concat([
    ascii('MM'),
    Buffer.from([0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]),
  ]);
  const body = Buffer.concat([ascii('Exif\0\0'), tiff]);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(0xffe1, 0);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}
