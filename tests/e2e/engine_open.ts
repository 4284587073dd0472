// A bare document of the built site with the engine's module and a few helpers in it, for tests of the engine alone.
import type { Page, Worker } from '@playwright/test';
import type * as EngineModule from '../../web/src/engine/public';

declare global {
  interface Window {
    lib: typeof EngineModule;
    engine: EngineModule.Engine;
    /** A grey test picture, always the same: smooth waves and an edge. */
    picture(height: number, width: number): EngineModule.Tensor;
    /** SHA-256 of a tensor's bytes. */
    digest(tensor: EngineModule.Tensor): Promise<string>;
    /** What a promise rejects with. */
    refusal(promise: Promise<unknown>): Promise<{ kind: string; message: string; retry: boolean }>;
    /** Resolves when the run is in that state. */
    reached(run: EngineModule.Run, state: string): Promise<void>;
  }
}

/** The engine itself is made but not started. */
export async function open(page: Page, site = '/'): Promise<void> {
  await page.goto(`${site}lib/engine.js`);
  await page.evaluate(async (address) => {
    window.lib = await import(address);
    window.engine = window.lib.createEngine();
    window.picture = (height, width) => {
      const data = new Float32Array(height * width);
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          data[y * width + x] = 0.5 + 0.2 * Math.sin(x / 7) * Math.cos(y / 5) + (x > width / 2 ? 0.15 : 0);
      return { dtype: 'f32', shape: [1, height, width], data };
    };
    window.digest = async ({ data }) => {
      const hash = await crypto.subtle.digest('SHA-256', new Uint8Array(data.buffer as ArrayBuffer));
      return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
    };
    window.refusal = (promise) =>
      promise.then(
        () => ({ kind: 'none', message: 'it did not fail', retry: false }),
        ({ kind, message, retry }) => ({ kind, message, retry }),
      );
    window.reached = (run, state) =>
      new Promise((resolve) => {
        if (run.state === state) return resolve();
        const end = run.watch(() => run.state === state && (end(), resolve()));
      });
  }, `${site}lib/engine.js`);
}

/** A restoration of a whole photo's size, playing: the page's `run`, of the picture `noisy`. */
export async function playLongRun(page: Page, height = 321, width = 481): Promise<void> {
  await page.evaluate(
    async ([high, wide]) => {
      const image = window.picture(high!, wide!);
      const { outputs } = await window.engine.call('add_noise', { sigma: 25 }, { image }, ['noisy']);
      const run = window.engine.run('epll', { sigma: 25 }, { image: outputs.noisy });
      Object.assign(window, { run, noisy: outputs.noisy });
      await run.created;
      run.play();
      await new Promise<void>((resolve) => run.watch(() => run.status.progress > 0.001 && resolve()));
    },
    [height, width],
  );
}

/** A worker of the engine by its number in the pool; 0 leads (pthreads have workers of their own). */
export async function engineWorker(page: Page, member = 0): Promise<Worker> {
  for (const worker of page.workers())
    if ((await worker.evaluate(() => self.name).catch(() => '')) === `pictures ${member}`) return worker;
  throw new Error(`The engine has no worker ${member}.`);
}

/** The page's last run: state and error. */
export const lastRun = (page: Page) =>
  page.evaluate(() => {
    const { run } = window as unknown as { run: import('../../web/src/engine/public').Run };
    return {
      state: run.state,
      kind: run.error?.kind,
      message: run.error?.message ?? '',
      retry: run.error?.retry,
    };
  });

/** A small restoration from start to end: the page works. */
export const restoreSmall = (page: Page) =>
  page.evaluate(async () => {
    const run = window.engine.run('epll', { sigma: 25 }, { image: window.picture(24, 32) });
    run.play();
    return (await run.finished).progress;
  });
