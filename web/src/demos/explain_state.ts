// State of the demo that explains a patch.
import type { ParamSpec } from '../engine/describe';
import { accepted, type State } from '../lib/state';
import { choice, integer, spec, text } from './digits_state';

export const SAMPLE = 'camera';

export const fields: readonly ParamSpec[] = [
  text('image', 'Picture', SAMPLE),
  integer('x', 'Column', 256, 0, 100_000),
  integer('y', 'Row', 160, 0, 100_000),
  choice(
    'noise',
    'Noise',
    [
      { value: 'added', label: 'Added' },
      { value: 'own', label: 'In the photo' },
    ],
    'Added to a clean photo, so that the gain can be measured; or your photo has noise of that level already.',
  ),
  spec('patch_explain', 'sigma'),
  spec('patch_explain', 'model', { help: 'The mixture that explains; those learned in this browser, too.' }),
  spec('add_noise', 'seed', { help: 'Of the noise.' }),
  choice('show', 'Show', [
    { value: 'noisy', label: 'Noisy' },
    { value: 'clean', label: 'As it came' },
  ]),
];

/** Params of `add_noise`; undefined: none is added. */
export const noiseOf = ({ noise, sigma, seed }: State): State | undefined =>
  noise === 'added' && Number(sigma) > 0 ? { kind: 'gaussian', sigma: sigma!, seed: seed! } : undefined;

export const paramsOf = (state: State): State =>
  Object.fromEntries(
    ['model', 'sigma'].map((name) => {
      const field = fields.find((it) => it.name === name)!;
      return [name, accepted(field, state[name]) ?? field.default];
    }),
  );

/** As near to it as a patch of that size fits. */
export const within = (at: number, extent: number, side: number): number =>
  Math.max(0, Math.min(extent - side, Math.round(at)));
