// What a task tells about itself: the shape of `description` in describe.gen.ts (and of build/describe.json). It is
// the C++ side's `describe_all()`, so these types follow wasm/core/task.h and params.h.

export type ChoiceSpec = { readonly value: string; readonly label: string };

export type ParamSpec = {
  readonly name: string;
  readonly type: 'number' | 'integer' | 'boolean' | 'choice' | 'text' | 'model';
  /** The default; the word 'auto' where `automatic`. */
  readonly default: number | boolean | string;
  /** What a person reads: "Noise level". */
  readonly label: string;
  /** One sentence. */
  readonly help: string;
  /** The field's letter: "sigma". */
  readonly symbol?: string;
  /** "1/255", "dB", "passes". */
  readonly unit?: string;
  /** number and integer. */
  readonly min?: number;
  readonly max?: number;
  /** Absent: continuous. */
  readonly step?: number;
  readonly choices?: readonly ChoiceSpec[];
  /** model: which files may be chosen. */
  readonly family?: string;
  /** The word 'auto' may stand for the value. */
  readonly automatic?: boolean;
  /** May be changed by `Run.set` while it runs. */
  readonly live?: boolean;
};

export type TensorSpec = {
  readonly name: string;
  /** For people: "(C, H, W)". */
  readonly shape: string;
  readonly help: string;
  readonly optional?: boolean;
};

export type MetricSpec = { readonly name: string; readonly unit: string; readonly help: string };

/** Bytes of a run on a picture, at its worst: fixed + (per_pixel + channels * per_value) * pixels; refused above `most`. */
export type MemoryNeed = {
  readonly fixed: number;
  readonly per_pixel: number;
  readonly per_value: number;
  readonly most: number;
};

export type TaskDescription = {
  readonly id: string;
  /** The WebAssembly module that has it: "pictures", "digits". */
  readonly module: string;
  readonly title: string;
  readonly summary: string;
  /** Name of a unit, singular: "pass". */
  readonly unit: string;
  readonly source: string;
  readonly params: readonly ParamSpec[];
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly metrics: readonly MetricSpec[];
  /** Absent: the task works on no picture, or takes little. */
  readonly memory?: MemoryNeed;
};

export type Description = {
  readonly version: number;
  readonly tasks: { readonly [id: string]: TaskDescription };
};
