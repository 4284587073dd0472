// State of the denoise demo: which names it has, what they mean for the tasks, and what is the page's own. Ranges,
// choices and defaults of parameters are those of the tasks' tables.
import { description } from '../engine/describe.gen';
import type { Description, ParamSpec } from '../engine/describe';
import { defaults, type State } from '../lib/state';
import type { Sample } from '../ui/source';
import { isLook, lookFields } from './look_state';
import { imageUrl } from '../lib/assets';

const { tasks } = description as Description;
const table = (id: string): readonly ParamSpec[] => tasks[id]?.params ?? [];

const sample = (id: string, title: string, width: number, height: number): Sample => ({
  ...{ id, title, width, height, url: imageUrl(`${id}.png`), thumb: imageUrl(`thumbs/${id}.jpg`) },
});

export const samples: readonly Sample[] = [
  sample('chelsea', 'Chelsea the cat', 451, 300),
  sample('coffee', 'Cup of coffee', 600, 400),
  sample('camera', 'Photographer, grey', 512, 512),
  sample('astronaut', 'Astronaut', 512, 512),
  sample('rocket', 'Rocket on the pad', 640, 427),
];

export const epllSpecs = table('epll');
export const noiseSpecs = table('add_noise');

/** Names in the address where the task's own would be ambiguous. */
const renamed: Record<string, string> = { kind: 'noise', sigma: 'noise_sigma' };

const noiseFields: readonly ParamSpec[] = noiseSpecs.map((spec) => ({
  ...spec,
  name: renamed[spec.name] ?? spec.name,
  ...(spec.name === 'sigma' && { label: 'Added noise' }),
  ...(spec.name === 'kind' && {
    label: 'Add noise',
    help: 'To a clean photo, so that the gain can be measured. Your own noisy photo needs none.',
    choices: [
      { value: 'off', label: 'None' },
      ...(spec.choices ?? [])
        .filter(({ value }) => value === 'gaussian' || value === 'camera')
        .map(({ value }) => ({ value, label: value === 'gaussian' ? 'White' : 'Camera' })),
    ],
  }),
}));

export const views = [
  { id: 'compare', label: 'Compare' },
  { id: 'original', label: 'Original' },
  { id: 'noisy', label: 'Noisy' },
  { id: 'restored', label: 'Restored' },
  { id: 'difference', label: 'Difference' },
] as const;

export const halfSpec: ParamSpec = {
  ...{ name: 'half', type: 'boolean', default: false, label: 'Half size' },
  help: 'Halves the picture first. Coarse noise, as in camera JPEGs, shrinks to single pixels and is removed better.',
};

const own: readonly ParamSpec[] = [
  { name: 'image', type: 'text', default: samples[0]!.id, label: 'Picture', help: '' },
  halfSpec,
  ...lookFields(views),
];

export const fields: readonly ParamSpec[] = [...own, ...noiseFields, ...epllSpecs];
export const start: State = defaults(fields);
export const fieldOf = (name: string): ParamSpec | undefined => fields.find((field) => field.name === name);

const OWN = 'own';
export const isOwn = (state: State): boolean => state.image === OWN;
export const ownImage = OWN;

/** Params of `epll`. A grey picture has no colour to choose about. */
export const epllOf = (state: State): State =>
  Object.fromEntries(epllSpecs.map(({ name }) => [name, state[name]!]));

/** Params of `add_noise`, or undefined when none is added. */
export function noiseOf(state: State): State | undefined {
  if (state.noise === 'off') return undefined;
  return Object.fromEntries(noiseSpecs.map(({ name }) => [name, state[renamed[name] ?? name]!]));
}

export const paramDefaults = { noise: defaults(noiseSpecs), epll: defaults(epllSpecs) };

/** Whether a change of that name needs no new run: it is live, or only of the eye. */
export const isLive = (name: string): boolean =>
  epllSpecs.some((spec) => spec.name === name && spec.live === true);
export const isView = isLook;
