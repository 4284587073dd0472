// A bare document of the built site with the engine's module and a few helpers in it, for tests of the engine alone.
import type { Page } from '@playwright/test';
import type * as EngineModule from '../../web/src/engine';

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
