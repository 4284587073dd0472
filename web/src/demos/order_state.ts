// State of the demo on orders, and the chapter's counts of parameters.
import type { ParamSpec } from '../engine/describe';
import type { State } from '../lib/state';
import { PIXELS } from '../lib/digits';
import { choice, integer, spec } from './digits_state';

export const orders = [
  { value: 'raster', label: 'Raster', model: 'made-raster' },
  { value: 'columns', label: 'Columns', model: 'made-columns' },
  { value: 'random', label: 'Random', model: 'made-random' },
  { value: 'centre', label: 'Centre-out', model: 'made-centre' },
] as const;

export const modelOf = (state: State): string =>
  orders.find(({ value }) => value === state.order)?.model ?? orders[0].model;

export const SHOWN = 16;

export const fields: readonly ParamSpec[] = [
  choice(
    'order',
    'Order',
    orders.map(({ value, label }) => ({ value, label })),
    'One small MADE for each; it is loaded when you choose it.',
  ),
  integer('pixel', 'Pixel', 406, 0, PIXELS - 1, 'Counted by rows. Click one on the picture.'),
  spec('digits', 'seed', { help: 'Of the samples, and of the random codes.' }),
  spec('autoencode', 'iterations', { max: 20 }),
];

/** Numbers to learn for n binary pixels; `d` hidden units. As logarithms to base 10, since 2^784 is none of JavaScript's. */
export const counts: readonly {
  id: string;
  name: string;
  /** For the plot. */
  short: string;
  formula: string;
  log10(n: number, d: number): number;
}[] = [
  {
    id: 'independent',
    name: 'Independent pixels',
    short: 'Indep.',
    formula: 'n',
    log10: (n) => Math.log10(n),
  },
  {
    id: 'markov',
    name: 'Markov chain',
    short: 'Markov',
    formula: '2n − 1',
    log10: (n) => Math.log10(2 * n - 1),
  },
  {
    ...{ id: 'fvsbn', name: 'FVSBN', short: 'FVSBN', formula: 'n(n + 1)/2' },
    log10: (n) => Math.log10((n * (n + 1)) / 2),
  },
  {
    ...{ id: 'nade', name: 'NADE, d hidden units', short: 'NADE', formula: '2nd + n + d' },
    log10: (n, d) => Math.log10(2 * n * d + n + d),
  },
  {
    ...{ id: 'table', name: 'Table of all images', short: 'Table', formula: '2ⁿ − 1' },
    log10: (n) => (n < 50 ? Math.log10(2 ** n - 1) : n * Math.log10(2)),
  },
];

/** "784", "307,720", "10²³⁶". */
export function countText(log10: number): string {
  if (log10 < 9) return Math.round(10 ** log10).toLocaleString('en');
  const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';
  return `about 10${[...String(Math.round(log10))].map((c) => superscripts[Number(c)]).join('')}`;
}
