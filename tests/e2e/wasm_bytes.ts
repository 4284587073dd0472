// Memory of the WebAssembly instances in a page's workers.
import type { Page } from '@playwright/test';

type Scope = { memories: WebAssembly.Memory[] };

/** Before the page is opened: from now on its workers remember the memories of their instances. */
export const watchWasm = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const script = (text: string) => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
    const remember = script(`
      const { instantiate } = WebAssembly;
      self.memories = [];
      WebAssembly.instantiate = async (...args) => {
        const instance = await instantiate(...args);
        memories.push(...Object.values(instance.exports).filter((it) => it instanceof WebAssembly.Memory));
        return instance;
      };`);
    window.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        const imports = [remember, new URL(url, location.href).href].map((it) => `import "${it}";`);
        super(script(imports.join('\n')), options);
      }
    };
  });

/** Bytes of all of them by the name of the worker, which is the module's and a number. */
export async function wasmBytes(page: Page): Promise<Record<string, number>> {
  const sizes = page
    .workers()
    .map((worker) =>
      worker.evaluate((): [string, number] => [
        self.name,
        (self as unknown as Scope).memories.reduce((sum, it) => sum + it.buffer.byteLength, 0),
      ]),
    );
  return Object.fromEntries((await Promise.all(sizes)).sort());
}
