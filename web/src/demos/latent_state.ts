// State of the demo that walks through a latent space.
import type { ParamSpec } from '../engine/describe';
import {
  REACH,
  WIDEST,
  CLOSEST,
  clampedView,
  packedPoint,
  unpackedNumbers,
  type PlaneView,
  type Way,
} from '../lib/latents';
import type { State } from '../lib/state';
import { choice, integer, spec, text } from './digits_state';

export const shows = [
  { value: 'both', label: 'Both' },
  { value: 'sheet', label: 'Decoded digits' },
  { value: 'cloud', label: 'Test digits' },
] as const;

export const ways = [
  { value: 'spherical', label: 'spherical' },
  { value: 'linear', label: 'linear' },
] as const;

const hidden = (name: string, fallback: number, min: number, max: number): ParamSpec => ({
  ...{ name, type: 'number', default: fallback, min, max, label: name, help: '' },
});

export const fields: readonly ParamSpec[] = [
  spec('vae_decode', 'model', {
    help: 'With two latents the plane is all there is; with more it is a section.',
  }),
  choice('way', 'Path', ways, 'From A to B: turning, or on a straight line.'),
  integer('frames', 'Frames', 12, 3, 24, 'On the path, both ends among them.'),
  spec('vae_decode', 'seed', { help: 'Of the random points: A, B and where the walk goes.' }),
  integer('cells', 'Digits a side', 20, 4, 32, 'Of the sheet.'),
  choice('show', 'Show', shows),
  integer('lit', 'Class', -1, -1, 9), // -1: all alike
  text('z', 'Point', ''),
  text('a', 'A', ''), // empty: the seed's first point
  text('b', 'B', ''), // and its second
  hidden('x', 0, -REACH, REACH),
  hidden('y', 0, -REACH, REACH),
  hidden('half', 3.5, CLOSEST, WIDEST),
];

export const viewOf = (state: State): PlaneView =>
  clampedView({ x: Number(state.x), y: Number(state.y), half: Number(state.half) });

/** Rounded, for a short address. */
export const viewState = ({ x, y, half }: PlaneView): State => {
  const round = (v: number) => Number(v.toPrecision(4));
  return { x: round(x), y: round(y), half: round(half) };
};

export const wayOf = (state: State): Way => (state.way === 'linear' ? 'linear' : 'spherical');

/** Of A and B, whose empty word is another point. */
export const ORIGIN = '0';

/** An end of the path as it stands in the address. */
export const endState = (z: ArrayLike<number>): string => packedPoint(z) || ORIGIN;

/** Points in the address that are none of a space of so many latents. */
export const foreignPoints = (state: State, latents: number): string[] =>
  ['z', 'a', 'b'].filter((name) => {
    const text = String(state[name]);
    return text !== '' && text !== ORIGIN && unpackedNumbers(text)?.length !== latents;
  });
