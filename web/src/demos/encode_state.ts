// State of the demo that encodes a drawn digit and asks how good its bound is.
import type { ParamSpec } from '../engine/describe';
import { CLOSEST, REACH, WIDEST } from '../lib/latents';
import { choice, integer, spec, text } from './digits_state';
import { brushSizes } from './yourdigit_state';

export const scales = [
  { value: 'near', label: 'Near the bound' },
  { value: 'all', label: 'All of it' },
] as const;

/** Nats below the best estimate that are still near it. */
export const NEAR = 40;

/** Where the samples of an estimate of log p(x) come from. */
export const sources = [
  {
    id: 'posterior',
    name: 'q(z | x)',
    whence: 'from q(z | x)',
    long: 'The posterior q(z | x)',
    colour: '--accent',
  },
  { id: 'prior', name: 'p(z)', whence: 'from the prior', long: 'The prior p(z)', colour: '--second' },
  {
    id: 'uniform',
    name: 'uniform',
    whence: 'from the box',
    long: 'Uniform in the box [−4, 4]',
    colour: '--error',
  },
] as const;

/** Pictures of the sheet of posterior samples. */
export const SHOWN = 16;

const view = (name: string, fallback: number, min: number, max: number): ParamSpec => ({
  ...{ name, type: 'number', default: fallback, min, max, label: name, help: '' },
});

export const fields: readonly ParamSpec[] = [
  spec('vae_encode', 'model', { help: 'It says where the digit lies, and what it makes of that.' }),
  {
    ...choice(
      'samples',
      'Samples',
      ['1000', '5000', '20000'].map((value) => ({ value, label: Number(value).toLocaleString('en') })),
      'Of the latent, for each of the three estimates.',
    ),
    default: '5000',
  },
  spec('vae_bound', 'seed'),
  choice('brush', 'Pen', brushSizes),
  choice('scale', 'Axis', scales),
  text('digit', 'Digit', 'three'),
  integer('lit', 'Class', -1, -1, 9), // -1: all alike
  view('x', 0, -REACH, REACH),
  view('y', 0, -REACH, REACH),
  view('half', 3.5, CLOSEST, WIDEST),
];
