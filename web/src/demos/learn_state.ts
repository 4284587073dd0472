// State of the demo that learns: what is learned, from what.
import type { ParamSpec } from '../engine/describe';
import { PIXELS, SIDE, type Digit } from '../lib/digits';
import { accepted, type State } from '../lib/state';
import { modelField } from './digit_models';
import { choice, integer, spec, table } from './digits_state';

/** Digits of a sheet. */
export const SHOWN = 16;

export const sources = [
  { value: 'samples', label: 'Samples' },
  { value: 'file', label: 'My file' },
  { value: 'drawn', label: 'My drawings' },
] as const;

/** Of the task: visible ones, and those under "More". */
const shown = ['kind', 'hidden', 'epochs'];
export const others = table('digit_train')
  .map(({ name }) => name)
  .filter((name) => !shown.includes(name));

export const fields: readonly ParamSpec[] = [
  choice(
    'source',
    'Learn from',
    sources,
    'Digits that a model draws, a file of yours (IDX or .amat), or what you draw here.',
  ),
  modelField('teacher', 'nade', 'Drawn by', 'The model whose samples are learned from.'),
  integer('count', 'Digits', 2000, 100, 20_000, 'How many of them; one in ten is kept out to measure on.'),
  ...[...shown, ...others].map((name) => spec('digit_train', name)),
];

/** Params of `digit_train`. */
export const paramsOf = (state: State): State =>
  Object.fromEntries(table('digit_train').map((it) => [it.name, accepted(it, state[it.name]) ?? it.default]));

/** What a change of that name asks for: other digits, or another run. */
export const changesDigits = (name: string): boolean => ['source', 'teacher', 'count', 'held'].includes(name);

/** The digit and copies of it moved by up to `reach` pixels, where nothing falls over the border: a few drawings are few. */
export function shifted(digit: Digit, reach = 2): Digit[] {
  const moved: Digit[] = [];
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) {
      const copy = new Uint8Array(PIXELS);
      let lost = false;
      digit.forEach((on, i) => {
        if (!on) return;
        const [y, x] = [Math.floor(i / SIDE) + dy, (i % SIDE) + dx];
        if (y < 0 || x < 0 || y >= SIDE || x >= SIDE) lost = true;
        else copy[y * SIDE + x] = 1;
      });
      if (!lost) moved.push(copy);
    }
  return moved;
}

/** So many of a hundred are kept out, at least one of two: every tenth, say, so that all of a sorted file is met. */
export function split<T>(digits: readonly T[], percent = 10): { train: T[]; valid: T[] } {
  if (digits.length < 2 || percent <= 0) return { train: [...digits], valid: [] };
  const share = Math.max(percent, 100 / digits.length);
  const before = (i: number) => Math.floor((i * share) / 100 + 1e-9);
  const kept = (i: number) => before(i + 1) > before(i);
  return { train: digits.filter((_, i) => !kept(i)), valid: digits.filter((_, i) => kept(i)) };
}

/** What is learned from, and what it is measured on. */
export type Lesson = { train: Digit[]; valid: Digit[] };

/** Few drawings, moved about; those kept out are no copies of those learned. */
export function lesson(drawings: readonly Digit[], percent?: number): Lesson {
  const { train, valid } = split(drawings, percent);
  return { train: train.flatMap((digit) => shifted(digit)), valid };
}

/** At most so many of them, evenly from the first to the last. */
export const evenly = <T>(all: readonly T[], most: number): T[] =>
  all.length <= most
    ? [...all]
    : Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!);

/** Name of a file or a person's word as the name of a model: letters, digits, dashes. */
export const modelName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/\.safetensors$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40) || 'learned';
