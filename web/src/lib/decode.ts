// From a file to pixels. Looks at the header first, refuses in words, and never decodes what is too large. The browser
// decodes, turns by EXIF orientation and converts to sRGB.
import { bytes as byteText, megapixels, size } from './format';
import { alphaOf, fitted, isGrey } from './pixels';
import { SNIFF_BYTES, sniff, type Sniffed } from './sniff';

export type Picture = {
  /** Without its ending: "holiday". */
  name: string;
  image: ImageData;
  grey: boolean;
  /** Kept aside and given back in the download. */
  alpha: Uint8Array | undefined;
  /** What a person should know about what was done with the file, in sentences. */
  notes: string[];
};

/** Sizes that are offered instead of one that is too large, in pixels. */
const OFFERS = [8e6, 2e6];
/** Above this browsers do not decode. */
const MAX_DECODED = 250e6;
const MAX_BYTES = 500e6;

/** Says in a sentence why a file cannot be used. */
export class PictureError extends Error {}

/** The file is fine but large; `sizes` may be asked for instead (`decode(file, {pixels})`). */
export class TooLarge extends PictureError {
  constructor(
    message: string,
    readonly sizes: { width: number; height: number; pixels: number }[],
  ) {
    super(message);
  }
}

const readable = 'This page reads PNG, JPEG, WebP, AVIF, GIF and BMP.';

const refusals: Partial<Record<Sniffed['kind'], (label: string) => string>> = {
  empty: () => 'This file is empty (0 bytes). Perhaps a copy or download was interrupted.',
  unknown: () => `This file is not a picture that this page knows. ${readable}`,
  raw: (label) =>
    `This is a ${label} file: the sensor's own data, which browsers cannot read. Export it as PNG or JPEG from your photo program and drop that.`,
  tiff: () => 'This is a TIFF file, which browsers cannot read. Save it as PNG and drop that.',
  jxl: () => 'This is a JPEG XL file, which this browser cannot read. Save it as PNG or JPEG and drop that.',
  jp2: () => 'This is a JPEG 2000 file, which browsers cannot read. Save it as PNG or JPEG and drop that.',
  psd: () => 'This is a Photoshop file, which browsers cannot read. Export it as PNG and drop that.',
  svg: () => 'This is an SVG drawing: it is made of lines, not pixels, so it has no noise. Drop a photo.',
  pdf: () => 'This is a PDF document, not a picture. Drop a photo instead.',
  video: () => 'This is a video, not a picture. Save one frame as PNG or JPEG and drop that.',
};

const heic =
  'This is a HEIC photo, the format of iPhones, which this browser cannot read. Export it as JPEG (or set the camera to "Most Compatible") and drop that.';

const stem = (name: string): string => name.replace(/\.[^.]{1,5}$/, '') || 'picture';

function checkSize({ width, height, label }: Sniffed, bytes: number, limit: number): void {
  if (bytes > MAX_BYTES)
    throw new PictureError(`This file has ${byteText(bytes)}; the largest this page opens is 500 MB.`);
  if (width === undefined || height === undefined) return;
  if (width === 0 || height === 0)
    throw new PictureError(`This ${label} says it is ${size(width, height)} pixels: it holds no picture.`);
  const pixels = width * height;
  if (pixels > MAX_DECODED)
    throw new PictureError(
      `This picture has ${size(width, height)} pixels (${megapixels(width, height)}), more than browsers decode. Make it smaller first, for example 4000 pixels wide.`,
    );
  if (pixels > limit)
    throw new TooLarge(
      `This picture has ${size(width, height)} pixels (${megapixels(width, height)}); on this device ${megapixels(limit, 1)} fit into memory. Use it smaller?`,
      (limit >= OFFERS[0]! ? OFFERS : [limit, limit / 4]).map((pixels) => ({
        ...fitted(width, height, pixels),
        pixels,
      })),
    );
}

/** PNG and JPEG say where they end; browsers show what there is of a file that was cut. */
function isCut(kind: Sniffed['kind'], bytes: Uint8Array): boolean {
  if (kind === 'jpeg') {
    for (let i = bytes.length - 2; i > 1; i--)
      if (bytes[i] === 0xff && bytes[i + 1] === 0xd9) return i < bytes.length / 2;
    return true;
  }
  if (kind !== 'png') return false;
  const end = bytes.length - 8;
  for (let i = end; i >= Math.max(0, end - 65_536); i--)
    if (bytes[i] === 0x49 && bytes[i + 1] === 0x45 && bytes[i + 2] === 0x4e && bytes[i + 3] === 0x44)
      return false;
  return true;
}

export type DecodeOptions = {
  name?: string;
  /** Makes it at most this large, in pixels, instead of refusing. */
  pixels?: number;
  /** Pixels above which a smaller size is offered. */
  limit?: number;
};

export async function decode(file: Blob, options: DecodeOptions = {}): Promise<Picture> {
  const head = new Uint8Array(await file.slice(0, SNIFF_BYTES).arrayBuffer());
  const it = sniff(head);
  const refusal = refusals[it.kind];
  if (refusal) throw new PictureError(refusal(it.label));
  const notes: string[] = [];
  const limit = options.pixels ? Infinity : (options.limit ?? Infinity);
  checkSize(it, file.size, limit);
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: 'from-image', premultiplyAlpha: 'none' });
  } catch {
    if (it.kind === 'heic') throw new PictureError(heic);
    throw new PictureError(
      `This ${it.label} file is damaged or cut short: it starts like a picture but cannot be decoded. Try the original file again.`,
    );
  }
  try {
    if (it.width === undefined)
      checkSize({ ...it, width: bitmap.width, height: bitmap.height }, file.size, limit);
    if (isCut(it.kind, new Uint8Array(await file.arrayBuffer())))
      notes.push(`The ${it.label} file is cut short: what is missing of the picture is blank.`);
    if (it.animated) notes.push(`The ${it.label} is animated: its first frame is used.`);
    if ((it.depth ?? 8) > 8)
      notes.push(`The ${it.label} has ${it.depth} bits per channel; browsers hand over 8 of them.`);
    if (
      it.width !== undefined &&
      it.width === bitmap.height &&
      it.height === bitmap.width &&
      it.width !== it.height
    )
      notes.push('The photo was turned upright, as its camera noted.');
    const to = fitted(bitmap.width, bitmap.height, options.pixels ?? Infinity);
    if (to.width < bitmap.width)
      notes.push(
        `Made smaller, from ${size(bitmap.width, bitmap.height)} to ${size(to.width, to.height)} pixels.`,
      );
    const image = pixelsAt(bitmap, to);
    const alpha = alphaOf(image);
    if (alpha) notes.push('Transparency is kept as it is; only the colours are restored.');
    return {
      name: stem(options.name ?? (file as File).name ?? 'picture'),
      image,
      grey: isGrey(image),
      alpha,
      notes,
    };
  } finally {
    bitmap.close();
  }
}

function pixelsAt(bitmap: ImageBitmap, { width, height }: { width: number; height: number }): ImageData {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context)
    throw new PictureError(
      'The browser has no memory left for this picture. Close other tabs or use a smaller one.',
    );
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  const image = context.getImageData(0, 0, width, height);
  canvas.width = canvas.height = 1; // of a large photo its memory is needed before the next garbage collection
  return image;
}
