// Figures of the demo that walks through a latent space, as text.
import { classAround, type Cloud } from '../lib/cloud';
import { SIDE } from '../lib/digits';
import { logPrior, type Point } from '../lib/latents';
import { nats } from './digit_models';
import { SLIDERS, subscript } from './latent_sliders';
import { planeOf, type Latents } from './vae_models';

/** "1.75, −0.20": where the point is on the plane. */
export function placeOf(latents: Latents, point: Point): string {
  return planeOf(latents)
    .map((d) => point[d]!.toFixed(2).replace('-', '−'))
    .join(', ');
}

/** What the sliders are. */
export function latentsNote({ count, active, activity, order }: Latents): string {
  const few = Math.min(SLIDERS, active);
  if (!activity) return `${count} latents.`;
  if (count === 2) return 'Both of them: the same as the point on the plane.';
  return `${active} of ${count} are active: their posterior mean has a variance over test digits above 0.01. The ${few} most active; the plane shows the first two, z${subscript(order[0]!)} and z${subscript(order[1]!)}.`;
}

/** Id, name, text. */
export function figuresOf(
  latents: Latents,
  cloud: Cloud | undefined,
  point: Point,
): [string, string, string][] {
  const [across, up] = planeOf(latents);
  const rows: [string, string, string][] = [
    ['point', `z${subscript(across)}, z${subscript(up)}`, placeOf(latents, point)],
    ['prior', 'log p(z)', nats(logPrior(point))],
  ];
  if (!cloud) return [...rows, ['active', 'Active latents', `${latents.active} of ${latents.count}`]];
  const { digit, of } = classAround(cloud, point[across]!, point[up]!);
  return [...rows, ['around', '25 nearest test digits', `${of} are ${digit}s`]];
}

/** All latents at the point and at both ends of the path, and the pixels of the digit at the point. */
export function latentsCsv(
  { order, activity }: Latents,
  point: Point,
  a: Point,
  b: Point,
  values: ArrayLike<number>,
): string {
  const latents = order.map((d) => [d + 1, activity?.[d] ?? '', point[d], a[d], b[d]].join(','));
  const pixels = Array.from(values, (v, i) => [Math.floor(i / SIDE), i % SIDE, v].join(','));
  return `${['latent,activity,point,A,B', ...latents].join('\n')}\n\n${['row,column,p(pixel = 1)', ...pixels].join('\n')}\n`;
}
