// What client and worker say to each other. Requests carry an id and are answered once; orders are not answered;
// events come unasked. Everything is plain data; buffers are transferred where they would otherwise be copied.
import type { OutputOptions, RunState, Tensor } from './api';
import type { ErrorData, NamedTensors } from './module';

export type Boot = {
  op: 'boot';
  /** Address of the script that belongs to `wasm`. */
  script: string;
  wasm: WebAssembly.Module;
  threads: number;
  /** This worker's number in the pool; 0 leads and answers for all. */
  member: number;
  /** Bytes that all replicas of one run may take together. */
  memory: number;
};

/** `run` is a number that the client chooses, so that a run can be stopped before its creation is answered. */
export type Requests = {
  boot: { args: Boot; answer: { threads: number } };
  /** Answered at once by whoever is alive. */
  ping: { args: { op: 'ping' }; answer: true };
  describe: { args: { op: 'describe' }; answer: unknown };
  put_model: { args: { op: 'put_model'; name: string; file: Uint8Array }; answer: true };
  drop_model: { args: { op: 'drop_model'; name: string }; answer: true };
  create: {
    args: {
      op: 'create';
      run: number;
      task: string;
      params: object;
      inputs: NamedTensors;
      state: Uint8Array | undefined;
    };
    answer: RunEvent;
  };
  set: { args: { op: 'set'; run: number; params: object; inputs: NamedTensors }; answer: true };
  output: { args: { op: 'output'; run: number; name: string; options: OutputOptions }; answer: Tensor };
  save: { args: { op: 'save'; run: number }; answer: Uint8Array };
  model: { args: { op: 'model'; run: number }; answer: Uint8Array };
  destroy: { args: { op: 'destroy'; run: number }; answer: true };
  call: {
    args: {
      op: 'call';
      task: string;
      params: object;
      inputs: NamedTensors;
      outputs: string[];
      options: OutputOptions;
    };
    answer: { outputs: Record<string, Tensor>; metrics: Record<string, number> };
  };
};

export type Op = keyof Requests;
export type Args<O extends Op> = Requests[O]['args'];
export type Answer<O extends Op> = Requests[O]['answer'];
export type Request = { [O in Op]: Args<O> & { id: number } }[Op];

export type Until = 'done' | 'unit' | 'now';

export type Order =
  /** Go on until done, until the end of the unit in hand, or not at all. `turn` comes back in the events. */
  | { order: 'go'; run: number; until: Until; turn: number }
  /** Gives up the call with that id; it is still answered, with an error. */
  | { order: 'cancel'; id: number }
  /** Another worker of the pool, and the way to it; and one that is no more. */
  | { order: 'meet'; member: number; port: MessagePort }
  | { order: 'part'; member: number };

export type ToWorker = Request | Order;

export type RunEvent = {
  event: 'run';
  run: number;
  turn: number;
  state: Extract<RunState, 'paused' | 'running' | 'done' | 'failed'>;
  unit: number;
  units: number;
  progress: number;
  ms: number;
  workers: number;
  metrics: Record<string, number>;
  error?: ErrorData;
};

export type FromWorker =
  | { id: number; ok: unknown }
  | { id: number; error: ErrorData }
  | RunEvent
  /** The instance is dead (a trap, an abort); nothing else will come. */
  | { event: 'fatal'; message: string };

/** The buffers behind tensors, each once, for a transfer list. */
export function buffersOf(tensors: NamedTensors | Tensor[]): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const tensor of Object.values(tensors)) if (tensor) buffers.add(tensor.data.buffer as ArrayBuffer);
  return [...buffers];
}

/** Gives the memory of tensors back now, not at the next garbage collection; they are empty afterwards. Where the browser
 * cannot do that (ArrayBuffer.prototype.transfer), nothing happens. */
export function letGo(tensors: NamedTensors): void {
  for (const buffer of buffersOf(tensors)) (buffer as { transfer?(bytes: number): void }).transfer?.(0);
}
