// Headers built here, byte by byte: what each format says about itself is recognised from its contents alone.
import { expect, test } from 'vitest';
import { sniff } from '../../web/src/lib/sniff';

const ascii = (text: string) => [...text].map((c) => c.charCodeAt(0));
const be16 = (v: number) => [(v >> 8) & 255, v & 255];
const be32 = (v: number) => [...be16(v >>> 16), ...be16(v & 0xffff)];
const le16 = (v: number) => [v & 255, (v >> 8) & 255];
const le32 = (v: number) => [...le16(v & 0xffff), ...le16(v >>> 16)];
const bytes = (...parts: number[][]) => new Uint8Array(parts.flat());
const zeros = (n: number) => new Array<number>(n).fill(0);

const chunk = (type: string, body: number[]) => [...be32(body.length), ...ascii(type), ...body, 0, 0, 0, 0];
const pngHead = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const ihdr = (w: number, h: number, depth: number) =>
  chunk('IHDR', [...be32(w), ...be32(h), depth, 2, 0, 0, 0]);
const segment = (marker: number, body: number[]) => [0xff, marker, ...be16(body.length + 2), ...body];
const box = (type: string, body: number[]) => [...be32(body.length + 8), ...ascii(type), ...body];

test('PNG: size, depth, animation', () => {
  const data = chunk('IDAT', [1, 2, 3]);
  expect(sniff(bytes(pngHead, ihdr(451, 300, 8), data))).toEqual({
    kind: 'png',
    label: 'PNG',
    width: 451,
    height: 300,
    depth: 8,
  });
  expect(sniff(bytes(pngHead, ihdr(9000, 6000, 16), data))).toMatchObject({
    width: 9000,
    height: 6000,
    depth: 16,
  });
  expect(sniff(bytes(pngHead, ihdr(2, 2, 8), chunk('acTL', zeros(8)), data)).animated).toBe(true);
  expect(sniff(bytes(pngHead, ihdr(2, 2, 8), data, chunk('acTL', zeros(8)))).animated).toBeUndefined();
});

test('JPEG: the frame header is found behind other segments and fill bytes', () => {
  const frame = segment(0xc2, [8, ...be16(300), ...be16(451), 3]);
  const exif = segment(0xe1, zeros(500));
  const tables = segment(0xc4, zeros(30)); // not a frame although its marker is near
  expect(sniff(bytes([0xff, 0xd8], exif, tables, [0xff], frame))).toMatchObject({
    kind: 'jpeg',
    width: 451,
    height: 300,
    depth: 8,
  });
  expect(sniff(bytes([0xff, 0xd8], exif))).toEqual({ kind: 'jpeg', label: 'JPEG' });
});

test('GIF: one picture or several', () => {
  const head = [...ascii('GIF89a'), ...le16(20), ...le16(10), 0x80, 0, 0, ...zeros(6)];
  const picture = [0x2c, ...zeros(4), ...le16(20), ...le16(10), 0, 2, 3, 1, 2, 3, 0];
  const control = [0x21, 0xf9, 4, 0, 0, 0, 0, 0];
  expect(sniff(bytes(head, control, picture, [0x3b]))).toMatchObject({
    kind: 'gif',
    width: 20,
    height: 10,
    animated: false,
  });
  expect(sniff(bytes(head, control, picture, control, picture, [0x3b])).animated).toBe(true);
});

test('WebP: the three kinds of stream', () => {
  const riff = (body: number[]) => bytes(ascii('RIFF'), le32(body.length + 4), ascii('WEBP'), body, zeros(8));
  const extended = [...ascii('VP8X'), ...le32(10), 2, 0, 0, 0, 0x2b, 0x01, 0, 0xc7, 0, 0];
  expect(sniff(riff(extended))).toMatchObject({ kind: 'webp', width: 300, height: 200, animated: true });
  const lossy = [...ascii('VP8 '), ...le32(10), 0, 0, 0, 0x9d, 0x01, 0x2a, ...le16(300), ...le16(200)];
  expect(sniff(riff(lossy))).toMatchObject({ width: 300, height: 200 });
  const lossless = [...ascii('VP8L'), ...le32(10), 0x2f, ...le32(299 | (199 << 14))];
  expect(sniff(riff(lossless))).toMatchObject({ width: 300, height: 200 });
});

test('BMP: stored from the bottom or the top', () => {
  const head = (h: number) => bytes(ascii('BM'), zeros(12), le32(40), le32(7), le32(h), zeros(20));
  expect(sniff(head(3))).toMatchObject({ kind: 'bmp', width: 7, height: 3 });
  expect(sniff(head(-3))).toMatchObject({ width: 7, height: 3 });
  expect(sniff(bytes(ascii('BMW brochure, long enough to be read as a header'))).kind).toBe('unknown');
});

test('AVIF and HEIC: brand, the largest picture, bits', () => {
  const ftyp = (...brands: string[]) =>
    box('ftyp', [...ascii(brands[0]!), 0, 0, 0, 0, ...brands.slice(1).flatMap(ascii)]);
  const ispe = (w: number, h: number) => box('ispe', [0, 0, 0, 0, ...be32(w), ...be32(h)]);
  const pixi = box('pixi', [0, 0, 0, 0, 3, 10, 10, 10]);
  expect(sniff(bytes(ftyp('avif', 'mif1', 'avif'), ispe(160, 120), ispe(4000, 3000), pixi))).toMatchObject({
    kind: 'avif',
    width: 4000,
    height: 3000,
    depth: 10,
  });
  expect(sniff(bytes(ftyp('avis', 'avif'), zeros(16))).animated).toBe(true);
  expect(sniff(bytes(ftyp('heic', 'mif1'), ispe(4032, 3024)))).toMatchObject({
    kind: 'heic',
    width: 4032,
    height: 3024,
  });
  expect(sniff(bytes(ftyp('mif1', 'mif1', 'heic'), zeros(16))).kind).toBe('heic');
  expect(sniff(bytes(ftyp('crx ', 'crx '), zeros(16)))).toMatchObject({
    kind: 'raw',
    label: 'Canon raw (CR3)',
  });
  expect(sniff(bytes(ftyp('isom', 'mp42'), zeros(16))).kind).toBe('video');
});

test('TIFF and the raw files of cameras', () => {
  const directory = (...tags: number[]) => [
    ...le32(8),
    ...le16(tags.length),
    ...tags.flatMap((tag) => [...le16(tag), ...zeros(10)]),
  ];
  const tiff = (...tags: number[]) => [0x49, 0x49, 0x2a, 0, ...directory(...tags)];
  expect(sniff(bytes(tiff(0x100, 0x101))).kind).toBe('tiff');
  expect(sniff(bytes(tiff(0x100, 0xc612)))).toMatchObject({ kind: 'raw', label: 'camera raw (DNG)' });
  expect(sniff(bytes(tiff(0x10f, 0x14a), ascii('NIKON CORPORATION'))).label).toBe('Nikon raw (NEF)');
  expect(sniff(bytes(tiff(0x10f, 0x14a), ascii('SONY'))).label).toBe('Sony raw (ARW)');
  expect(sniff(bytes([0x49, 0x49, 0x2a, 0, 16, 0, 0, 0], ascii('CR'), zeros(8))).label).toBe(
    'Canon raw (CR2)',
  );
  expect(sniff(bytes(ascii('FUJIFILMCCD-RAW 0201'))).kind).toBe('raw');
  expect(sniff(bytes(ascii('IIRO'), zeros(20))).kind).toBe('raw');
  expect(sniff(bytes([0x49, 0x49, 0x55, 0], zeros(20))).kind).toBe('raw');
  expect(sniff(bytes([0x49, 0x49, 0x2a, 0])).kind).toBe('tiff');
});

test('what is no picture', () => {
  expect(sniff(bytes([])).kind).toBe('empty');
  expect(sniff(bytes(ascii('Dear all, please find attached'))).kind).toBe('unknown');
  expect(sniff(bytes(ascii('%PDF-1.7'))).kind).toBe('pdf');
  expect(sniff(bytes(ascii('<?xml version="1.0"?>\n<svg xmlns="x">'))).kind).toBe('svg');
  expect(sniff(bytes([0x1a, 0x45, 0xdf, 0xa3])).kind).toBe('video');
  expect(sniff(bytes(ascii('8BPS'))).kind).toBe('psd');
});

test('a header cut anywhere is no error', () => {
  const whole = [
    bytes(pngHead, ihdr(5, 4, 8), chunk('acTL', zeros(8)), chunk('IDAT', [1])),
    bytes([0xff, 0xd8], segment(0xe0, zeros(14)), segment(0xc0, [8, ...be16(4), ...be16(5), 3])),
    bytes(ascii('RIFF'), le32(30), ascii('WEBP'), ascii('VP8X'), zeros(16)),
    bytes(box('ftyp', [...ascii('avif'), ...zeros(4)]), box('ispe', [0, 0, 0, 0, ...be32(5), ...be32(4)])),
    bytes([0x49, 0x49, 0x2a, 0], le32(8), le16(3), zeros(36)),
    bytes(ascii('GIF89a'), le16(5), le16(4), [0x80, 0, 0], zeros(6), [0x2c], zeros(9), [2, 1, 1, 0]),
    bytes(ascii('BM'), zeros(12), le32(40), le32(7), le32(3)),
  ];
  for (const file of whole)
    for (let n = 0; n <= file.length; n++) expect(() => sniff(file.slice(0, n))).not.toThrow();
});
