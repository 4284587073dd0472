// Small files that the browser keeps for the next visit (IndexedDB). Where it keeps none, nothing is kept and nothing fails.

export type KeptFile = { name: string; bytes: Uint8Array };

const answer = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The browser keeps nothing.'));
  });

export function keptFiles(store: string) {
  const within = async <T>(
    mode: IDBTransactionMode,
    work: (files: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> => {
    const opening = indexedDB.open(`priorlab-${store}`, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('files', { keyPath: 'name' });
    const base = await answer(opening);
    try {
      return await answer(work(base.transaction('files', mode).objectStore('files')));
    } finally {
      base.close();
    }
  };
  return {
    all: (): Promise<KeptFile[]> =>
      within('readonly', (files) => files.getAll() as IDBRequest<KeptFile[]>).catch(() => []),
    put: (name: string, bytes: Uint8Array): Promise<boolean> =>
      within('readwrite', (files) => files.put({ name, bytes })).then(
        () => true,
        () => false,
      ),
    remove: (name: string): Promise<void> =>
      within('readwrite', (files) => files.delete(name)).then(
        () => {},
        () => {},
      ),
  };
}
