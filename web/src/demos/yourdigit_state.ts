// State of the demo that judges a drawn digit, and how real digits are distributed under each model.
import type { ParamSpec } from '../engine/describe';
import type { Counts } from '../ui/histogram';
import measured from './digit_histograms.json';
import { choice, spec } from './digits_state';

export const maps = [
  { value: 'nats', label: 'Surprise' },
  { value: 'probability', label: 'p(pixel = 1)' },
] as const;

export const brushSizes = [
  { value: 'medium', label: 'Medium' },
  { value: 'fine', label: 'Fine' },
  { value: 'wide', label: 'Wide' },
] as const;

export const fields: readonly ParamSpec[] = [
  spec('digit_score', 'model', { help: 'Its opinion is the map and the histogram.' }),
  choice('brush', 'Pen', brushSizes),
  choice('map', 'Map', maps),
  { name: 'digit', type: 'text', default: 'three', label: 'Digit', help: '' },
  { name: 'also', type: 'text', default: '', label: 'Other models', help: '' },
];

/** Log-likelihoods of real digits, counted; made by `priorlab eval histogram` (see the file's `command`). */
export type RealDigits = Pick<Counts, 'from' | 'width' | 'counts'> & {
  mean: number;
  count: number;
  split: string;
};

export const realDigits = (model: string): RealDigits | undefined =>
  (measured.models as Record<string, RealDigits | undefined>)[model];
