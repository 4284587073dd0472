// State of the demo that draws patches from a mixture.
import type { ParamSpec } from '../engine/describe';
import type { State } from '../lib/state';
import { choice, integer, spec } from './digits_state';

export const contrasts = [
  { value: 'sheet', label: 'One scale' },
  { value: 'patch', label: 'Each patch' },
] as const;

export const counts = ['64', '256', '1024'] as const;
const MOST = Number(counts.at(-1));

/** Of the shipped mixture: its heaviest component, and one that draws edges. */
export const HEAVIEST = 86;
export const EDGE = 60;

/** Standard deviations that a slider reaches to either side. */
export const REACH = 4;

export const fields: readonly ParamSpec[] = [
  spec('gmm', 'model', { label: 'Mixture' }),
  spec('gmm', 'component'),
  spec('gmm', 'temperature', { symbol: 'T' }),
  spec('gmm', 'seed'),
  spec('gmm', 'first'),
  choice(
    'count',
    'Sheet',
    counts.map((value) => ({ value, label: value })),
    'Patches on a sheet.',
  ),
  choice('contrast', 'Grey levels', contrasts),
  integer('at', 'Patch', 1, 1, MOST, 'The one whose coordinates are shown. Click one on the sheet, too.'),
  // Coordinates that sliders have set, in standard deviations; empty: those of the patch.
  { name: 'z', type: 'text', default: '', label: 'Coordinates', help: '' },
];

/** Of the task `gmm`. */
export const paramsOf = (state: State) => ({
  model: String(state.model),
  component: Number(state.component),
  count: Number(state.count),
  first: Number(state.first),
  temperature: Number(state.temperature),
  seed: Number(state.seed),
});

const clamp = (v: number) => Math.min(REACH, Math.max(-REACH, v));

/** Undefined for what `packedZ` does not write. */
export function unpackedZ(text: string, count: number): number[] | undefined {
  const parts = text.split('_');
  const values = parts.map(Number);
  return parts.every((part) => part !== '') && values.length === count && values.every(Number.isFinite)
    ? values.map(clamp)
    : undefined;
}

export const packedZ = (values: readonly number[]): string =>
  values.map((v) => String(Number(clamp(v).toFixed(1)))).join('_');
