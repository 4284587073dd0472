// The engine behind the library's functions: made when the first of them is called, one for the whole page.
import {
  EngineError,
  createEngine,
  type Engine,
  type Metrics,
  type Params,
  type RunStatus,
  type TaskId,
} from '../engine';

/** What every function takes beside the parameters of its task. */
export type Watching<T extends TaskId = TaskId> = {
  /** Aborting ends the computation; the promise rejects with an EngineError of kind 'cancelled'. */
  signal?: AbortSignal;
  /** Called about 15 times a second while it computes, and once at the end. */
  onProgress?(progress: Progress<T>): void;
};

export type Progress<T extends TaskId = TaskId> = {
  /** [0,1]. */
  fraction: number;
  /** Time spent computing so far, in ms. */
  ms: number;
  /** Figures of the task, as far as there are any yet: an estimated noise level, log-likelihoods. */
  metrics: Metrics<T>;
};

/** Parameters of a task, all with defaults, and what every function takes. */
export type Options<T extends TaskId> = Params<T> & Watching<T>;

let engine: Engine | undefined;

export const session = (): Engine => (engine ??= createEngine());

/** Ends the workers and frees their memory; what is under way rejects. The next call starts anew. */
export function dispose(): void {
  engine?.dispose();
  engine = undefined;
}

export function checkedOptions<O>(options: O): O {
  if (typeof options === 'object' && options !== null) return options;
  throw new EngineError('user', 'The options must be an object, such as { seed: 1 }.');
}

/** The parameters alone, and a run's watcher. */
export function parted<T extends TaskId>(options: Options<T>) {
  const { signal, onProgress, ...params } = checkedOptions(options);
  const told = ({ progress, ms, metrics }: RunStatus<T>) => onProgress?.({ fraction: progress, ms, metrics });
  return { params: params as unknown as Params<T>, signal, told };
}
