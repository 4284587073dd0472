// What a run of restoration has to say: figures and curves. Pure functions of the job.
import { size } from '../lib/format';
import type { Series } from '../ui/plot';
import { psnrRows, sigmaRow, type Row } from './picture_show';
import type { Figure, RestoreJob } from './restore_job';

/** `estimated`: the noise level was measured. `title`: of PSNR. */
export function readoutRows(job: RestoreJob, estimated: boolean, title: string): Row[] {
  const after = (name: Figure) => (job.restored ? job.figure(name) : undefined);
  const rows = psnrRows(job.figure('psnr_given'), after('psnr'), title);
  const [ssimBefore, ssim] = [job.figure('ssim_given'), after('ssim')];
  if (ssimBefore !== undefined && ssim !== undefined)
    rows.push(['ssim', 'SSIM', `${ssimBefore.toFixed(3)} → ${ssim.toFixed(3)}`]);
  const [sigma, residual] = [job.figure('sigma'), after('residual')];
  if (sigma) rows.push(sigmaRow(sigma, estimated));
  if (residual !== undefined) rows.push(['residual', 'Misfit', `${residual.toFixed(2)}/255`]);
  if (job.prepared) rows.push(['size', 'Size', size(job.size.width, job.size.height)]);
  return rows;
}

export function series(job: RestoreJob): Series[] {
  const { psnr = [], residual = [] } = job.curves;
  const misfit = residual.slice(1);
  const seen = misfit.some((value) => value !== undefined && value >= 0.005);
  return [
    { name: 'PSNR', unit: 'dB', digits: 2, colour: '--accent', values: psnr },
    {
      name: 'Misfit',
      unit: '1/255',
      digits: 2,
      colour: '--second',
      values: seen ? [undefined, ...misfit] : [],
    },
  ];
}
