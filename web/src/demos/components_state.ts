// State of the demo on the components of a mixture, their orders, and what the heaviest share.
import type { ParamSpec } from '../engine/describe';
import { overlap, spectraApart } from '../lib/spectra';
import type { State } from '../lib/state';
import { choice, integer, spec } from './digits_state';
import type { Component } from './patch_mixtures';

export const sorts = [
  { value: 'weight', label: 'Weight' },
  { value: 'contrast', label: 'Contrast' },
  { value: 'edgeness', label: 'Edges' },
  { value: 'index', label: 'Index' },
] as const;

export const cells = [
  { value: 'vectors', label: 'Eigenvectors' },
  { value: 'draws', label: 'Draws' },
] as const;

export const spectra = [
  { value: 'own', label: 'As they are' },
  { value: 'equal', label: 'Equal variance' },
] as const;

/** Of the shipped mixture: the heaviest; the next heaviest; a light one that has its own eigenvectors. */
export const HEAVIEST = 86;
export const SECOND = 47;
export const LIGHT = 167;

const MOST = 4095;

export const fields: readonly ParamSpec[] = [
  spec('gmm_components', 'model', { label: 'Mixture' }),
  spec('gmm_components', 'model', {
    ...{ name: 'beside', label: 'Beside', default: '' },
    choices: [{ value: '', label: 'Its own components' }],
    help: 'Another mixture: each component is set beside the one of it that is most alike.',
  }),
  choice('sort', 'Sorted by', sorts, 'The largest first: weight, contrast, edge-ness; or by number.'),
  choice('cells', 'Each shows', cells, 'Its six leading eigenvectors, or six patches drawn from it.'),
  choice('spectra', 'Spectra', spectra, 'With equal variance only their shape is left.'),
  integer('component', 'Component', -1, -1, MOST), // -1: the first on the wall
  integer('pin', 'Pinned', -1, -1, MOST), // -1: none
];

export function sorted(components: readonly Component[], { sort }: State): Component[] {
  const key = (it: Component) =>
    sort === 'contrast'
      ? it.contrast
      : sort === 'edgeness'
        ? it.edgeness
        : sort === 'index'
          ? -it.index
          : it.weight;
  return [...components].sort((a, b) => key(b) - key(a) || a.index - b.index);
}

export type Likeness = {
  component: Component;
  reference: Component;
  overlap: number;
  factor: number;
  beyond: number;
};

/** How alike a component is to another, up to a factor. */
export const likeness = (component: Component, reference: Component): Likeness => ({
  ...{ component, reference },
  overlap: overlap(component.vectors, reference.vectors),
  ...spectraApart(component.eigenvalues, reference.eigenvalues),
});

/** Beside that of `others` (at least one) whose leading space is nearest; of equal ones the one whose spectrum is. */
export const nearest = (component: Component, others: readonly Component[]): Likeness =>
  others
    .map((it) => likeness(component, it))
    .reduce((best, it) =>
      it.overlap > best.overlap || (it.overlap === best.overlap && it.beyond < best.beyond) ? it : best,
    );

export type Finding = { heavy: Likeness[]; others: Likeness[]; light: Likeness[] };

/** The heaviest twentieth of a mixture's components, the lightest quarter, those between. */
function grouped(all: readonly Likeness[], components: number): Finding {
  const byWeight = [...all].sort(
    ({ component: a }, { component: b }) => b.weight - a.weight || a.index - b.index,
  );
  const heavy = Math.round(components / 20);
  const light = Math.round(components / 4);
  return {
    heavy: byWeight.slice(0, heavy),
    others: byWeight.slice(heavy, byWeight.length - light),
    light: light ? byWeight.slice(-light) : [],
  };
}

/** All other components beside one. */
export const findingOf = (components: readonly Component[], reference: Component): Finding =>
  grouped(
    components.filter((it) => it !== reference).map((it) => likeness(it, reference)),
    components.length,
  );

/** Each component beside the nearest one of another mixture, which is not empty. */
export const findingBeside = (components: readonly Component[], others: readonly Component[]): Finding =>
  grouped(
    components.map((it) => nearest(it, others)),
    components.length,
  );

export const meanOf = (of: readonly Likeness[], key: 'overlap' | 'beyond'): number =>
  of.reduce((sum, it) => sum + it[key], 0) / of.length;
