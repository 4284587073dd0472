// State of "Exact, sampled, mean field": the task's parameters and the point whose posterior is shown.
import type { ParamSpec } from '../engine/describe';
import { accepted, type State } from '../lib/state';
import { spec, table } from './digits_state';

export const ways = [
  { id: 'exact', name: 'Exact', colour: '--accent' },
  { id: 'sampled', name: 'Sampled', colour: '--third' },
  { id: 'mean_field', name: 'Mean field', colour: '--second' },
] as const;

export const fields: readonly ParamSpec[] = [
  spec('linear_em', 'angle', {
    step: 1,
    unit: '°',
    help: 'Between the columns of W: the smaller, the more the latents are correlated once x is seen.',
  }),
  spec('linear_em', 'samples', { max: 100, help: 'Gibbs sweeps per point in a sampled E-step.' }),
  spec('linear_em', 'rounds', { max: 20, help: 'Of coordinate ascent in a mean-field E-step.' }),
  spec('linear_em', 'noise', { step: 0.05, help: 'Standard deviation of the points around W z.' }),
  spec('linear_em', 'chosen', { max: 999, help: 'Whose posterior is shown; click one, too.' }),
  spec('linear_em', 'points', { max: 1000 }),
  spec('linear_em', 'iterations', { max: 1000 }),
  spec('linear_em', 'seed'),
];

/** Params of `linear_em`. */
export const paramsOf = (state: State): State =>
  Object.fromEntries(table('linear_em').map((it) => [it.name, accepted(it, state[it.name]) ?? it.default]));
