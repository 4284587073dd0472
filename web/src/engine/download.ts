// Files that must arrive whole: length and the beginning of the SHA-256 are known from the build, so a half-downloaded or
// altered file is noticed, fetched once more past the cache, and else reported in a sentence.
import { EngineError } from './api';

export type RemoteFile = { url: string; bytes: number; digest: string };

const STALL_MS = 20_000;

class Incomplete extends Error {}

async function hexDigest(bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  if (!globalThis.crypto?.subtle) return undefined; // only on secure origins; the length was checked
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function attempt(
  file: RemoteFile,
  cache: RequestCache,
  progress: (loaded: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const stall = new AbortController();
  let timer = setTimeout(() => stall.abort(), STALL_MS);
  try {
    const response = await fetch(file.url, { cache, signal: stall.signal });
    if (!response.ok || !response.body) throw new Incomplete(`the server answered ${response.status}`);
    const bytes = new Uint8Array(file.bytes);
    const reader = response.body.getReader();
    let loaded = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      clearTimeout(timer);
      timer = setTimeout(() => stall.abort(), STALL_MS);
      if (loaded + value.length > file.bytes) throw new Incomplete('it is longer than it should be');
      bytes.set(value, loaded);
      loaded += value.length;
      progress(loaded);
    }
    if (loaded !== file.bytes) throw new Incomplete(`${loaded} of ${file.bytes} bytes came`);
    const digest = await hexDigest(bytes);
    if (digest !== undefined && !digest.startsWith(file.digest))
      throw new Incomplete('its contents are not what they should be');
    return bytes;
  } catch (error) {
    if (error instanceof Incomplete) throw error;
    throw new Incomplete(stall.signal.aborted ? 'nothing came for 20 seconds' : 'the connection failed');
  } finally {
    clearTimeout(timer);
  }
}

/** Throws an EngineError of kind 'network' when two attempts failed. `what` starts the sentence: "The engine". */
export async function download(
  what: string,
  file: RemoteFile,
  progress: (loaded: number) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await attempt(file, 'default', progress).catch(() => attempt(file, 'reload', progress));
  } catch (error) {
    throw new EngineError('network', `${what} could not be loaded: ${(error as Error).message}.`);
  }
}
