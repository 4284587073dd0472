// One engine for all elements of a page that come from one site, of whatever version: its workers and weights are large.
// It ends when the last element has been gone for a while.
import { createEngine, type Engine } from '../engine';
import type { Engines } from '../engine/engines';
import { siteUrl } from '../engine/site';

type Shared = { engine: Engines; users: number; timer: number };

const IDLE_MS = 10_000;
const KEY = Symbol.for('priorlab.engines');

const page = globalThis as unknown as Record<symbol, Map<string, Shared> | undefined>;
const engines = (page[KEY] ??= new Map());

/** Give it back, once. */
export function borrowEngine(): { engine: Engine; giveBack(): void } {
  const site = siteUrl('');
  let shared = engines.get(site);
  if (!shared) engines.set(site, (shared = { engine: createEngine(), users: 0, timer: 0 }));
  const it = shared;
  it.users++;
  clearTimeout(it.timer);
  const engine = it.engine.fork();
  return {
    engine,
    giveBack() {
      engine.leave();
      it.users--;
      if (!it.users) it.timer = window.setTimeout(() => it.engine.dispose(), IDLE_MS); // the next use starts it again
    },
  };
}
