// State of the deblurring demo: the blur that is put on a clean picture, and what is assumed of it.
import type { ParamSpec } from '../engine/describe';
import type { State } from '../lib/state';
import { choice, spec, text } from './digits_state';
import { lookFields } from './look_state';
import { paramsIn, taskFields } from './restore_fields';

export const SAMPLE = 'camera';

export const views = [
  { id: 'compare', label: 'Compare' },
  { id: 'original', label: 'Original' },
  { id: 'before', label: 'Blurred' },
  { id: 'restored', label: 'Restored' },
] as const;

const labels: Record<string, string> = {
  path: 'Camera shake, drawn by hand',
  given: 'From a file',
};
const kernelSpec = spec('deblur', 'kernel');

export const own = taskFields('deblur', {
  kernel: {
    default: 'disk',
    choices: kernelSpec.choices?.map(({ value, label }) => ({ value, label: labels[value] ?? label })),
    help: 'What a point of light became. Deblurring is non-blind: the kernel must be known.',
  },
  size: { default: 3 },
  sigma: {
    default: 'auto',
    label: 'Assumed noise',
    help: 'Auto measures it in the blurred picture. Too small a value amplifies noise, too large a one smooths.',
  },
});

export const sources = [
  { value: 'blur', label: 'Blur it first' },
  { value: 'own', label: 'It is blurred' },
];

/** A hand that shook: two letters a point, of lib/shake. */
const PATH = 'OcSYXVcUhVkYlciffhcieklnop';

export const fields: readonly ParamSpec[] = [
  text('image', 'Picture', SAMPLE),
  choice('from', 'The picture', sources),
  text('path', 'Path', PATH),
  spec('blur', 'sigma', {
    name: 'noise',
    help: 'Put on the blurred picture, in 1/255; none on one that is blurred already.',
  }),
  spec('blur', 'seed'),
  {
    ...{ name: 'factor', type: 'number', default: 1, min: 0.5, max: 2, step: 0.05 },
    ...{ label: 'Assumed kernel', unit: '×' },
    help: 'The kernel that is assumed, so many times as large as the true one.',
  },
  ...own,
  ...lookFields(views),
];

const sizeSpec = own.find(({ name }) => name === 'size')!;

/** The engine takes no wider Gaussian, and boxes of whole pixels alone. */
const WIDEST_GAUSSIAN = 40;

function sizeOf({ kernel }: State, size: number): number {
  const most = kernel === 'gaussian' ? WIDEST_GAUSSIAN : (sizeSpec.max ?? Infinity);
  const within = Math.min(most, Math.max(sizeSpec.min ?? 0, size));
  return kernel === 'box' ? Math.max(1, Math.round(within)) : within;
}

/** How many times as large as the true kernel the assumed one comes out. */
export function factorOf(state: State): number {
  const { kernel, size, factor } = state;
  if (kernel === 'path' || kernel === 'given') return Number(factor);
  return sizeOf(state, Number(size) * Number(factor)) / sizeOf(state, Number(size));
}

/** Params of `blur`: the true kernel. */
export const blurOf = (state: State): State => {
  const { kernel, size, angle, noise, seed } = state;
  return {
    ...{ kernel: kernel!, size: sizeOf(state, Number(size)), angle: angle!, sigma: noise!, seed: seed! },
  };
};

/** Params of `deblur`: what is assumed. */
export function paramsOf(state: State): State {
  const params = paramsIn(own, state);
  return { ...params, size: sizeOf(state, Number(state.size) * Number(state.factor)) };
}
