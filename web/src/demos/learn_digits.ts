// What the demo learns from: samples of a model, a file, or drawings of this tab.
import type { Engine } from '../engine';
import { digitOf, planes, type Digit } from '../lib/digits';
import type { State } from '../lib/state';
import { digitsOfFile } from '../ui/digit_strip';
import { shifted } from './learn_state';

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

/** The digits that the state asks for; at most `most`. `told`: how many there are so far. */
export async function digitsToLearn(
  engine: Engine,
  state: State,
  signal: AbortSignal,
  told: (done: number, all: number) => void = () => {},
): Promise<Digit[]> {
  const most = Number(state.count);
  if (state.source === 'file') {
    if (!file) throw new NoDigits('Open a file of digits first: IDX or .amat, gzip or not.');
    return file.digits.slice(0, most);
  }
  if (state.source === 'drawn') {
    if (!drawings.length) throw new NoDigits('Draw a digit and add it first; five or more are better.');
    return drawings.flatMap((digit) => shifted(digit));
  }
  const model = String(state.teacher);
  const key = `${model} ${most}`;
  if (samples?.key === key) return samples.digits;
  const digits: Digit[] = [];
  while (digits.length < most) {
    told(digits.length, most);
    const count = Math.min(AT_ONCE, most - digits.length);
    const params = { model, count, first: digits.length, seed: 1 };
    const { outputs } = await engine.call('digits', params, {}, ['samples'], { signal, lane: 'teacher' });
    digits.push(...planes(outputs.samples).map(digitOf));
  }
  samples = { key, digits };
  return digits;
}
