// Fields of the state that are parameters of a task: as its table has them, so a new parameter is offered by itself.
import type { Description, ParamSpec } from '../engine/describe';
import { description } from '../engine/describe.gen';
import type { State } from '../lib/state';
import type { RestoreTask } from './restore_job';

/** All of them, some with words or values of the page's own. */
export const taskFields = (
  task: RestoreTask,
  own: Record<string, Partial<ParamSpec>> = {},
): readonly ParamSpec[] =>
  (description as Description).tasks[task]!.params.map((spec) => ({ ...spec, ...own[spec.name] }));

export const paramsIn = (fields: readonly ParamSpec[], state: State): State =>
  Object.fromEntries(fields.map(({ name }) => [name, state[name]!]));

/** Those of these names that there are, in that order. */
export const known = (fields: readonly ParamSpec[], ...names: string[]): string[] =>
  names.filter((name) => fields.some((it) => it.name === name));
