// What the denoise demo says: figures, hints, commands. Pure functions.
import { expect, test } from 'vitest';
import type { DenoiseJob } from '../../web/src/demos/denoise_job';
import { hint, readoutRows, sentence, series } from '../../web/src/demos/denoise_show';
import { code, command } from '../../web/src/demos/denoise_text';

type Facts = {
  metrics?: Record<string, number>;
  report?: { kind: number; sigma: number; correlation: number };
  phase?: string;
  unit?: number;
} & Record<string, unknown>;

const job = ({ metrics = {}, unit = 5, ...rest }: Facts) =>
  ({
    ...{
      original: { width: 451, height: 300 },
      grey: false,
      phase: 'done',
      curves: {},
      restored: {},
    },
    status: { unit, units: 5, progress: 1, ms: 2100, metrics },
    metric: (name: string) => metrics[name],
    ...rest,
  }) as unknown as DenoiseJob;

test('the readout tells gains with their sign, and says what was estimated', () => {
  const rows = (facts: Facts, state = {}) =>
    Object.fromEntries(readoutRows(job(facts), state).map(([id, , text]) => [id, text]));
  expect(
    rows({ noisyPsnr: 20.17, metrics: { psnr: 32.151, ssim: 0.8649, sigma: 25.06 } }, { sigma: 'auto' }),
  ).toEqual({
    psnr: '20.17 → 32.15 dB',
    gain: '+11.98 dB',
    ssim: '0.865',
    sigma: '25.1/255, estimated',
    size: '451 × 300',
  });
  expect(rows({ noisyPsnr: 40, metrics: { psnr: 39.5 } }).gain).toBe('−0.50 dB');
  expect(rows({ noisyPsnr: 20, restored: undefined, metrics: { psnr: 20 } })).toEqual({
    psnr: '20.00 dB',
    size: '451 × 300',
  });
  expect(rows({ grey: true, metrics: { sigma: 10 } }, { sigma: 10 })).toEqual({
    sigma: '10.0/255',
    size: '451 × 300, grey',
  });
});

test('the curve starts at the noisy picture', () => {
  const [psnr, objective] = series(
    job({ noisyPsnr: 20, curves: { psnr: [undefined, 25, 28], objective: [undefined, -100, -120] } }),
  );
  expect(psnr!.values).toEqual([20, 25, 28]);
  expect(objective!.values).toEqual([undefined, -100, -120]);
  expect(series(job({}))[0]!.values).toEqual([]);
});

test('hints: no noise, coarse noise, nothing to say', () => {
  const of = (kind: number, state: Record<string, string | boolean>) =>
    hint(job({ report: { kind, sigma: 1, correlation: 1 } }), {
      noise: 'off',
      sigma: 'auto',
      half: false,
      ...state,
    });
  expect(of(0, {})).toBe('none');
  expect(of(0, { sigma: '10' })).toBeUndefined();
  expect(of(1, {})).toBeUndefined();
  expect(of(2, {})).toBe('coarse');
  expect(of(2, { half: true })).toBeUndefined();
  expect(of(2, { noise: 'gaussian' })).toBeUndefined();
});

test('sentences for people who cannot see the stage', () => {
  expect(sentence(job({ noisyPsnr: 20.17, metrics: { psnr: 32.15 } }))).toBe(
    'Done in 2.1 s: PSNR from 20.17 dB to 32.15 dB.',
  );
  expect(sentence(job({}))).toBe('Done in 2.1 s.');
  expect(sentence(job({ phase: 'running', unit: 2 }))).toBe('Pass 2 of 5 done.');
  expect(sentence(job({ phase: 'running', unit: 0 }))).toBeUndefined();
});

test('the same by command and code: only what differs from the defaults', () => {
  const defaults = { noise: { sigma: 25, seed: 1 }, epll: { sigma: 'auto', amount: 1 } };
  expect(command({ sigma: 50, seed: 1 }, { sigma: 'auto', amount: 1 }, defaults, 'cat')).toBe(
    'priorlab restore --task add_noise cat.png -o noisy.png --sigma 50\npriorlab restore noisy.png -o cat-restored.png',
  );
  expect(command(undefined, { sigma: 12, amount: 0.5 }, defaults, 'cat')).toBe(
    'priorlab restore cat.png -o cat-restored.png --sigma 12 --amount 0.5',
  );
  expect(code(undefined, { sigma: 12, amount: 1 }, defaults)).toContain(
    `engine.run('epll', { sigma: 12 }, { image: outputs.noisy })`,
  );
});
