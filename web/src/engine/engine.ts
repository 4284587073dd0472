// The engine behind api.ts: chooses a flavour, loads it once, keeps its workers alive (one with threads, a pool
// without), hands them models, makes runs and calls. When the leading worker dies its runs fail and others are started
// from the compiled module; when a helper dies the runs go on (pool.ts).
import {
  EngineError,
  type CallOptions,
  type Engine,
  type EngineInfo,
  type EngineState,
  type Flavour,
  type Inputs,
  type Loading,
  type Metrics,
  type ModelEntry,
  type OutputName,
  type Params,
  type Run,
  type RunOptions,
  type TaskId,
  type Tensor,
} from './api';
import type { Description } from './describe';
import { flavoursFor, memoryFor, textOf, threadsFor, workersFor, type Abilities } from './detect';
import { download, type RemoteFile } from './download';
import { Lane } from './lane';
import { Link, type WorkerLike } from './link';
import type { NamedTensors } from './module';
import { Pool } from './pool';
import { buffersOf, type Boot } from './protocol';
import { RunClient } from './run';
import { Watchers } from './watchers';

export type RemoteModule = RemoteFile & { script: string };
export type RemoteModel = RemoteFile & { family: string; title: string };

/** What the engine stands on; index.ts has the real one, tests have theirs. */
export type Ground = {
  /** Asked for with the first run or call. */
  description(): Promise<Description>;
  modules: Partial<Record<Flavour, RemoteModule>>;
  models: Record<string, RemoteModel>;
  detect(): Abilities;
  /** A worker; `member` is its number in the pool. */
  spawn(member: number): WorkerLike;
};

export type EngineOptions = {
  /** Insists on one flavour (benchmarks, tests) instead of the best. */
  flavour?: Flavour;
  /** Insists on a number of workers; one when a flavour is insisted on, else as many as there is use for. */
  workers?: number;
};

const BOOT_MS = 30_000;

const ended = () => new EngineError('cancelled', 'The engine was ended.');

const asEngineError = (error: unknown): EngineError =>
  error instanceof EngineError
    ? error
    : new EngineError('internal', String((error as Error)?.message ?? error));

export class EngineClient implements Engine {
  state: EngineState = 'idle';
  info: EngineInfo | undefined;
  loading: Loading | undefined;
  error: EngineError | undefined;

  private readonly watchers = new Watchers<Engine>();
  private readonly compiled = new Map<Flavour, WebAssembly.Module>();
  private readonly lanes = new Map<string, Lane>();
  private readonly runs = new Map<number, RunClient<TaskId>>();
  /** Models handed to the worker, for its successors too. */
  private readonly files = new Map<string, { file: Uint8Array; entry: ModelEntry }>();
  private readonly fetching = new Map<string, Promise<void>>();
  private pool: Promise<Pool> | undefined;
  /** What `pool` became. */
  private living: Pool | undefined;
  private lastRun = 0;

  constructor(
    private readonly ground: Ground,
    private readonly options: EngineOptions = {},
  ) {}

  watch(listener: (engine: Engine) => void): () => void {
    return this.watchers.add(listener);
  }

  async start(): Promise<EngineInfo> {
    await this.connect();
    return this.info!;
  }

  run<T extends TaskId>(task: T, params: Params<T>, inputs: Inputs<T>, options: RunOptions = {}): Run<T> {
    const number = ++this.lastRun;
    const { signal } = options;
    const stop = () => run.stop();
    const run = new RunClient(task, number, () => {
      this.runs.delete(number);
      signal?.removeEventListener('abort', stop); // a signal may outlive many runs
    });
    this.runs.set(number, run as unknown as RunClient<TaskId>);
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();
    const named = inputs as NamedTensors;
    const create = async () => {
      const pool = await this.connect();
      await this.needModels(pool, task, params);
      const transfer = options.transfer ? buffersOf(named) : [];
      await run.create(pool.leader, { task, params, inputs: named, state: options.state }, transfer);
    };
    create().catch((error) => run.fail(asEngineError(error)));
    return run;
  }

  async call<T extends TaskId, N extends OutputName<T>>(
    task: T,
    params: Params<T>,
    inputs: Inputs<T>,
    outputs: N[],
    options: CallOptions = {},
  ): Promise<{ outputs: Record<N, Tensor>; metrics: Metrics<T> }> {
    const { signal } = options;
    const cancelled = () => new EngineError('cancelled', 'The request was given up.');
    const name = options.lane ?? task;
    let lane = this.lanes.get(name);
    if (!lane) this.lanes.set(name, (lane = new Lane(() => this.lanes.delete(name))));
    let giveUp: (() => void) | undefined;
    const work = async () => {
      if (signal?.aborted) throw cancelled();
      const pool = await this.connect();
      await this.needModels(pool, task, params);
      const link = pool.leader;
      if (signal?.aborted) throw cancelled();
      const named = inputs as NamedTensors;
      const id = link.nextId;
      giveUp = () => link.order({ order: 'cancel', id });
      return link.request<'call'>(
        { op: 'call', task, params, inputs: named, outputs, options: { as: options.as ?? 'f32' } },
        options.transfer ? buffersOf(named) : [],
      );
    };
    const answer = lane.push(work) as Promise<{ outputs: Record<N, Tensor>; metrics: Metrics<T> }>;
    if (!signal) return answer;
    return new Promise((resolve, reject) => {
      const abort = () => {
        giveUp?.();
        reject(cancelled());
      };
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
      answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    });
  }

  models(family?: string): ModelEntry[] {
    const entries = new Map<string, ModelEntry>();
    for (const [name, { family: of, title, bytes }] of Object.entries(this.ground.models))
      entries.set(name, { name, family: of, title, bytes, loaded: false });
    for (const [name, { entry }] of this.files) entries.set(name, entry);
    return [...entries.values()].filter((entry) => !family || !entry.family || entry.family === family);
  }

  async putModel(name: string, file: Uint8Array, about?: { family: string; title?: string }) {
    await (await this.connect()).putModel(name, file);
    this.remember(name, file, about);
  }

  /** The workers are handed the model when they start; starts none. The caller knows that it can be read. */
  keepModel(name: string, file: Uint8Array, about?: { family: string; title?: string }): void {
    this.remember(name, file, about);
    // Those that have begun to start in the meantime may be past their list.
    this.pool?.then((pool) => pool.putModel(name, file)).catch(() => {});
  }

  private remember(
    name: string,
    file: Uint8Array,
    about: { family: string; title?: string } = { family: '' },
  ) {
    const entry = { title: name, ...about, name, bytes: file.length, loaded: true };
    this.files.set(name, { file, entry });
    this.changed({});
  }

  async dropModel(name: string): Promise<void> {
    this.files.delete(name);
    await (await this.pool)?.dropModel(name);
    this.changed({});
  }

  /** Whether its workers run, or are about to. */
  get started(): boolean {
    return this.pool !== undefined;
  }

  async describe(): Promise<unknown> {
    return (await this.connect()).leader.request<'describe'>({ op: 'describe' });
  }

  dispose(): void {
    const { living } = this;
    this.pool = this.living = undefined; // a boot under way ends itself when it finds this
    living?.kill(ended());
    for (const run of [...this.runs.values()]) run.fail(ended());
    this.changed({ state: 'idle', loading: undefined });
  }

  // ---- Loading

  private changed(to: Partial<Pick<EngineClient, 'state' | 'info' | 'loading' | 'error'>>): void {
    Object.assign(this, to);
    this.watchers.tell(this);
  }

  /** The living workers; starts them where there are none. */
  private connect(): Promise<Pool> {
    if (this.pool) return this.pool;
    const pool = this.boot();
    this.pool = pool;
    this.changed({ state: 'loading', error: undefined });
    pool.then(
      (it) => {
        if (this.pool !== pool) return it.kill(ended());
        this.living = it;
        this.changed({ state: 'ready', loading: undefined });
      },
      (error) => {
        if (this.pool !== pool) return;
        this.pool = undefined; // the next use, or Retry, tries again
        this.changed({ state: 'failed', error: asEngineError(error), loading: undefined });
      },
    );
    return pool;
  }

  /** The leader died at work: its runs are lost, another pool is started at once. */
  private replace(pool: Pool, reason: EngineError): void {
    if (this.living !== pool) return;
    this.pool = this.living = undefined;
    for (const run of [...this.runs.values()]) run.fail(reason);
    this.connect().catch(() => {}); // says so in `state`
  }

  private async boot(): Promise<Pool> {
    const abilities = this.ground.detect();
    const flavours = this.options.flavour ? [this.options.flavour] : flavoursFor(abilities);
    const usable = flavours.filter((flavour) => this.ground.modules[flavour]);
    if (!abilities.simd || !usable.length)
      throw new EngineError(
        'unsupported',
        'This browser cannot run the computation: it lacks WebAssembly SIMD. ' +
          'Chrome 95, Firefox 100, Safari 16.4 and later have it.',
      );
    for (const flavour of usable) {
      try {
        return await this.bootFlavour(flavour, abilities);
      } catch (error) {
        // Memory for threads may be refused where a plain module still fits; a lost network is the same for all.
        if (asEngineError(error).kind === 'network' || flavour === usable.at(-1)) throw error;
      }
    }
    throw new EngineError('internal', 'No flavour was tried.');
  }

  private async bootFlavour(flavour: Flavour, abilities: Abilities): Promise<Pool> {
    const wasm = await this.compile(flavour);
    const { cores, threads: isolated } = abilities;
    const workers = this.options.workers ?? (this.options.flavour ? 1 : workersFor(flavour, abilities));
    const threads = threadsFor(flavour, cores);
    const told = ({ size }: Pool) => {
      const atWork = Math.max(threads, size);
      const info = { flavour, threads: atWork, workers: size, cores, isolated };
      this.info = { ...info, text: textOf(threads, size, cores) };
      if (this.living) this.changed({});
    };
    const pool = await Pool.open(
      workers,
      (member, onDeath) =>
        this.hire(member, onDeath, flavour, { wasm, threads, memory: memoryFor(abilities) }),
      told,
      (it, reason) => this.replace(it, reason),
    );
    told(pool);
    return pool;
  }

  /** A worker with an instance and all models in it. */
  private async hire(
    member: number,
    onDeath: (reason: EngineError) => void,
    flavour: Flavour,
    boot: Pick<Boot, 'wasm' | 'threads' | 'memory'>,
  ): Promise<Link> {
    const link = new Link(
      this.ground.spawn(member),
      (event) => {
        this.runs.get(event.run)?.receive(event);
        this.living?.tend();
      },
      onDeath,
    );
    const timer = setTimeout(() => {
      link.kill(new EngineError('network', `The engine did not start within ${BOOT_MS / 1000} seconds.`));
    }, BOOT_MS);
    try {
      const { script } = this.ground.modules[flavour]!;
      await link.request<'boot'>({ op: 'boot', script, member, ...boot });
      for (const [name, { file }] of this.files)
        await link.request<'put_model'>({ op: 'put_model', name, file });
      return link;
    } catch (error) {
      link.kill(asEngineError(error));
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private async compile(flavour: Flavour): Promise<WebAssembly.Module> {
    const known = this.compiled.get(flavour);
    if (known) return known;
    const module = await WebAssembly.compile(
      await this.download('The engine', this.ground.modules[flavour]!),
    );
    this.compiled.set(flavour, module);
    return module;
  }

  private async download(what: string, file: RemoteFile): Promise<Uint8Array<ArrayBuffer>> {
    const progress = (loaded: number) => this.changed({ loading: { what, loaded, total: file.bytes } });
    try {
      return await download(what, file, progress);
    } finally {
      this.changed({ loading: undefined });
    }
  }

  /** Loads the shipped models that the parameters name, each once. Unknown names are left to the task to refuse. */
  private async needModels(pool: Pool, task: string, params: object): Promise<void> {
    const specs = (await this.ground.description()).tasks[task]?.params ?? [];
    for (const spec of specs) {
      if (spec.type !== 'model') continue;
      const name = String((params as Record<string, unknown>)[spec.name] ?? spec.default);
      if (this.ground.models[name] && !this.files.has(name)) await this.fetchModel(pool, name);
    }
  }

  private fetchModel(pool: Pool, name: string): Promise<void> {
    const known = this.fetching.get(name);
    if (known) return known;
    const work = async () => {
      const { family, title, ...remote } = this.ground.models[name]!;
      const file = await this.download(`The model "${title}"`, remote);
      await pool.putModel(name, file);
      this.files.set(name, { file, entry: { name, family, title, bytes: file.length, loaded: true } });
    };
    const promise = work().finally(() => this.fetching.delete(name));
    this.fetching.set(name, promise);
    return promise;
  }
}
