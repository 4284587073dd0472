// What a run of denoising has to say: figures, curves, sentences. Pure functions of job and state.
import { size } from '../lib/format';
import type { State } from '../lib/state';
import type { Series } from '../ui/plot';
import type { DenoiseJob } from './denoise_job';
import { psnrRows, sigmaRow, spoken, type Row } from './picture_show';

const sigmaOf = (job: DenoiseJob) => job.metric('sigma') ?? job.report?.sigma;

export function readoutRows(job: DenoiseJob, state: State): Row[] {
  const psnr = job.restored ? job.metric('psnr') : undefined;
  const ssim = job.restored ? job.metric('ssim') : undefined;
  const sigma = sigmaOf(job);
  const rows = psnrRows(job.noisyPsnr, psnr);
  if (ssim !== undefined) rows.push(['ssim', 'SSIM', ssim.toFixed(3)]);
  if (sigma !== undefined) rows.push(sigmaRow(sigma, state.sigma === 'auto'));
  rows.push(['size', 'Size', `${size(job.original.width, job.original.height)}${job.grey ? ', grey' : ''}`]);
  return rows;
}

export function series(job: DenoiseJob): Series[] {
  const { psnr = [], objective = [] } = job.curves;
  return [
    {
      ...{ name: 'PSNR', unit: 'dB', digits: 2, colour: '--accent' },
      values: psnr.length ? [psnr[0] ?? job.noisyPsnr, ...psnr.slice(1)] : [],
    },
    {
      name: 'Objective',
      unit: '',
      digits: 1,
      colour: '--second',
      values: [undefined, ...objective.slice(1)],
    },
  ];
}

export const sentence = (job: DenoiseJob): string | undefined =>
  spoken(job, job.noisyPsnr, job.metric('psnr'));

/** What the noise is like, where that asks for a word: none is seen, or it is coarse. */
export function hint({ report }: DenoiseJob, state: State): 'none' | 'coarse' | undefined {
  if (!report || state.noise === 'gaussian') return undefined; // white noise was added: nothing to find out
  if (report.kind === 0) return state.sigma === 'auto' ? 'none' : undefined;
  return report.kind === 2 && !state.half ? 'coarse' : undefined;
}
