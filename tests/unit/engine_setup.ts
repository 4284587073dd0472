// What tests of the engine share: the engine over the fake module, with `fetch` served from memory.
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { EngineError, type Engine, type Run, type Tensor } from '../../web/src/engine/api';
import { fakeEngine, serveFakeFiles } from './fake_engine';

// The generated types know the real tasks; the fake one is reached without them.
export type AnyEngine = Omit<Engine, 'run' | 'call'> & {
  run(task: string, params: object, inputs: object, options?: object): Run<never>;
  call(
    task: string,
    params: object,
    inputs: object,
    outputs: string[],
    options?: object,
  ): Promise<{ outputs: Record<string, Tensor>; metrics: Record<string, number> }>;
};
export const engineOf = (...args: Parameters<typeof fakeEngine>) =>
  fakeEngine(...args) as unknown as AnyEngine;
export const picture = (...values: number[]): Tensor => ({
  ...{ dtype: 'f32', shape: [1, 1, values.length], data: new Float32Array(values) },
});
export const fails = async (promise: Promise<unknown>): Promise<EngineError> => {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EngineError);
  return error as EngineError;
};
export const until = (run: Run<never>, state: string) =>
  new Promise<void>((resolve) => {
    const end = run.watch(() => run.state === state && (end(), resolve()));
    if (run.state === state) (end(), resolve());
  });

/** Addresses fetched in the test so far. */
export let fetched: string[] = [];
beforeEach(() => {
  fetched = [];
  vi.stubGlobal('fetch', async (url: string) => {
    fetched.push(url);
    return serveFakeFiles(url);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
