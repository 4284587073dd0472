// A small mixture of Gaussians over patches as a file, and as one that was learned in this browser before.
import type { Page } from '@playwright/test';

/** Of a number in [2^-14, 2). */
function half(value: number): number {
  const power = Math.floor(Math.log2(value));
  return ((power + 15) << 10) | Math.round((value / 2 ** power - 1) * 1024);
}

/** Components with diagonal covariances over patches of `side` pixels: contrasts fall from one to the next. */
export function mixtureFile(components: number, side: number): Buffer {
  const dims = side * side - 1;
  const packed = (dims * (dims + 1)) / 2;
  const weights = Buffer.alloc(4 * components);
  const factors = Buffer.alloc(2 * components * packed);
  for (let k = 0; k < components; k++) {
    weights.writeFloatLE(Math.log(1 / components), 4 * k);
    for (let i = 0; i < dims; i++)
      factors.writeUInt16LE(half(0.2 / (k + 1) / (1 + i)), 2 * (k * packed + (i * (i + 1)) / 2 + i));
  }
  const header = Buffer.from(
    JSON.stringify({
      __metadata__: {
        ...{ family: 'gmm', version: '1', basis: 'dct-zigzag-no-dc', patch: String(side), floor: '1e-6' },
      },
      cholesky: { dtype: 'F16', shape: [components, packed], data_offsets: [0, factors.length] },
      log_weights: {
        ...{ dtype: 'F32', shape: [components] },
        data_offsets: [factors.length, factors.length + weights.length],
      },
    }),
  );
  const padded = Buffer.concat([header, Buffer.alloc((8 - (header.length % 8)) % 8, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, factors, weights]);
}

/** As if the browser had kept it on an earlier visit; the page must be at its site. */
export const keepMixture = (page: Page, name: string, file: Buffer): Promise<void> =>
  page.evaluate(
    async ({ name, bytes }) => {
      const done = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const opening = indexedDB.open('priorlab-mixtures', 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore('files', { keyPath: 'name' });
      const base = await done(opening);
      const files = base.transaction('files', 'readwrite').objectStore('files');
      await done(files.put({ name, bytes: Uint8Array.from(bytes) }));
      base.close();
    },
    { name, bytes: [...file] },
  );
