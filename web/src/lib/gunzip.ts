// Files that may be compressed with gzip: unpacked by the browser, with a bound on what comes out.

/** Says in a sentence why a file cannot be unpacked. */
export class UnpackError extends Error {}

const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** The file's bytes, unpacked where it is gzip. `most`: bytes that may come out. */
export async function unpackedFile(file: Blob, most: number): Promise<Uint8Array> {
  const limit = `${Math.round(most / 1e6)} MB`;
  if (file.size === 0)
    throw new UnpackError('This file is empty (0 bytes). Perhaps a copy or download was interrupted.');
  if (file.size > most) throw new UnpackError(`This file has more than ${limit}, the most this page reads.`);
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  if (!isGzip(head)) return new Uint8Array(await file.arrayBuffer());
  const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    let part;
    try {
      part = await reader.read();
    } catch {
      throw new UnpackError('This gzip file is damaged or cut short. Try the original file again.');
    }
    if (part.done) break;
    size += part.value.length;
    if (size > most) {
      await reader.cancel();
      throw new UnpackError(`This gzip file unpacks to more than ${limit}, the most this page reads.`);
    }
    chunks.push(part.value);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
