// Models that were learned or opened in this browser: handed to the engine, and kept for the next visit where the browser
// allows it.
import { EngineError, type Engine } from '../engine/api';
import { keptFiles } from './kept_files';

/** Of one family, kept in a store of their own. */
export class LearnedModels {
  private readonly kept;
  private readonly names = new Set<string>();
  private readonly asked = new WeakMap<Engine, Promise<void>>();

  constructor(
    store: string,
    private readonly family: string,
  ) {
    this.kept = keptFiles(store);
  }

  /** Whether a model was made or opened in this browser. */
  has(name: string): boolean {
    return this.names.has(name);
  }

  /** Hands the engine what was learned in this browser before. */
  offer(engine: Engine): Promise<void> {
    let work = this.asked.get(engine);
    if (!work) {
      work = this.hand(engine);
      this.asked.set(engine, work);
      work.catch(() => this.asked.delete(engine));
    }
    return work;
  }

  private async hand(engine: Engine): Promise<void> {
    const handed = (name: string) => this.names.has(name); // by another figure of the page
    const ours = new Set(engine.models().flatMap(({ name }) => (handed(name) ? [] : [name])));
    for (const { name: as, bytes } of await this.kept.all()) {
      const name = ours.has(as) ? `my-${as}` : as; // a later version ships one of that name
      if (name !== as && (await this.kept.put(name, bytes))) await this.kept.remove(as);
      this.names.add(name);
      await engine.putModel(name, bytes, { family: this.family, title: name }).catch(async (error) => {
        if (error instanceof EngineError && error.kind !== 'user') throw error; // not the file's fault
        this.names.delete(name);
        await this.kept.remove(name);
        console.warn(`The kept model "${name}" cannot be used any more: ${(error as Error).message}`);
      });
    }
  }

  /** Into the engine and, where the browser allows it (true), kept for the next visit. */
  async keep(engine: Engine, name: string, file: Uint8Array): Promise<boolean> {
    const known = this.names.has(name);
    this.names.add(name); // before the lists of models hear of it
    try {
      await engine.putModel(name, file, { family: this.family, title: name });
    } catch (error) {
      if (!known) this.names.delete(name);
      throw error;
    }
    return this.kept.put(name, file);
  }

  async forget(engine: Engine, name: string): Promise<void> {
    this.names.delete(name);
    await this.kept.remove(name);
    await engine.dropModel(name);
  }
}
