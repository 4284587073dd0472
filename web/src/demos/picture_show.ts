// What every run on a picture has to say: gains, and a sentence for people who cannot see the stage. Pure functions.
import { decibels, duration } from '../lib/format';
import type { Phase } from '../ui/verbs';

/** [id, name, text] */
export type Row = [string, string, string];

/** `title`: what goes before the arrow, where that is not the picture shown. */
export function psnrRows(before: number | undefined, psnr: number | undefined, title = 'PSNR'): Row[] {
  if (before === undefined) return [];
  if (psnr === undefined) return [['psnr', 'PSNR', decibels(before)]];
  return [
    ['psnr', title, `${before.toFixed(2)} → ${decibels(psnr)}`],
    ['gain', 'Gain', `${psnr < before ? '−' : '+'}${decibels(Math.abs(psnr - before))}`],
  ];
}

export const sigmaRow = (sigma: number, estimated: boolean): Row => [
  'sigma',
  'Noise level σ',
  `${sigma.toFixed(1)}/255${estimated ? ', estimated' : ''}`,
];

type Run = { phase: Phase; status: { unit: number; units: number; ms: number } };

export function spoken({ phase, status }: Run, before?: number, psnr?: number): string | undefined {
  const quality =
    psnr !== undefined && before !== undefined ? `: PSNR from ${decibels(before)} to ${decibels(psnr)}` : '';
  if (phase === 'done') return `Done in ${duration(status.ms)}${quality}.`;
  return phase === 'running' && status.unit
    ? `Pass ${status.unit} of ${status.units} done${quality}.`
    : undefined;
}
