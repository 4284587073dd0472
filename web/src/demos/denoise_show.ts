// What a run of denoising has to say: figures, curves, sentences. Pure functions of job and state.
import { decibels, duration, size } from '../lib/format';
import type { State } from '../lib/state';
import type { Series } from '../ui/plot';
import type { DenoiseJob } from './denoise_job';

const sigmaOf = (job: DenoiseJob) => job.metric('sigma') ?? job.report?.sigma;

/** [id, name, text] */
export function readoutRows(job: DenoiseJob, state: State): [string, string, string][] {
  const psnr = job.restored ? job.metric('psnr') : undefined;
  const ssim = job.restored ? job.metric('ssim') : undefined;
  const before = job.noisyPsnr;
  const sigma = sigmaOf(job);
  const rows: [string, string, string][] = [];
  if (before !== undefined && psnr === undefined) rows.push(['psnr', 'PSNR', decibels(before)]);
  if (before !== undefined && psnr !== undefined) {
    rows.push(['psnr', 'PSNR', `${before.toFixed(2)} → ${decibels(psnr)}`]);
    rows.push(['gain', 'Gain', `${psnr < before ? '−' : '+'}${decibels(Math.abs(psnr - before))}`]);
  }
  if (ssim !== undefined) rows.push(['ssim', 'SSIM', ssim.toFixed(3)]);
  if (sigma !== undefined)
    rows.push([
      'sigma',
      'Noise level σ',
      `${sigma.toFixed(1)}/255${state.sigma === 'auto' ? ', estimated' : ''}`,
    ]);
  rows.push(['size', 'Size', `${size(job.original.width, job.original.height)}${job.grey ? ', grey' : ''}`]);
  return rows;
}

export const series = (job: DenoiseJob): Series[] => [
  {
    ...{ name: 'PSNR', unit: 'dB', digits: 2, colour: '--accent' },
    values: job.psnr.length ? [job.psnr[0] ?? job.noisyPsnr, ...job.psnr.slice(1)] : [],
  },
  { name: 'Objective', unit: '', digits: 1, colour: '--second', values: job.objective },
];

/** For people who cannot see the stage. */
export function sentence(job: DenoiseJob): string | undefined {
  const { phase, status } = job;
  const psnr = job.metric('psnr');
  const quality =
    psnr !== undefined && job.noisyPsnr !== undefined
      ? `: PSNR from ${decibels(job.noisyPsnr)} to ${decibels(psnr)}`
      : '';
  if (phase === 'done') return `Done in ${duration(status.ms)}${quality}.`;
  return phase === 'running' && status.unit
    ? `Pass ${status.unit} of ${status.units} done${quality}.`
    : undefined;
}

/** What the noise is like, where that asks for a word: none is seen, or it is coarse. */
export function hint({ report }: DenoiseJob, state: State): 'none' | 'coarse' | undefined {
  if (!report || state.noise === 'gaussian') return undefined; // white noise was added: nothing to find out
  if (report.kind === 0) return state.sigma === 'auto' ? 'none' : undefined;
  return report.kind === 2 && !state.half ? 'coarse' : undefined;
}
