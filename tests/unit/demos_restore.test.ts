// What the demos of restoration say and hand to the engine. Pure functions.
import { expect, test } from 'vitest';
import * as deblur from '../../web/src/demos/deblur_state';
import * as deblurText from '../../web/src/demos/deblur_text';
import { damaged } from '../../web/src/demos/inpaint_masks';
import * as inpaint from '../../web/src/demos/inpaint_state';
import type { RestoreJob } from '../../web/src/demos/restore_job';
import { readoutRows, series } from '../../web/src/demos/restore_show';
import * as superresText from '../../web/src/demos/superres_text';
import * as superres from '../../web/src/demos/superres_state';
import { pathOf } from '../../web/src/lib/shake';
import { defaults } from '../../web/src/lib/state';
import './image_data';

const job = (metrics: Record<string, number>, more: object = {}) =>
  ({
    ...{ restored: {}, prepared: {}, size: { width: 90, height: 66 }, curves: {} },
    figure: (name: string) => metrics[name],
    ...more,
  }) as unknown as RestoreJob;

test('figures: gains with the truth, without it the misfit alone', () => {
  const rows = (metrics: Record<string, number>) =>
    Object.fromEntries(readoutRows(job(metrics), true, 'PSNR').map(([id, , text]) => [id, text]));
  expect(
    rows({ psnr_given: 26, psnr: 29.5, ssim_given: 0.71, ssim: 0.9, sigma: 2.5, residual: 2.61 }),
  ).toEqual({
    ...{ psnr: '26.00 → 29.50 dB', gain: '+3.50 dB', ssim: '0.710 → 0.900' },
    ...{ sigma: '2.5/255, estimated', residual: '2.61/255', size: '90 × 66' },
  });
  expect(rows({ sigma: 0, residual: 0.1 })).toEqual({ residual: '0.10/255', size: '90 × 66' });
  const [psnr, misfit] = series(job({}, { curves: { psnr: [26, 28], residual: [9, 3, 2] } }));
  expect(psnr!.values).toEqual([26, 28]);
  expect(misfit!.values).toEqual([undefined, 3, 2]);
});

test('deblurring: what is assumed is the factor times the truth, within what the task takes', () => {
  const state = { ...defaults(deblur.fields), size: 8, factor: 1.5, noise: 5 };
  expect(deblur.paramsOf(state).size).toBe(12);
  expect(deblur.blurOf(state)).toMatchObject({ size: 8, sigma: 5 });
  expect(deblur.paramsOf({ ...state, size: 100, factor: 2 }).size).toBe(100);
  expect(pathOf(String(defaults(deblur.fields).path))!.length).toBeGreaterThan(5);
});

test('deblurring: one sentence on what a wrong guess does', () => {
  const state = defaults(deblur.fields);
  const said = (more: object) => deblurText.finding({ ...state, ...more });
  expect(said({})).toContain('non-blind');
  expect(said({ factor: 1.3 })).toContain('ring');
  expect(said({ factor: 0.7 })).toContain('soft');
  expect(said({ noise: 5, sigma: 1 })).toContain('too weak');
  expect(said({ noise: 5, sigma: 20 })).toContain('too strong');
  expect(said({ noise: 5, sigma: 20, from: 'own' })).toContain('non-blind'); // nobody knows the truth
});

test('the same by command line: what differs from the tables', () => {
  const state = { ...defaults(deblur.fields), kernel: 'motion', size: 12, angle: 30 };
  expect(deblurText.command(state)).toBe(
    'priorlab restore --task blur camera.png -o blurred.png --kernel motion --size 12 --angle 30\n' +
      'priorlab restore --task deblur blurred.png -o sharp.png --kernel motion --size 12 --angle 30 --sigma auto',
  );
  expect(deblurText.code({ ...state, kernel: 'path' })).toContain('image: outputs.blurred, path');
  const small = { ...defaults(superres.fields), from: 'own', image: 'own', scale: 3 };
  expect(superresText.command(small)).toBe(
    'priorlab restore --task superres picture.png -o large.png --scale 3',
  );
});

test('inpainting: a mask is made anew only when what it is made from changes', () => {
  const state = defaults(inpaint.fields);
  const key = (more: object) => inpaint.presetKey({ ...state, ...more });
  expect(key({ fraction: 20, seed: 9 })).toBe(key({})); // text has no share and no seed
  expect(key({ caption: 'other' })).not.toBe(key({}));
  expect(key({ mask: 'random', caption: 'other' })).toBe(key({ mask: 'random' }));
  expect(key({ mask: 'random', seed: 9 })).not.toBe(key({ mask: 'random' }));
});

test('inpainting: the picture before shows what the preset takes; what is brushed stays to be seen', () => {
  const image = new ImageData(3, 1);
  image.data.fill(100);
  const grid = (...data: number[]) => ({ width: 3, height: 1, data: Uint8Array.from(data) });
  const before = damaged(image, grid(1, 1, 0), grid(1, 0, 1), 255); // the second was rubbed out again
  expect([before.data[0], before.data[4], before.data[8]]).toEqual([255, 100, 100]);
});
