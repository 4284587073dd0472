// State of the super-resolution demo.
import type { ParamSpec } from '../engine/describe';
import type { State } from '../lib/state';
import { choice, text } from './digits_state';
import { lookFields } from './look_state';
import { taskFields, paramsIn } from './restore_fields';

export const SAMPLE = 'chelsea';

export const views = [
  { id: 'compare', label: 'Compare' },
  { id: 'original', label: 'Original' },
  { id: 'small', label: 'Small' },
  { id: 'restored', label: 'Restored' },
] as const;

export const own = taskFields('superres');

export const sources = [
  { value: 'shrink', label: 'Make it small first' },
  { value: 'own', label: 'It is small' },
];

export const fields: readonly ParamSpec[] = [
  text('image', 'Picture', SAMPLE),
  choice('from', 'The picture', sources),
  ...own,
  ...lookFields(views),
];

export const paramsOf = (state: State): State => paramsIn(own, state);
