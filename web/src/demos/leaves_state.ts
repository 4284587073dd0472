// State of the demo on dead leaves.
import type { ParamSpec } from '../engine/describe';
import { accepted, encode, type State } from '../lib/state';
import { choice, spec } from './digits_state';
import { fields as mixtureFields, leafNames } from './mixture_state';

export const SHEET = 64;
/** Of what is learned beside them. */
export const LESSON = { components: 12, count: 8000, iterations: 20 };

export const fields: readonly ParamSpec[] = [
  choice(
    'sheet',
    'Patches',
    [
      { value: 'mini', label: 'Both' },
      { value: 'flat', label: 'Flat' },
      { value: 'edge', label: 'Edge' },
    ],
    'Of the mini model: one texture, two that meet in a line, or either.',
  ),
  spec('dead_leaves', 'patch', { max: 12 }),
  ...leafNames.map((name) => spec('dead_leaves', name)),
  spec('dead_leaves', 'height', { label: 'Size', help: 'Of the picture, each way.', max: 512 }),
  spec('dead_leaves', 'seed'),
];

const given = (state: State, names: readonly string[]): State =>
  Object.fromEntries(
    names.map((name) => {
      const field = fields.find((it) => it.name === name)!;
      return [name, accepted(field, state[name]) ?? field.default];
    }),
  );

/** Params of `dead_leaves`. */
export const pictureOf = (state: State): State => ({
  ...given(state, [...leafNames, 'height', 'seed']),
  ...{ kind: 'image', width: state.height! },
});
export const patchesOf = (state: State): State => ({
  ...given(state, [...leafNames, 'patch', 'seed']),
  ...{ kind: state.sheet!, count: SHEET },
});
/** Params of `gmm_learn`. */
export const lessonOf = (state: State): State => ({
  ...given(state, [...leafNames, 'patch', 'seed']),
  ...{ source: 'leaves', leaves: state.sheet!, ...LESSON, leading: 6 },
});

/** Address of the demo that learns, set to the same leaves. */
export const lessonLink = (state: State): string => {
  const { count, iterations, leading, ...same } = lessonOf(state);
  return `#${encode('mixture', mixtureFields, same)}`;
};
