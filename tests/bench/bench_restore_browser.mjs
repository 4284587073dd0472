// Restoration in the browser: the built site's engine in Chromium, deblurring, inpainting and super-resolution at every
// quality, planes of 481x321 (480x320 for x2). Rows: "time", the mean over the pictures of the median round, from asking
// for a run to its end; "cpu", the same in seconds that all cores together worked, which other programs lengthen less;
// "psnr". For deblurring the paper's seven passes, too.
//
//   node tests/bench/bench_restore_browser.mjs [--data DIR] [--rounds N] [--flavours relaxed-mt,pool,...] [--tasks deblur,...] [--methods exact,...]
//
// With the data folder the pictures are BSD68 001, 006 and 020 and the kernel levin09_1 (19x19), else crops of two sample
// photos and straight motion. Noise 0.01 and seed 1 for deblurring, half of the pixels missing at random for inpainting,
// bicubic reduction by two for super-resolution, as in `priorlab eval`.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, onEveryFlavour, option, pictureFrom, root, workedSeconds } from './browser.mjs';

if (!process.argv.includes('--flavours')) process.argv.push('--flavours', 'relaxed-mt,pool');
const rounds = Number(option('rounds', 3));
const data = option('data');
const ENOUGH = 5000; // ms: after them no further round of a picture is begun

const photos = ['camera.png', 'coffee.png'].map((name) => join(root, 'shared/images', name));
const bsd68 = data ? ['001', '006', '020'].map((id) => join(data, 'bsd68', `test${id}.png`)) : [];
const kernelFile = data && join(data, 'kernels/levin09_1_19x19.txt');
const counts = bsd68.length > 0 && [...bsd68, kernelFile].every(existsSync);
const kernel = counts
  ? readFileSync(kernelFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
  : undefined;

const methods = ['deblur', 'inpaint', 'superres'].flatMap((task) => [
  ...['exact', 'balanced', 'fast'].map((quality) => ({ task, name: quality, params: { quality } })),
  ...(task === 'deblur' ? [{ task, name: 'paper', params: { schedule: 'paper' } }] : []),
]);

/** In the page: `window.cases`, what each task is given and what its result is to be. */
async function degrade(clean, kernel) {
  const { engine } = window;
  const given = kernel
    ? { dtype: 'f32', shape: [kernel.length, kernel[0].length], data: new Float32Array(kernel.flat()) }
    : undefined;
  const blur = given ? { kernel: 'given' } : { kernel: 'motion', size: 15, angle: 30 };
  const more = given ? { kernel: given } : {};
  const blurred = await engine.call('blur', { ...blur, sigma: 2.55, seed: 1 }, { image: clean, ...more }, [
    'blurred',
    'clean',
  ]);
  const small = await engine.call('shrink', { scale: 2 }, { image: clean }, ['small', 'clean']);
  const [, height, width] = clean.shape;
  const mask = { dtype: 'f32', shape: [height, width], data: new Float32Array(height * width) };
  let state = 1; // xorshift
  for (let i = 0; i < mask.data.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    mask.data[i] = state < 0 ? 1 : 0;
  }
  window.cases = {
    deblur: {
      params: { ...blur, sigma: 2.55 },
      inputs: { image: blurred.outputs.blurred, ...more },
      clean: blurred.outputs.clean,
    },
    inpaint: { params: {}, inputs: { image: clean, mask }, clean },
    superres: { params: { scale: 2 }, inputs: { image: small.outputs.small }, clean: small.outputs.clean },
  };
}

/** In the page: one restoration. PSNR is measured afterwards, outside of the time. */
async function restore(task, more) {
  const { params, inputs, clean } = window.cases[task];
  const begin = performance.now();
  const run = window.engine.run(task, { ...params, ...more }, inputs);
  run.play();
  await run.finished;
  const ms = performance.now() - begin;
  const { data: restored } = await run.output('restored');
  run.stop();
  let squares = 0;
  for (let i = 0; i < restored.length; i++) squares += (restored[i] - clean.data[i]) ** 2;
  return { ms, psnr: -10 * Math.log10(squares / restored.length) };
}

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

console.error(
  counts ? 'BSD68 001, 006, 020, levin09_1' : 'crops of two sample photos, motion (no data folder)',
);
await onEveryFlavour(
  { task: 'deblur', inPage: [pictureFrom, degrade, restore] },
  async ({ browser, page, flavour, row }) => {
    const asked = (what, word) => option(what)?.split(',').includes(word) ?? true;
    const these = methods.filter(({ task, name }) => asked('tasks', task) && asked('methods', name));
    const results = new Map(these.map((method) => [method, []]));
    for (const file of counts ? bsd68 : photos) {
      await page.evaluate(
        async ({ base64, kernel }) => window.degrade(await window.pictureFrom(base64, false), kernel),
        { base64: readFileSync(file).toString('base64'), kernel },
      );
      for (const method of these) {
        const runs = [];
        let spent = 0;
        do {
          const before = await workedSeconds(browser);
          const { task, params } = method;
          const run = await page.evaluate((it) => window.restore(it.task, it.params), { task, params });
          runs.push({ ...run, cpu: (await workedSeconds(browser)) - before });
          spent += runs.at(-1).ms;
        } while (runs.length < rounds && spent < ENOUGH);
        const seconds = median(runs.map(({ ms }) => ms)) / 1000;
        const cpu = median(runs.map((run) => run.cpu));
        results.get(method).push({ seconds, cpu, psnr: runs[0].psnr });
        console.error(
          `${flavour} ${method.task} ${method.name} ${file.split('/').pop()}: ${seconds.toFixed(3)} s, cpu ${cpu.toFixed(3)} s, ${runs[0].psnr.toFixed(2)} dB`,
        );
      }
    }
    for (const [{ task, name }, values] of results) {
      const label = `${task}/${name}/481x321${counts ? '' : '/photos'}`;
      row(label, 'time', mean(values.map(({ seconds }) => seconds)), 's');
      row(label, 'cpu', mean(values.map(({ cpu }) => cpu)), 's');
      row(label, 'psnr', mean(values.map(({ psnr }) => psnr)), 'dB');
    }
  },
);
