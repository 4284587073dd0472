// State of the sampling demo: the task's parameters and what is the page's own.
import { description } from '../engine/describe.gen';
import type { Description, ParamSpec } from '../engine/describe';
import type { State } from '../lib/state';
import { PIXELS } from '../lib/digits';
import { modelField } from './digit_models';

const { tasks } = description as Description;
/** Parameters of a task, as its table says. */
export const table = (task: string): readonly ParamSpec[] => tasks[task]?.params ?? [];

/** One parameter of a task, perhaps with words of the page's own. */
export const spec = (task: string, name: string, own: Partial<ParamSpec> = {}): ParamSpec => ({
  ...table(task).find((it) => it.name === name)!,
  ...own,
});

export const SHEET = 64;

export const choice = (
  name: string,
  label: string,
  choices: readonly { value: string; label: string }[],
  help = '',
): ParamSpec => ({ name, type: 'choice', default: choices[0]!.value, label, help, choices });

export const integer = (
  name: string,
  label: string,
  fallback: number,
  min: number,
  max: number,
  help = '',
): ParamSpec => ({ name, type: 'integer', default: fallback, min, max, label, help });

export const text = (name: string, label: string, fallback: string): ParamSpec => ({
  ...{ name, type: 'text', default: fallback, label, help: '' },
});

export const views = [
  { value: 'one', label: 'One digit' },
  { value: 'sheet', label: `Sheet of ${SHEET}` },
] as const;

/** Pixels a second. */
export const speeds: Record<string, number> = { slow: 12, normal: 160, fast: 800, instant: Infinity };

export const fields: readonly ParamSpec[] = [
  spec('digits', 'model', {
    help: 'Each is larger and better than the one before: Markov, FVSBN, MADE, NADE.',
  }),
  modelField('against', 'none', 'Beside it', 'Another model, drawing with the same random numbers.', 'None'),
  spec('digits', 'temperature', { symbol: 'T' }),
  spec('digits', 'seed'),
  integer(
    'digit',
    'Digit',
    1,
    1,
    SHEET,
    'Which one of the sheet is drawn large. Click one on the sheet, too.',
  ),
  spec('digits', 'first'),
  choice('view', 'View', views),
  choice(
    'speed',
    'Speed',
    ['normal', 'slow', 'fast', 'instant'].map((value) => ({ value, label: value })),
  ),
  integer('at', 'Pixels drawn', -1, -1, PIXELS), // -1: drawn from the start
];

/** Of the task `digits`. */
export const paramsOf = (state: State, model: string) => ({
  model,
  count: SHEET,
  first: Number(state.first),
  temperature: Number(state.temperature),
  seed: Number(state.seed),
});
