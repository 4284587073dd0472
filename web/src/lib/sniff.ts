// What a file is, from its first bytes, never from its name: format, size in pixels, bits per channel, animation. Reads
// headers only, so that a picture of 50 megapixels is known before anything is decoded.

export type Kind =
  | 'png'
  | 'jpeg'
  | 'gif'
  | 'webp'
  | 'bmp'
  | 'avif' // browsers decode these
  | 'heic'
  | 'tiff'
  | 'raw'
  | 'jxl'
  | 'jp2'
  | 'psd'
  | 'svg'
  | 'pdf'
  | 'video' // pictures of a kind that is named in words
  | 'empty'
  | 'unknown';

export type Sniffed = {
  kind: Kind;
  /** For people: "PNG", "HEIC", "Canon raw". */
  label: string;
  /** In pixels, as stored (before any EXIF rotation); absent when the header does not tell or is cut off. */
  width?: number;
  height?: number;
  /** Bits per channel where the format has a choice. */
  depth?: number;
  animated?: boolean;
};

/** Enough for every header except a JPEG with large metadata; more is better, all of the file is fine. */
export const SNIFF_BYTES = 1 << 18;

const text = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length));

function png(bytes: Uint8Array, view: DataView): Sniffed {
  const it: Sniffed = { kind: 'png', label: 'PNG' };
  if (bytes.length < 26 || text(bytes, 12, 4) !== 'IHDR') return it;
  it.width = view.getUint32(16);
  it.height = view.getUint32(20);
  it.depth = bytes[24]!;
  // An animation control chunk stands before the first image data.
  for (let at = 8; at + 8 <= bytes.length; at += 12 + view.getUint32(at)) {
    const type = text(bytes, at + 4, 4);
    if (type === 'IDAT') break;
    if (type === 'acTL') it.animated = true;
  }
  return it;
}

function jpeg(bytes: Uint8Array, view: DataView): Sniffed {
  const it: Sniffed = { kind: 'jpeg', label: 'JPEG' };
  for (let at = 2; at + 9 <= bytes.length;) {
    if (bytes[at] !== 0xff) break;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++; // fill byte
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2; // without a body
    } else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      it.depth = bytes[at + 4]!;
      it.height = view.getUint16(at + 5);
      it.width = view.getUint16(at + 7);
      break;
    } else {
      at += 2 + view.getUint16(at + 2);
    }
  }
  return it;
}

/** GIF: sub-blocks are walked until a second picture is met. */
function gif(bytes: Uint8Array, view: DataView): Sniffed {
  const it: Sniffed = { kind: 'gif', label: 'GIF' };
  if (bytes.length < 13) return it;
  it.width = view.getUint16(6, true);
  it.height = view.getUint16(8, true);
  const table = (flags: number) => (flags & 0x80 ? 3 << ((flags & 7) + 1) : 0);
  let pictures = 0;
  for (let at = 13 + table(bytes[10]!); at < bytes.length;) {
    if (bytes[at] === 0x21) at += 2;
    else if (bytes[at] === 0x2c && at + 10 < bytes.length) {
      if (++pictures === 2) break;
      at += 10 + table(bytes[at + 9]!) + 1;
    } else break;
    while (at < bytes.length && bytes[at] !== 0) at += 1 + bytes[at]!;
    at++;
  }
  it.animated = pictures > 1;
  return it;
}

function webp(bytes: Uint8Array, view: DataView): Sniffed {
  const it: Sniffed = { kind: 'webp', label: 'WebP' };
  if (bytes.length < 30) return it;
  const chunk = text(bytes, 12, 4);
  const u24 = (at: number) => view.getUint16(at, true) + (bytes[at + 2]! << 16);
  if (chunk === 'VP8X') {
    it.animated = (bytes[20]! & 2) !== 0;
    it.width = u24(24) + 1;
    it.height = u24(27) + 1;
  } else if (chunk === 'VP8L') {
    const bits = view.getUint32(21, true);
    it.width = (bits & 0x3fff) + 1;
    it.height = ((bits >>> 14) & 0x3fff) + 1;
  } else if (chunk === 'VP8 ') {
    it.width = view.getUint16(26, true) & 0x3fff;
    it.height = view.getUint16(28, true) & 0x3fff;
  }
  return it;
}

function bmp(bytes: Uint8Array, view: DataView): Sniffed {
  const it: Sniffed = { kind: 'bmp', label: 'BMP' };
  if (bytes.length < 26) return it;
  if (view.getUint32(14, true) === 12) {
    it.width = view.getUint16(18, true);
    it.height = view.getUint16(20, true);
  } else {
    it.width = view.getInt32(18, true);
    it.height = Math.abs(view.getInt32(22, true)); // negative: stored from the top
  }
  return it;
}

/** ISO base media: AVIF, HEIC, Canon's raw, videos. Size and depth are in the boxes ispe and pixi. */
function isoMedia(bytes: Uint8Array, view: DataView): Sniffed {
  const length = Math.min(bytes.length, Math.max(16, view.getUint32(0)), 256);
  const brands: string[] = [text(bytes, 8, 4)];
  for (let at = 16; at + 4 <= length; at += 4) brands.push(text(bytes, at, 4));
  const has = (...names: string[]) => names.some((name) => brands.includes(name));
  if (has('crx ')) return { kind: 'raw', label: 'Canon raw (CR3)' };
  const avif = has('avif', 'avis');
  if (!avif && !has('heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1'))
    return { kind: 'video', label: 'video' };
  const it: Sniffed = avif ? { kind: 'avif', label: 'AVIF' } : { kind: 'heic', label: 'HEIC' };
  if (brands[0] === 'avis') it.animated = true;
  for (let at = 4; at + 10 <= Math.min(bytes.length, 1 << 16); at++) {
    if (bytes[at] === 0x69 && at + 16 <= bytes.length && text(bytes, at, 4) === 'ispe') {
      const [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
      if (width * height > (it.width ?? 0) * (it.height ?? 0)) Object.assign(it, { width, height }); // thumbnails have one too
    } else if (bytes[at] === 0x70 && text(bytes, at, 4) === 'pixi') it.depth ??= bytes[at + 9]!;
  }
  return it;
}

/** TIFF: cameras write their raw files in it, with the maker's name near the front. */
function tiff(bytes: Uint8Array, view: DataView): Sniffed {
  const little = bytes[0] === 0x49;
  if (text(bytes, 8, 2) === 'CR') return { kind: 'raw', label: 'Canon raw (CR2)' };
  const tags = new Set<number>();
  const first = view.getUint32(4, little);
  if (first + 2 <= bytes.length) {
    const count = view.getUint16(first, little);
    for (let i = 0, at = first + 2; i < count && at + 12 <= bytes.length; i++, at += 12)
      tags.add(view.getUint16(at, little));
  }
  if (tags.has(0xc612)) return { kind: 'raw', label: 'camera raw (DNG)' };
  const front = text(bytes, 0, Math.min(bytes.length, 4096)).toUpperCase();
  const subfiles = tags.has(0x14a); // raw files keep the sensor's picture in a sub-file
  if (subfiles && front.includes('NIKON')) return { kind: 'raw', label: 'Nikon raw (NEF)' };
  if (subfiles && front.includes('SONY')) return { kind: 'raw', label: 'Sony raw (ARW)' };
  if (front.includes('PENTAX') && tags.has(0x10f)) return { kind: 'raw', label: 'Pentax raw (PEF)' };
  return { kind: 'tiff', label: 'TIFF' };
}

export function sniff(bytes: Uint8Array): Sniffed {
  if (bytes.length === 0) return { kind: 'empty', label: 'empty file' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const starts = (...values: number[]) => values.every((value, i) => bytes[i] === value);
  const word = (at: number, name: string) => text(bytes, at, name.length) === name;
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return png(bytes, view);
  if (starts(0xff, 0xd8, 0xff)) return jpeg(bytes, view);
  if (word(0, 'GIF87a') || word(0, 'GIF89a')) return gif(bytes, view);
  if (word(0, 'RIFF') && word(8, 'WEBP')) return webp(bytes, view);
  if (word(0, 'RIFF') && word(8, 'AVI ')) return { kind: 'video', label: 'video' };
  if (
    word(0, 'BM') &&
    bytes.length >= 18 &&
    [12, 40, 52, 56, 64, 108, 124].includes(view.getUint32(14, true))
  )
    return bmp(bytes, view);
  if (word(4, 'ftyp') && bytes.length >= 16) return isoMedia(bytes, view);
  if (word(0, 'FUJIFILMCCD-RAW')) return { kind: 'raw', label: 'Fujifilm raw (RAF)' };
  if (word(0, 'IIRO') || word(0, 'IIRS') || word(0, 'MMOR'))
    return { kind: 'raw', label: 'Olympus raw (ORF)' };
  if (starts(0x49, 0x49, 0x55, 0x00)) return { kind: 'raw', label: 'Panasonic raw (RW2)' };
  if (word(0, 'FOVb')) return { kind: 'raw', label: 'Sigma raw (X3F)' };
  if (starts(0x49, 0x49, 0x2a, 0) || starts(0x4d, 0x4d, 0, 0x2a))
    return bytes.length < 16 ? { kind: 'tiff', label: 'TIFF' } : tiff(bytes, view);
  if (starts(0xff, 0x0a) || word(4, 'JXL ')) return { kind: 'jxl', label: 'JPEG XL' };
  if (word(4, 'jP  ') || starts(0xff, 0x4f, 0xff, 0x51)) return { kind: 'jp2', label: 'JPEG 2000' };
  if (word(0, '8BPS')) return { kind: 'psd', label: 'Photoshop' };
  if (word(0, '%PDF')) return { kind: 'pdf', label: 'PDF' };
  if (starts(0x1a, 0x45, 0xdf, 0xa3)) return { kind: 'video', label: 'video' };
  if (/^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)?(<!DOCTYPE svg[^>]*>\s*)?<svg/i.test(text(bytes, 0, 1024)))
    return { kind: 'svg', label: 'SVG' };
  return { kind: 'unknown', label: 'unknown' };
}
