// State of "From mixtures to infinitely many": points, the method and its parameters.
import type { ParamSpec } from '../engine/describe';
import { MOST_PACKED, madePoints, unpacked, type Point } from '../lib/plane';
import { accepted, type State } from '../lib/state';
import { choice, integer, spec, table, text } from './digits_state';

export const tasks = { mixture: 'mixture_2d', ppca: 'ppca', vae: 'vae_2d' } as const;
export type Method = keyof typeof tasks;

export const methodOf = (state: State): Method => state.method as Method;

/** Parameters that a method has for itself. */
export const ownNames: Record<Method, readonly string[]> = {
  mixture: ['components'],
  ppca: ['solver'],
  vae: ['mean', 'variance', 'hidden', 'rate', 'samples'],
};

export const fields: readonly ParamSpec[] = [
  choice(
    'data',
    'Points',
    [
      { value: 'banana', label: 'Banana' },
      { value: 'blobs', label: 'Three blobs' },
      { value: 'line', label: 'Line with noise' },
      { value: 'ring', label: 'Ring' },
      { value: 'spiral', label: 'Spiral' },
      { value: 'moons', label: 'Two moons' },
      { value: 'own', label: 'Your own' },
    ],
    'Draw on the plane to add points of your own.',
  ),
  text('points', 'Points of your own', ''),
  choice('method', 'Method', [
    { value: 'mixture', label: 'Mixture' },
    { value: 'ppca', label: 'PPCA' },
    { value: 'vae', label: 'VAE' },
  ]),
  spec('mixture_2d', 'components', { help: 'How many Gaussians; more than points will do.' }),
  spec('ppca', 'solver', { help: '' }),
  spec('vae_2d', 'mean', { help: 'How μ depends on z: through tanh units, or linearly.' }),
  spec('vae_2d', 'variance', { help: 'σ² of x given z: a function of z, or one learned number.' }),
  {
    ...{ name: 'log', type: 'boolean', default: false, label: 'Logarithmic map' },
    help: 'Five powers of ten of p(x) instead of p(x).',
  },
  integer('iterations', 'Iterations', 0, 0, 5000, 'How many to do; 0: 60 of EM, 200 of the VAE.'),
  spec('vae_2d', 'hidden'),
  spec('vae_2d', 'rate', { step: 0.005, min: 0.005, max: 0.1 }),
  spec('vae_2d', 'samples'),
  spec('mixture_2d', 'floor', { step: 0.001, min: 0.001, max: 0.1 }),
  spec('mixture_2d', 'seed'),
];

const iterations: Record<Method, number> = { mixture: 60, ppca: 60, vae: 200 };

/** Params of the method's task. */
export function paramsOf(state: State): State {
  const method = methodOf(state);
  const own = Object.fromEntries(
    table(tasks[method])
      .filter(({ name }) => ownNames[method].includes(name) || name === 'floor' || name === 'seed')
      .map((it) => [it.name, accepted(it, state[it.name]) ?? it.default]),
  );
  return { ...own, iterations: Number(state.iterations) || iterations[method] };
}

/** `own`: points drawn that are too many for an address. */
export function pointsOf(state: State, own: readonly Point[]): readonly Point[] {
  if (state.data !== 'own') return madePoints(String(state.data), 1);
  return state.points || own.length <= MOST_PACKED ? unpacked(String(state.points)) : own;
}

/** Looks alone: nothing is learned anew. */
export const looks: ReadonlySet<string> = new Set(['log']);
