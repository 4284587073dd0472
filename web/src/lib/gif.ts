// Animated GIFs of few colours (GIF89a, Compuserve 1990): pictures of pixel art, each pixel enlarged to a square.

export type Frame = {
  image: ImageData;
  /** How long it is shown, ms; GIF counts in hundredths of a second. */
  ms: number;
};

const MOST_COLOURS = 256;

/** Bits of LZW codes, low bits first, in blocks of at most 255 bytes. */
class Codes {
  readonly bytes: number[] = [];
  private block: number[] = [];
  private bits = 0;
  private count = 0;

  put(code: number, size: number): void {
    this.bits |= code << this.count;
    for (this.count += size; this.count >= 8; this.count -= 8) {
      this.byte(this.bits & 255);
      this.bits >>>= 8;
    }
  }

  private byte(value: number): void {
    this.block.push(value);
    if (this.block.length === 255) this.flush();
  }

  private flush(): void {
    if (this.block.length) this.bytes.push(this.block.length, ...this.block);
    this.block = [];
  }

  end(): void {
    if (this.count) this.byte(this.bits & 255);
    this.flush();
    this.bytes.push(0);
  }
}

/** Indices into the palette, compressed. `depth`: bits of an index, 2 at least. */
export function lzw(indices: Uint8Array, depth: number): number[] {
  const [clear, end] = [1 << depth, (1 << depth) + 1];
  const codes = new Codes();
  let known = new Map<number, number>(); // (code of the beginning, next index) -> code
  let [next, size] = [end + 1, depth + 1];
  codes.put(clear, size);
  let code = indices[0]!;
  for (let i = 1; i < indices.length; i++) {
    const index = indices[i]!;
    const key = (code << 8) | index;
    const longer = known.get(key);
    if (longer !== undefined) {
      code = longer;
      continue;
    }
    codes.put(code, size);
    if (next < 4096) {
      known.set(key, next);
      if (next === 1 << size) size++;
      next++;
    } else {
      codes.put(clear, size);
      known = new Map();
      [next, size] = [end + 1, depth + 1];
    }
    code = index;
  }
  codes.put(code, size);
  codes.put(end, size);
  codes.end();
  return codes.bytes;
}

/** All frames have the size of the first. Colours beyond 256 become the nearest of those that came first. Transparent
 * pixels are `ground`. */
export function gif(
  frames: readonly Frame[],
  zoom = 1,
  ground: readonly [number, number, number] = [255, 255, 255],
): Uint8Array {
  const first = frames[0];
  if (!first) throw new Error('A GIF needs a frame.');
  const { width, height } = first.image;
  const palette: (readonly [number, number, number])[] = [];
  const found = new Map<number, number>();
  const indexOf = (r: number, g: number, b: number): number => {
    const key = (r << 16) | (g << 8) | b;
    let index = found.get(key);
    if (index !== undefined) return index;
    if (palette.length < MOST_COLOURS) index = palette.push([r, g, b]) - 1;
    else {
      const far = (c: readonly [number, number, number]) =>
        (c[0] - r) ** 2 + (c[1] - g) ** 2 + (c[2] - b) ** 2;
      index = palette.reduce((best, c, i) => (far(c) < far(palette[best]!) ? i : best), 0);
    }
    found.set(key, index);
    return index;
  };
  const [wide, high] = [width * zoom, height * zoom];
  const drawn = frames.map(({ image: { data } }) => {
    const indices = new Uint8Array(wide * high);
    for (let y = 0; y < height; y++) {
      const row = y * zoom * wide;
      for (let x = 0; x < width; x++) {
        const at = 4 * (y * width + x);
        const index = data[at + 3]
          ? indexOf(data[at]!, data[at + 1]!, data[at + 2]!)
          : indexOf(ground[0], ground[1], ground[2]);
        indices.fill(index, row + x * zoom, row + (x + 1) * zoom);
      }
      for (let k = 1; k < zoom; k++) indices.copyWithin(row + k * wide, row, row + wide);
    }
    return indices;
  });
  const depth = Math.max(2, Math.ceil(Math.log2(palette.length)));
  const parts: number[][] = [];
  const word = (value: number) => [value & 255, value >> 8];
  const ascii = (text: string) => [...text].map((c) => c.charCodeAt(0));
  parts.push([...ascii('GIF89a'), ...word(wide), ...word(high), 0xf0 | (depth - 1), 0, 0]);
  parts.push(Array.from({ length: 1 << depth }, (_, i) => palette[i] ?? [0, 0, 0]).flat());
  parts.push([0x21, 0xff, 11, ...ascii('NETSCAPE2.0'), 3, 1, 0, 0, 0]); // for ever
  frames.forEach(({ ms }, i) => {
    parts.push([0x21, 0xf9, 4, 4, ...word(Math.min(65_535, Math.max(2, Math.round(ms / 10)))), 0, 0]);
    parts.push([0x2c, 0, 0, 0, 0, ...word(wide), ...word(high), 0, depth]);
    parts.push(lzw(drawn[i]!, depth));
  });
  parts.push([0x3b]);
  const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}
