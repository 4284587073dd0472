// Details of the events of <prior-lab>. None of them bubbles.

type Told = {
  /** The demo's id. */
  demo: string;
};

/** 'change': a person, or the demo for a person, has changed the state; attributes have followed. */
export type ChangeDetail = Told & {
  /** What differs from the demo's defaults. */
  state: Record<string, string>;
  changed: string[];
};

/** 'result': a run has come to its end, or what is drawn at once is there. */
export type ResultDetail = Told & {
  state: Record<string, string>;
  /** What was measured, as the figure shows it, by name: { psnr: "20.2 → 29.1 dB" }. */
  figures: Record<string, string>;
  /** Of "Download PNG", as it is when this is read. */
  readonly picture: ImageData | undefined;
};

export type ProgressDetail = Told & {
  /** [0,1]; undefined while nothing can be said. */
  fraction: number | undefined;
  unit: number;
  units: number;
  /** Time spent computing, ms. */
  ms: number;
};

export type ErrorDetail = Told & {
  /** A sentence for people. */
  message: string;
  /** What it is about: "engine", "picture-error", "run" ... */
  topic: string;
};
