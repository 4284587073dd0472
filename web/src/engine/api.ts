// What the page may ask of the engine. A page knows this file and `describe.gen.ts` (parameter tables and types
// of every task, made from the C++ declarations); it never sees the worker or the WebAssembly module.
//
//   const engine = createEngine();                       // loads nothing yet
//   const run = engine.run('epll', { sigma: 25 }, { image: tensorFrom(imageData) });
//   run.watch(() => draw(run.state, run.status));
//   run.play();
//   await run.finished;
//   const pixels = await run.output('restored', { as: 'rgba8' });
import type { Tasks } from './describe.gen';

// ---- Tensors

export type TypedArray = Float32Array | Uint16Array | Uint8Array | Int32Array;

/** Dense and row-major. f16 is carried as its 16 bits. `data.length` is the product of `shape`. */
export type Tensor =
  | { dtype: 'f32'; shape: number[]; data: Float32Array }
  | { dtype: 'f16'; shape: number[]; data: Uint16Array }
  | { dtype: 'u8'; shape: number[]; data: Uint8Array }
  | { dtype: 'i32'; shape: number[]; data: Int32Array };

/** u8 (height, width, 4), as `as: 'rgba8'` gives it and `new ImageData` takes it. */
export type Pixels = { dtype: 'u8'; shape: [number, number, 4]; data: Uint8Array };

export type OutputOptions = {
  /** Rows and columns of the last two axes; everything when absent. A window outside is an error. */
  window?: { y: number; x: number; height: number; width: number };
  /** Mean over scale x scale boxes, for previews: 1 (default), 2, 3, ... Incomplete boxes at the right and lower
   * border are means of what they hold, so the result is ceil(extent / scale). */
  scale?: number;
  /** f32 (default): values as they are. rgba8: pixels for a canvas, clipped to [0,1]. */
  as?: 'f32' | 'rgba8';
};

// ---- Tasks

export type TaskId = keyof Tasks & string;
export type ParamValue = number | boolean | string;
/** Parameters by name; what is absent has its default. */
export type Params<T extends TaskId> = Partial<Tasks[T]['params']>;
export type Inputs<T extends TaskId> = Tasks[T]['inputs'];
export type OutputName<T extends TaskId> = Tasks[T]['outputs'];
/** A metric is absent until it means something (psnr needs a reference, for example). */
export type Metrics<T extends TaskId> = Partial<Record<Tasks[T]['metrics'], number>>;

// ---- A run: one task in the making

export type RunState =
  | 'creating' // inputs and models are on their way
  | 'paused' // waits for play() or step()
  | 'running'
  | 'done' // nothing left to do; outputs are final
  | 'stopped' // by stop(); outputs are gone
  | 'failed'; // see error; outputs are gone

export type RunStatus<T extends TaskId> = {
  /** Units (passes, epochs, pixels) completed. */
  unit: number;
  /** Units in all; 0 when open-ended. */
  units: number;
  /** [0,1] over the whole run; open-ended tasks: within the unit. */
  progress: number;
  /** Time spent computing so far, in ms; pauses do not count. */
  ms: number;
  /** Workers whose results are in it so far; 1 in a page with threads, which need no other worker. */
  workers: number;
  metrics: Metrics<T>;
};

export interface Run<T extends TaskId = TaskId> {
  readonly task: T;
  readonly state: RunState;
  readonly status: RunStatus<T>;
  /** Set when state is 'failed'. */
  readonly error?: EngineError;

  /** Goes on until done, paused or stopped. Harmless in any state. */
  play(): void;
  /** Holds at the next slice border, at most 50 ms later. */
  pause(): void;
  /** Goes on to the end of the unit in hand, then holds. */
  step(): void;
  /** Ends the run at once and frees what it holds. Harmless when it has ended. */
  stop(): void;

  /** Live parameters and inputs; rejects with what is wrong. */
  set(params: Params<T>, inputs?: Partial<Inputs<T>>): Promise<void>;
  /** The best there is so far; may be asked at any time, also while running. */
  output(name: OutputName<T>, options: OutputOptions & { as: 'rgba8' }): Promise<Pixels>;
  output(name: OutputName<T>, options?: OutputOptions): Promise<Tensor>;
  /** State to go on from later (`options.state` of `Engine.run`), where the task can. */
  save(): Promise<Uint8Array>;
  /** The model this run has made, as a safetensors file. */
  model(): Promise<Uint8Array>;

  /** Called after every change of state or status (at most about 15 times a second while running). Returns the
   * function that ends it. */
  watch(listener: (run: Run<T>) => void): () => void;
  /** Created: inputs were accepted. Rejects with the reason otherwise (kind 'user': show the message). */
  readonly created: Promise<void>;
  /** Resolves when done; rejects when stopped (kind 'cancelled') or failed. */
  readonly finished: Promise<RunStatus<T>>;
}

// ---- The engine

export type Flavour = 'simd' | 'simd-mt' | 'relaxed' | 'relaxed-mt';

export type EngineInfo = {
  flavour: Flavour;
  /** Cores at work: threads of the one worker, or workers of one thread each. */
  threads: number;
  /** Changes when one is lost and when it has been replaced. */
  workers: number;
  /** Cores the browser offers. */
  cores: number;
  /** SharedArrayBuffer can be posted: threads are possible. */
  isolated: boolean;
  /** For the footer: "SIMD · 2 threads", "SIMD · 2 workers on 2 cores", "SIMD · 1 of 2 cores". */
  text: string;
};

export type EngineState = 'idle' | 'loading' | 'ready' | 'failed';

/** Bytes that have arrived of what is being loaded (the engine itself or a model). */
export type Loading = { what: string; loaded: number; total: number };

export type ModelEntry = { name: string; family: string; title: string; bytes: number; loaded: boolean };

export interface Engine {
  readonly state: EngineState;
  /** Set from the first start on; workers may be replaced later by ones like them. */
  readonly info?: EngineInfo;
  readonly loading?: Loading;
  /** Set when state is 'failed'. */
  readonly error?: EngineError;
  /** Called after every change of the four above, which are those of the module asked last. */
  watch(listener: (engine: Engine) => void): () => void;

  /** Loads the module that has the task (the first module when none is named) and boots it, once. After a failure a new
   * call tries again (Retry needs no reload). Every other method starts the engine by itself. */
  start(task?: TaskId): Promise<EngineInfo>;

  /** Makes a run; it is created in the background and starts paused. Models named by parameters (or by their
   * defaults) are loaded first, once. */
  run<T extends TaskId>(task: T, params: Params<T>, inputs: Inputs<T>, options?: RunOptions): Run<T>;

  /** One question, one answer: runs the task to its end and returns the named outputs. Per `lane` (default: the
   * task's id) one call is in flight and only the newest waits; those it overtakes reject as 'cancelled'. */
  call<T extends TaskId, N extends OutputName<T>>(
    task: T,
    params: Params<T>,
    inputs: Inputs<T>,
    outputs: N[],
    options?: CallOptions,
  ): Promise<{ outputs: Record<N, Tensor>; metrics: Metrics<T> }>;

  /** Shipped models and those that were put. */
  models(family?: string): ModelEntry[];
  /** Hands a safetensors file to the engine, also to every later worker; replaces one of the same name. `about`: what
   * `models` tells of it; a model without a family is offered with every family. */
  putModel(name: string, file: Uint8Array, about?: { family: string; title?: string }): Promise<void>;
  dropModel(name: string): Promise<void>;

  /** The table of all tasks as the loaded module tells it (the page uses describe.gen.ts; tests compare). */
  describe(): Promise<unknown>;

  /** Ends the worker; runs fail. The next use starts again. */
  dispose(): void;
}

export type RunOptions = {
  /** Moves the inputs' buffers to the worker instead of copying them: the caller's arrays are empty afterwards. */
  transfer?: boolean;
  /** What `save` gave. */
  state?: Uint8Array;
  /** Aborting is `stop()`. */
  signal?: AbortSignal;
};

export type CallOptions = {
  transfer?: boolean;
  signal?: AbortSignal;
  lane?: string;
  as?: 'f32' | 'rgba8';
};

// ---- Errors

export type ErrorKind =
  | 'user' // what came cannot be used; the message says why
  | 'internal' // our fault
  | 'network' // something did not arrive; trying again may help
  | 'unsupported' // this browser cannot
  | 'lost' // the worker died (out of memory, a trap, a hang); it has been replaced, trying again may help
  | 'cancelled'; // asked for by the page: stop(), an AbortSignal, a newer request

/** The only thing this interface throws or rejects with. `message` is a sentence for people. */
export class EngineError extends Error {
  constructor(
    readonly kind: ErrorKind,
    message: string,
  ) {
    super(message);
    this.name = 'EngineError';
  }
  /** Whether a Retry button makes sense. */
  get retry(): boolean {
    return this.kind === 'network' || this.kind === 'lost';
  }
}
