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

export type Likeness = { component: Component; overlap: number; factor: number; beyond: number };

/** How alike a component is to another, up to a factor. */
export const likeness = (component: Component, reference: Component): Likeness => ({
  component,
  overlap: overlap(component.vectors, reference.vectors),
  ...spectraApart(component.eigenvalues, reference.eigenvalues),
});

export type Finding = { heavy: Likeness[]; others: Likeness[]; light: Likeness[] };

/** All other components beside one: the heaviest twentieth, the lightest quarter, those between. */
export function findingOf(components: readonly Component[], reference: Component): Finding {
  const byWeight = [...components]
    .sort((a, b) => b.weight - a.weight || a.index - b.index)
    .filter((it) => it !== reference)
    .map((it) => likeness(it, reference));
  const heavy = Math.round(components.length / 20);
  const light = Math.round(components.length / 4);
  return {
    heavy: byWeight.slice(0, heavy),
    others: byWeight.slice(heavy, byWeight.length - light),
    light: light ? byWeight.slice(-light) : [],
  };
}

export const meanOf = (of: readonly Likeness[], key: 'overlap' | 'beyond'): number =>
  of.reduce((sum, it) => sum + it[key], 0) / of.length;
