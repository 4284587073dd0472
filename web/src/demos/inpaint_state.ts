// State of the inpainting demo. Strokes of the brush are the reader's own and in no address.
import type { ParamSpec } from '../engine/describe';
import type { State } from '../lib/state';
import { choice, integer, text } from './digits_state';
import { lookFields } from './look_state';
import { paramsIn, taskFields } from './restore_fields';

export const SAMPLE = 'chelsea';

export const views = [
  { id: 'compare', label: 'Compare' },
  { id: 'mask', label: 'Mask' },
  { id: 'original', label: 'Original' },
  { id: 'restored', label: 'Restored' },
] as const;

export const own = taskFields('inpaint');

export const fields: readonly ParamSpec[] = [
  text('image', 'Picture', SAMPLE),
  choice(
    'mask',
    'Missing',
    [
      { value: 'text', label: 'A caption' },
      { value: 'random', label: 'Random pixels' },
      { value: 'scratches', label: 'Scratches' },
      { value: 'none', label: 'What I brush over' },
      { value: 'file', label: 'A mask file' },
    ],
    'What is lost; the brush adds to it or takes away. A mask file has the picture’s size: white or transparent is missing.',
  ),
  {
    ...{ name: 'fraction', type: 'number', default: 50, min: 1, max: 99, step: 1, unit: '%' },
    ...{ label: 'Share', help: 'Of the pixels, missing at random.' },
  },
  { ...text('caption', 'Caption', 'Text laid over a photo'), help: 'Its letters are lost, line after line.' },
  integer('seed', 'Seed', 1, 0, 2_147_483_647, 'Other pixels, other scratches.'),
  ...own,
  ...lookFields(views),
];

export const paramsOf = (state: State): State => paramsIn(own, state);

/** What the preset's mask depends on. */
export const presetKey = ({ mask, fraction, caption, seed }: State): string =>
  JSON.stringify([
    mask,
    mask === 'random' && fraction,
    mask === 'text' && caption,
    mask !== 'text' && mask !== 'none' && seed,
  ]);
