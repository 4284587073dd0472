// What the demo learns from: samples of a model, a file, or drawings of this tab.
import type { Engine } from '../engine';
import { digitOf, planes, type Digit } from '../lib/digits';
import type { State } from '../lib/state';
import { digitsOfFile } from '../ui/digit_strip';
import { evenly, lesson, split, type Lesson } from './learn_state';

/** The most one call of `digits` draws. */
const AT_ONCE = 2048;

/** Says in a sentence what is missing. */
export class NoDigits extends Error {}

/** Drawn in this tab; they outlive the demo. */
const drawings: Digit[] = [];
let file: { name: string; digits: Digit[]; count: number } | undefined;
/** The newest samples, by what they were drawn by. */
let samples: { key: string; digits: Digit[] } | undefined;

export const drawnHere = {
  get all(): readonly Digit[] {
    return drawings;
  },
  add: (digit: Digit) => void drawings.push(digit),
  forget: () => void (drawings.length = 0),
};

export const openedFile = () => file;

export async function openFile(engine: Engine, of: File, signal: AbortSignal): Promise<void> {
  file = { name: of.name, ...(await digitsOfFile(engine, of, 20_000, signal)) };
}

export type Asking = {
  signal: AbortSignal;
  /** Of the engine's calls: a newer one of the same lane takes the place of an older. */
  lane: string;
  /** Whether anybody still waits for the digits; undefined comes back when not. */
  wanted(): boolean;
  /** How many there are so far. */
  told?(done: number, all: number): void;
};

/** The digits that the state asks for; `held` of a hundred, or one in ten, are kept out. */
export async function digitsToLearn(
  engine: Engine,
  state: State,
  { signal, lane, wanted, told }: Asking,
): Promise<Lesson | undefined> {
  const most = Number(state.count);
  const held = state.held === undefined ? undefined : Number(state.held);
  if (state.source === 'file') {
    if (!file) throw new NoDigits('Open a file of digits first: IDX or .amat, gzip or not.');
    return split(evenly(file.digits, most), held); // of all of it: files are often sorted by class
  }
  if (state.source === 'drawn') {
    if (!drawings.length) throw new NoDigits('Draw a digit and add it first; five or more are better.');
    return lesson(drawings, held);
  }
  const model = String(state.teacher);
  const key = `${model} ${most}`;
  if (samples?.key === key) return split(samples.digits, held);
  const digits: Digit[] = [];
  while (digits.length < most) {
    if (!wanted()) return undefined;
    told?.(digits.length, most);
    const count = Math.min(AT_ONCE, most - digits.length);
    const params = { model, count, first: digits.length, seed: 1 };
    const { outputs } = await engine.call('digits', params, {}, ['samples'], { signal, lane });
    digits.push(...planes(outputs.samples).map(digitOf));
  }
  samples = { key, digits };
  return split(digits, held);
}
