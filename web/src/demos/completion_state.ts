// State of the completion demo: the digit, what of it is hidden, and how it is completed.
import type { ParamSpec } from '../engine/describe';
import { PIXELS, SIDE, unpacked, type Digit } from '../lib/digits';
import { accepted, type State } from '../lib/state';
import { choice, spec, table } from './digits_state';

export const SHOWN = 16;

export const masks = [
  { value: 'bottom', label: 'Lower half' },
  { value: 'top', label: 'Upper half' },
  { value: 'left', label: 'Left half' },
  { value: 'right', label: 'Right half' },
  { value: 'random', label: 'Random half of the pixels' },
  { value: 'brushed', label: 'Brushed by hand' },
] as const;

/** Not controls of the page, or controls of its own. */
const placed = ['model', 'method', 'particles', 'show', 'seed'];

/** What the task can do besides: under "More". */
export const others = table('digit_complete')
  .filter(({ name }) => !placed.includes(name))
  .map((it) => (it.type === 'model' ? { ...it, choices: [{ value: '', label: 'None' }] } : it));

export const fields: readonly ParamSpec[] = [
  spec('digit_complete', 'model'),
  choice(
    'hide',
    'Hidden',
    masks,
    'What the model does not see of the digit. Brush on the picture for a mask of your own.',
  ),
  spec('digit_complete', 'particles'),
  spec('digit_complete', 'seed'),
  ...others,
  choice('brush', 'Pen', [
    { value: 'medium', label: 'Medium' },
    { value: 'fine', label: 'Fine' },
    { value: 'wide', label: 'Wide' },
  ]),
  choice('tool', 'Tool', [
    { value: 'draw', label: 'Draw' },
    { value: 'hide', label: 'Hide' },
  ]),
  { name: 'digit', type: 'text', default: 'three', label: 'Digit', help: '' },
  { name: 'mask', type: 'text', default: '', label: 'Mask', help: '' },
];

/** Whether a given pixel follows a hidden one, by rows. Where none does, drawing forward is exact. */
export const isHard = (mask: Digit): boolean => mask.lastIndexOf(0) > mask.indexOf(1) && mask.includes(1);

/** Params of `digit_complete`. Its guide is another file to load: left out where nobody needs it. */
export const paramsOf = (state: State, method: string): State => ({
  ...Object.fromEntries(others.map((it) => [it.name, accepted(it, state[it.name]) ?? it.default])),
  ...((method === 'naive' || (!/^made-/.test(String(state.model)) && !isHard(hidden(state)))) && {
    guide: '',
  }),
  ...{ model: state.model!, method, particles: state.particles!, seed: state.seed!, show: SHOWN },
});

/** A number in [0, 2^32) that looks like chance, of (seed, i): masks need no better. */
function scrambled(seed: number, i: number): number {
  let x = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** 1 where the pixel is hidden. */
export function hidden(state: State): Digit {
  if (state.hide === 'brushed') return unpacked(String(state.mask)) ?? new Uint8Array(PIXELS);
  const half = SIDE / 2;
  return Uint8Array.from({ length: PIXELS }, (_, i) => {
    const [y, x] = [Math.floor(i / SIDE), i % SIDE];
    switch (state.hide) {
      case 'top':
        return y < half ? 1 : 0;
      case 'left':
        return x < half ? 1 : 0;
      case 'right':
        return x < half ? 0 : 1;
      case 'random':
        return scrambled(Number(state.seed), i) >>> 31;
      default:
        return y < half ? 0 : 1;
    }
  });
}

/** log p of the hidden pixels' true values under the mean of the completions, each pixel by itself, in nats; the mean is
 * smoothed as if one more completion had been half on. */
export function logScore(
  digit: ArrayLike<number>,
  mask: ArrayLike<number>,
  mean: ArrayLike<number>,
  particles: number,
): number {
  let sum = 0;
  for (let i = 0; i < digit.length; i++) {
    if (!mask[i]) continue;
    const p = (mean[i]! * particles + 0.5) / (particles + 1);
    sum += Math.log(digit[i] ? p : 1 - p);
  }
  return sum;
}
