// The engine of the page: import from here. The table of all tasks (./describe.gen) is large and on its own: demos import
// it, the shell does not.
import files from '../../../build/assets.json';
import { detect } from './detect';
import { EngineClient, type EngineOptions, type Ground } from './engine';
import { Engines } from './engines';
import type { WorkerLike } from './link';
import { siteUrl } from './site';
import { crossOrigin, startWorker } from './spawn';
import workerUrl from './worker.ts?worker&url';

export * from './api';
export * from './describe';
export type { Tasks } from './describe.gen';
export { imageDataFrom, sizeOf, tensorFrom } from './pixels';
export { siteUrl };

const address = new URL(workerUrl, import.meta.url).href;

type Files = {
  engine: Record<string, Record<string, { script: string; wasm: string; bytes: number; digest: string }>>;
  tasks: Record<string, string>;
  families: Record<string, string[]>;
  models: Record<string, { url: string; bytes: number; digest: string; family: string; title: string }>;
};

const { engine, tasks, families, models } = files as unknown as Files;

function groundOf(module: string): Ground {
  const modules = Object.entries(engine[module]!).map(([flavour, { script, wasm, ...rest }]) => [
    flavour,
    { ...rest, script: siteUrl(script), url: siteUrl(wasm) },
  ]);
  const remote = Object.entries(models).map(([name, model]) => [name, { ...model, url: siteUrl(model.url) }]);
  return {
    description: async () => (await import('./describe.gen')).description,
    modules: Object.fromEntries(modules),
    models: Object.fromEntries(remote),
    // The threads of a module are workers that its own script starts: browsers refuse those of another origin.
    detect: () => (crossOrigin(address) ? { ...detect(), threads: false } : detect()),
    spawn: (member) => startWorker(address, `${module} ${member}`) as unknown as WorkerLike,
  };
}

/** Loads nothing until something is asked of it. One engine serves a whole page. */
export function createEngine(options: EngineOptions = {}): Engines {
  const clients = Object.keys(engine).map((module) => [module, new EngineClient(groundOf(module), options)]);
  return new Engines({ clients: Object.fromEntries(clients), tasks, families });
}
