// State of "Three questions", and what its plots show: figures of patch priors as measured by the command line
// (web/scripts/patch_tables.mjs) beside published ones.
import type { ParamSpec } from '../engine/describe';
import type { State } from '../lib/state';
import type { Point, PointSet } from '../ui/scatter';
import { choice } from './digits_state';

export type Figure =
  'log_likelihood' | 'log_likelihood_uniform' | 'bls' | 'map' | 'centre' | 'tiles' | 'average' | 'epll';

/** dB but for the log-likelihoods (nats per patch); `_se`: standard errors of the mean. */
export type PriorRow = { id: string; name: string } & Partial<Record<Figure | `${Figure}_se`, number>>;

/** From one prior to the next: differences on the same patches and pictures, with their standard errors. */
export type Step = { from: string; to: string } & Partial<Record<Figure, readonly [number, number]>>;

export type PriorTable = { settings: Record<string, unknown>; rows: PriorRow[]; steps?: Step[] };
/** What priors are learned from. */
export const sources = ['natural', 'leaves', 'mini'] as const;
type Source = (typeof sources)[number];

/** Learned from photos and tested on photos; `leaves` and `mini`: learned from those; `on_leaves`: tested on dead leaves. */
export type PriorTables = PriorTable &
  Partial<Record<Exclude<Source, 'natural'>, PriorTable>> & {
    on_leaves?: Partial<Record<Source, PriorTable>>;
    published?: Record<string, Partial<Record<Figure, number>>>;
  };

const none: PriorTable = { settings: {}, rows: [] };

/** The table that a state asks for. */
export function tableOf(tables: PriorTables, { data, test }: State): PriorTable {
  const source = data as Source;
  return (
    (test === 'leaves' ? tables.on_leaves?.[source] : source === 'natural' ? tables : tables[source]) ?? none
  );
}

/** The published figures are of photos alone. */
export const hasPublished = ({ data, test }: State): boolean => data === 'natural' && test === 'natural';

/** For the plots, where there is little room. */
const shortNames: Record<string, string> = {
  independent: 'Independent',
  mvg: 'Gaussian',
  pca: 'PCA',
  ica: 'ICA',
  gmm: 'GMM',
};
export const shortName = ({ id, name }: { id: string; name?: string }): string =>
  shortNames[id] ?? name ?? id;

/** As recalled of Zoran and Weiss (2011): other patches of the same set of pictures, noise of 25 grey levels. */
export const publishedOf = ({ published = {}, rows }: PriorTables): PriorRow[] =>
  rows.flatMap(({ id, name }) => (published[id] ? [{ id, name, ...published[id] }] : []));

export const columns = [
  { key: 'log_likelihood', head: 'log p', unit: 'nats' },
  { key: 'log_likelihood_uniform', head: 'log p, with U(0,1)/255', unit: 'nats' },
  { key: 'bls', head: 'Patch BLS', unit: 'dB' },
  { key: 'map', head: 'Patch MAP', unit: 'dB' },
  { key: 'centre', head: 'Image, centre pixel', unit: 'dB' },
  { key: 'tiles', head: 'Image, tiles', unit: 'dB' },
  { key: 'average', head: 'Image, averaged', unit: 'dB' },
  { key: 'epll', head: 'Image, EPLL', unit: 'dB' },
] as const;

export const fields: readonly ParamSpec[] = [
  choice(
    'data',
    'Learned from',
    [
      { value: 'natural', label: 'Photos' },
      { value: 'leaves', label: 'Dead leaves' },
      { value: 'mini', label: 'Mini dead leaves' },
    ],
    'Natural pictures; discs that hide each other; or single patches, flat or with one edge.',
  ),
  choice(
    'test',
    'Tested on',
    [
      { value: 'natural', label: 'Photos' },
      { value: 'leaves', label: 'Dead leaves' },
    ],
    'Published figures are of photos alone.',
  ),
  choice(
    'patch',
    'Patch by',
    [
      { value: 'bls', label: 'BLS' },
      { value: 'map', label: 'MAP' },
    ],
    'The posterior mean, which is best on average, or the most probable patch.',
  ),
  choice(
    'image',
    'Whole image by',
    [
      { value: 'epll', label: 'EPLL' },
      { value: 'average', label: 'Average' },
      { value: 'centre', label: 'Centre' },
      { value: 'tiles', label: 'Tiles' },
    ],
    'How overlapping patches become a picture: EPLL, averaged, their centre pixels alone, or tiles without overlap.',
  ),
  {
    ...{ name: 'published', type: 'boolean', default: true, label: 'Published figures' },
    help: 'Hollow marks: other patches, so compare their order, not their values.',
  },
];

/** Figures whose standard error is of patches: bars on the plot. Pictures differ by decibels, each in the same way for every
 * prior, so that bars of their mean would say nothing about the order. */
const barred: readonly Figure[] = ['log_likelihood', 'log_likelihood_uniform', 'bls', 'map'];

/** Points of the rows that have both figures. */
export function pointsOf(rows: readonly PriorRow[], x: Figure, y: Figure): Point[] {
  return rows.flatMap((row) => {
    const [px, py] = [row[x], row[y]];
    if (px === undefined || py === undefined) return [];
    const error = (key: Figure) => (barred.includes(key) ? row[`${key}_se`] : undefined);
    return [{ name: shortName(row), x: px, y: py, xError: error(x), yError: error(y) }];
  });
}

/** Of all pairs of points how many are in the same order along both axes. */
export function sameOrder(points: readonly Point[]): { same: number; pairs: number } {
  let [same, pairs] = [0, 0];
  points.forEach((a, i) =>
    points.slice(i + 1).forEach((b) => {
      pairs++;
      if ((a.x - b.x) * (a.y - b.y) > 0) same++;
    }),
  );
  return { same, pairs };
}

export type Question = { id: string; title: string; x: Figure; y: Figure; xAxis: string; yAxis: string };

const patchName: Record<string, string> = { bls: 'patch BLS, dB', map: 'patch MAP, dB' };
const imageName: Record<string, string> = {
  ...{ epll: 'image by EPLL, dB', average: 'image by averaging, dB' },
  ...{ centre: 'image by centre pixels, dB', tiles: 'image by tiles, dB' },
};

export function questionsOf({ patch, image }: State): Question[] {
  const [p, i] = [String(patch) as Figure, String(image) as Figure];
  const likelihood = 'log-likelihood, nats per patch';
  return [
    {
      ...{ id: 'patch', title: 'Better likelihood, better patch?', x: 'log_likelihood', y: p },
      ...{ xAxis: likelihood, yAxis: patchName[p]! },
    },
    {
      ...{ id: 'image', title: 'Better patch, better image?', x: p, y: i },
      ...{ xAxis: patchName[p]!, yAxis: imageName[i]! },
    },
    {
      ...{ id: 'whole', title: 'Better likelihood, better image?', x: 'log_likelihood', y: i },
      ...{ xAxis: likelihood, yAxis: imageName[i]! },
    },
  ];
}

/** What one plot shows: ours filled and named, the published ones hollow. */
export function setsOf(
  ours: readonly PriorRow[],
  theirs: readonly PriorRow[],
  { x, y }: Question,
): PointSet[] {
  const hollow = pointsOf(theirs, x, y);
  return [
    ...(hollow.length ? [{ name: 'published', colour: '--second', points: hollow, hollow: true }] : []),
    { name: 'ours', colour: '--accent', points: pointsOf(ours, x, y), named: true },
  ];
}
