// Things worth keeping within a bound on memory; what was used longest ago goes first.

/** Buffers that a value holds; what several values share counts once. */
export type BuffersOf<T> = (value: T) => Iterable<ArrayBufferLike>;

export class Kept<T> {
  private readonly values = new Map<string, T>(); // in the order of use

  /** `most`: bytes. The value put last stays even where it alone is larger. */
  constructor(
    private readonly most: number,
    private readonly buffersOf: BuffersOf<T>,
  ) {}

  get(key: string): T | undefined {
    const value = this.values.get(key);
    if (value !== undefined) {
      this.values.delete(key);
      this.values.set(key, value);
    }
    return value;
  }

  put(key: string, value: T): void {
    this.values.delete(key);
    this.values.set(key, value);
    for (const oldest of this.values.keys()) {
      if (this.values.size === 1 || this.bytes <= this.most) break;
      this.values.delete(oldest);
    }
  }

  delete(key: string): void {
    this.values.delete(key);
  }

  get size(): number {
    return this.values.size;
  }

  get bytes(): number {
    const buffers = new Set<ArrayBufferLike>();
    for (const value of this.values.values()) for (const buffer of this.buffersOf(value)) buffers.add(buffer);
    let sum = 0;
    for (const { byteLength } of buffers) sum += byteLength;
    return sum;
  }
}
