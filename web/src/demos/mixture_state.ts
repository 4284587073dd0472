// State of the demo that learns a mixture: from what, and the task's parameters.
import type { ParamSpec } from '../engine/describe';
import { accepted, type State } from '../lib/state';
import { spec, table, text } from './digits_state';

export const SAMPLE = 'chelsea';

/** Of dead leaves alone. */
export const leafNames = table('dead_leaves')
  .map(({ name }) => name)
  .filter(
    (name) => table('gmm_learn').some((it) => it.name === name) && !['seed', 'patch', 'count'].includes(name),
  );
export const otherNames = ['held_out', 'floor', 'iterations', 'seed'];

export const fields: readonly ParamSpec[] = [
  text('image', 'Picture', SAMPLE),
  spec('gmm_learn', 'source', {
    label: 'Learn from',
    help: 'Patches of a photo, or of a world of opaque discs.',
    choices: [
      { value: 'image', label: 'A photo' },
      { value: 'leaves', label: 'Dead leaves' },
    ],
  }),
  spec('gmm_learn', 'components'),
  spec('gmm_learn', 'patch'),
  spec('gmm_learn', 'count'),
  spec('gmm_learn', 'leaves'),
  ...[...leafNames, ...otherNames].map((name) => spec('gmm_learn', name)),
];

/** Params of `gmm_learn`. */
export const paramsOf = (state: State): State =>
  Object.fromEntries(table('gmm_learn').map((it) => [it.name, accepted(it, state[it.name]) ?? it.default]));
