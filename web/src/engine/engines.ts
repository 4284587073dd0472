// The engine of a page: an EngineClient per module (pictures, patches, digits), each loaded with the first thing asked of it. What
// it tells of its state is that of the module which was asked last.
import type {
  CallOptions,
  Engine,
  EngineError,
  EngineInfo,
  EngineState,
  Inputs,
  Loading,
  Metrics,
  ModelEntry,
  OutputName,
  Params,
  Run,
  RunOptions,
  TaskId,
  Tensor,
} from './api';
import type { Description } from './describe';
import type { EngineClient } from './engine';
import { familyOf } from './family';
import { Watchers } from './watchers';

export type Modules = {
  /** By name; the first is the one that `start` starts when no task is named, and that refuses unreadable files. */
  clients: Record<string, EngineClient>;
  /** Module of each task; modules that take each family of models. */
  tasks: Record<string, string>;
  families: Record<string, string[]>;
};

let forks = 0;

export class Engines implements Engine {
  private readonly watchers = new Watchers<Engine>();
  private readonly ends: (() => void)[];
  private asked: EngineClient;
  /** Forks do not take each other's place: each has lanes of its own. */
  private readonly number = ++forks;

  constructor(private readonly modules: Modules) {
    this.asked = this.all[0]!;
    this.ends = this.all.map((client) => client.watch(() => this.watchers.tell(this)));
  }

  /** Another engine over the same workers, for another figure of the page: its state is that of what it was asked itself, and
   * only its own calls are overtaken by its calls. */
  fork(): Engines {
    return new Engines(this.modules);
  }

  /** Ends a fork; the workers go on. */
  leave(): void {
    for (const end of this.ends) end();
  }

  get state(): EngineState {
    return this.asked.state;
  }

  get info(): EngineInfo | undefined {
    return this.asked.info;
  }

  get loading(): Loading | undefined {
    return this.asked.loading;
  }

  get error(): EngineError | undefined {
    return this.asked.error;
  }

  watch(listener: (engine: Engine) => void): () => void {
    return this.watchers.add(listener);
  }

  start(task?: TaskId): Promise<EngineInfo> {
    return this.ask(task).start();
  }

  run<T extends TaskId>(task: T, params: Params<T>, inputs: Inputs<T>, options?: RunOptions): Run<T> {
    return this.ask(task).run(task, params, inputs, options);
  }

  call<T extends TaskId, N extends OutputName<T>>(
    task: T,
    params: Params<T>,
    inputs: Inputs<T>,
    outputs: N[],
    options?: CallOptions,
  ): Promise<{ outputs: Record<N, Tensor>; metrics: Metrics<T> }> {
    const lane = `${this.number} ${options?.lane ?? task}`;
    return this.ask(task).call(task, params, inputs, outputs, { ...options, lane });
  }

  models(family?: string): ModelEntry[] {
    const entries = this.all.flatMap((client) => client.models(family));
    // Shipped models are known to every module; the one that has loaded it tells more.
    const byName = new Map<string, ModelEntry>();
    for (const it of entries) if (it.loaded || !byName.has(it.name)) byName.set(it.name, it);
    return [...byName.values()];
  }

  /** Modules that run take it at once, or refuse it; the others when they start. Where none of the family's runs, one is
   * started, so that a file is never taken unread. */
  async putModel(name: string, file: Uint8Array, about?: { family: string; title?: string }): Promise<void> {
    const names = this.modules.families[familyOf(file) ?? ''];
    const clients = names?.map((it) => this.clientOf(it)) ?? [this.all[0]!];
    const running = clients.filter((client) => client.started);
    const readers = running.length ? running : clients.slice(0, 1);
    await Promise.all(readers.map((client) => client.putModel(name, file, about)));
    for (const client of clients) if (!readers.includes(client)) client.keepModel(name, file, about);
  }

  async dropModel(name: string): Promise<void> {
    const has = (client: Engine) => client.models().some((it) => it.name === name && it.loaded);
    await Promise.all(this.all.filter(has).map((client) => client.dropModel(name)));
  }

  async describe(): Promise<Description> {
    const parts = (await Promise.all(this.all.map((client) => client.describe()))) as Description[];
    const tasks = Object.fromEntries(
      parts.flatMap((part) => Object.entries(part.tasks)).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    return { ...parts[0]!, tasks };
  }

  dispose(): void {
    for (const client of this.all) client.dispose();
  }

  private get all(): EngineClient[] {
    return Object.values(this.modules.clients);
  }

  private clientOf(module: string | undefined): EngineClient {
    return this.modules.clients[module ?? ''] ?? this.all[0]!;
  }

  private ask(task: string | undefined): EngineClient {
    const client = this.clientOf(this.modules.tasks[task ?? '']);
    if (client === this.asked) return client;
    this.asked = client;
    this.watchers.tell(this);
    return client;
  }
}
