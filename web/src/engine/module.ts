// The WebAssembly module as TypeScript sees it: wasm/bindings/bindings.cpp. Only the worker holds one.
import type { OutputOptions, Tensor } from './api';

/** 'network' comes from the worker alone, when the script did not arrive. */
export type ErrorData = { kind: 'user' | 'internal' | 'network'; message: string };
export type Reply<T> = { ok: T } | { error: ErrorData };

export type StepStatus = {
  done: boolean;
  unit_finished: boolean;
  unit: number;
  units: number;
  progress: number;
  /** Of the unit that comes next or is under way; 0 when done. */
  blocks: number;
};

export type NamedTensors = Record<string, Tensor | undefined>;

/** Functions that throw have trapped: the instance is then dead. */
export interface Bindings {
  set_threads(count: number): Reply<number>;
  describe(): Reply<string>;
  create(task: string, params: string, inputs: NamedTensors, state: Uint8Array | undefined): Reply<number>;
  step(handle: number, budgetMs: number): Reply<StepStatus>;
  status(handle: number): Reply<StepStatus>;
  set(handle: number, params: string, inputs: NamedTensors): Reply<StepStatus>;
  output(handle: number, name: string, options: OutputOptions): Reply<Tensor>;
  metrics(handle: number): Reply<Record<string, number>>;
  /** Whether replicas of it can share its blocks, the bytes that one takes (an estimate; 0: little), and whether the first
   * block of each unit is the leader's alone. */
  share_of(handle: number): Reply<{ shares: boolean; bytes: number; led: boolean }>;
  run_blocks(handle: number, first: number, count: number): Reply<true>;
  results(handle: number, first: number, count: number): Reply<Uint8Array>;
  put_results(handle: number, results: Uint8Array): Reply<true>;
  finish_unit(handle: number): Reply<StepStatus>;
  save(handle: number): Reply<Uint8Array>;
  model_of(handle: number): Reply<Uint8Array>;
  destroy(handle: number): Reply<number>;
  put_model(name: string, file: Uint8Array): Reply<true>;
  drop_model(name: string): Reply<true>;
}

/** What the script that Emscripten writes exports. */
export type ModuleFactory = (options: {
  /** pthread flavours: threads in all, the calling worker included. */
  threads: number;
  instantiateWasm(
    imports: WebAssembly.Imports,
    receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object;
  onAbort(what: unknown): void;
}) => Promise<Bindings>;
