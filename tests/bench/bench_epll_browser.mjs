// EPLL in the browser: the built site's engine in Chromium, every flavour and the pool on the pictures, with the noise
// and the variants (epll_methods.json) of bench_epll.cpp, the native twin; the same yardsticks before them. Rows:
// "time", the mean over the pictures of the median round, from asking for a run to its end; "preview", from the same
// moment to the first pixels of a picture under way; "psnr"; "memory", the peak of the page's process with the page in it.
//
//   node tests/bench/bench_epll_browser.mjs [--data DIR] [--rounds N] [--flavours simd,simd-mt,...,pool] [--methods exact,...]
//
// With the data folder the pictures are BSD68 001, 006 and 020 (these figures count), else 481x321 crops of two sample
// photos; for colour always the photos. Noise: sigma 25, added by the task add_noise with seed 1, so every flavour
// restores the same pictures. `pool` is what a page without isolation headers does: workers of one thread each.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, onEveryFlavour, option, peakMemory, pictureFrom, root } from './browser.mjs';

const rounds = Number(option('rounds', 3));
const data = option('data');
const ENOUGH = 5000; // ms: after them no further round of a picture is begun
const PATCHES = (481 - 7) * (321 - 7);
const PAPER_PASSES = 5;

const photos = ['camera.png', 'coffee.png'].map((name) => join(root, 'shared/images', name));
const bsd68 = data ? ['001', '006', '020'].map((id) => join(data, 'bsd68', `test${id}.png`)) : [];
const counts = bsd68.length > 0 && bsd68.every(existsSync);

/** In the page: one restoration. PSNR is measured afterwards, outside of the time. */
async function restore(params) {
  const { engine, noisy, clean } = window;
  const begin = performance.now();
  const run = engine.run('epll', params, { image: noisy });
  let preview = 0;
  const ended = run.watch(() => {
    if (preview || run.status.progress <= 0) return;
    preview = -1;
    void run.output('restored', { as: 'rgba8', scale: 2 }).then(() => (preview = performance.now() - begin));
  });
  run.play();
  await run.finished;
  const ms = performance.now() - begin;
  ended();
  const { data: restored } = await run.output('restored');
  run.stop();
  let squares = 0;
  for (let i = 0; i < restored.length; i++) squares += (restored[i] - clean.data[i]) ** 2;
  return { ms, preview: Math.max(0, preview), psnr: -10 * Math.log10(squares / restored.length) };
}

/** In the page: ms of each round of the task `scoring` and what a round is, in GFLOP. */
async function scoring(kernel, rounds) {
  const run = window.engine.run('scoring', { kernel, patches: 8192, rounds }, {});
  await run.created;
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const begin = performance.now();
    run.step();
    while (run.state === 'running' || run.status.unit <= round)
      await new Promise((done) => setTimeout(done, 1));
    times.push(performance.now() - begin);
  }
  const { gflop } = run.status.metrics;
  run.stop();
  return { times, gflop };
}

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

console.error(counts ? 'BSD68 001, 006, 020' : 'crops of two sample photos (no data folder)');
await onEveryFlavour(
  { task: 'epll', inPage: [pictureFrom, restore, scoring] },
  async ({ browser, page, flavour, row }) => {
    const yardstick = async (kernel) => {
      const { times, gflop } = await page.evaluate(({ kernel, rounds }) => window.scoring(kernel, rounds), {
        kernel,
        rounds: rounds + 1,
      });
      return { seconds: median(times.slice(1)) / 1000, gflop }; // the first round warms up
    };
    const products = await yardstick('products');
    row('gemm', 'rate', products.gflop / products.seconds, 'GFLOP/s');
    const dense = await yardstick('dense');
    const scale = (PAPER_PASSES * PATCHES) / 8192;
    row('epll/dense/481x321/s25', 'time', dense.seconds * scale, 's');
    row('epll/dense/481x321/s25', 'flop', dense.gflop * scale, 'GFLOP');

    const wanted = option('methods')?.split(',');
    const all = JSON.parse(readFileSync(join(root, 'tests/bench/epll_methods.json'), 'utf8'));
    const methods = all.filter(({ name }) => !wanted || wanted.includes(name));
    const results = new Map(methods.map(({ name }) => [name, []]));
    for (const colour of [false, true]) {
      const memory = colour ? await peakMemory(browser) : undefined; // of everything in grey
      if (Number.isFinite(memory)) row('epll/481x321/s25', 'memory', memory, 'bytes');
      const these = methods.filter((method) => Boolean(method.colour) === colour);
      for (const file of these.length ? (colour || !counts ? photos : bsd68) : []) {
        await page.evaluate(
          async ({ base64, colour }) => {
            window.clean = await window.pictureFrom(base64, colour);
            const params = { sigma: 25, seed: 1 };
            const { outputs } = await window.engine.call('add_noise', params, { image: window.clean }, [
              'noisy',
            ]);
            window.noisy = outputs.noisy;
          },
          { base64: readFileSync(file).toString('base64'), colour },
        );
        for (const { name, params } of these) {
          const given = { sigma: 25, ...params };
          const runs = [];
          let spent = 0;
          do {
            runs.push(await page.evaluate((p) => window.restore(p), given));
            spent += runs.at(-1).ms;
          } while (runs.length < rounds && spent < ENOUGH);
          const result = {
            time: median(runs.map(({ ms }) => ms)) / 1000,
            preview: median(runs.map(({ preview }) => preview)) / 1000,
            psnr: runs[0].psnr,
          };
          results.get(name).push(result);
          console.error(
            `${flavour} ${name} ${file.split('/').pop()}: ${result.time.toFixed(3)} s, ${result.psnr.toFixed(2)} dB`,
          );
        }
      }
    }
    for (const { name, colour } of methods) {
      const label = `epll/${name}/481x321/s25${counts && !colour ? '' : '/photos'}`;
      const values = results.get(name);
      row(label, 'time', mean(values.map(({ time }) => time)), 's');
      const previews = values.map(({ preview }) => preview).filter((value) => value > 0);
      if (previews.length) row(label, 'preview', mean(previews), 's');
      row(label, 'psnr', mean(values.map(({ psnr }) => psnr)), 'dB');
    }
  },
);
