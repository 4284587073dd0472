// Drawing digits in the browser: digits per second by each shipped model, and the seconds of a completion (the lower
// half of a digit given, 256 particles), in Chromium on every flavour and the pool. Median of the rounds, from asking to
// its end, after one that warms up; what is asked for is the likelihoods alone, so that nothing else is copied.
//
//   node tests/bench/bench_digits_browser.mjs [--rounds N] [--flavours simd,...,pool]
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { median, onEveryFlavour, option, root } from './browser.mjs';

const rounds = Number(option('rounds', 3));
const { models } = JSON.parse(readFileSync(join(root, 'shared/models/manifest.json'), 'utf8'));
const names = Object.keys(models).filter((name) => models[name].family === 'autoregressive');
const DIGITS = 2048;

/** In the page: ms of each run of a task from being asked for to its end, but the first. */
async function times(engine, id, params, inputs, rounds) {
  const all = [];
  for (let round = 0; round <= rounds; round++) {
    const begin = performance.now();
    const run = engine.run(id, params, inputs);
    run.play();
    await run.finished;
    all.push(performance.now() - begin);
    run.stop();
  }
  return all.slice(1);
}

/** In the page: a digit of NADE and the mask that gives its lower half. */
async function halfDigit(engine) {
  const { outputs } = await engine.call('digits', { model: 'nade', count: 1 }, {}, ['samples']);
  const { data } = outputs.samples;
  return {
    digit: { dtype: 'f32', shape: [28, 28], data },
    mask: { dtype: 'f32', shape: [28, 28], data: data.map((_, i) => (i < 392 ? 0 : 1)) },
  };
}

await onEveryFlavour({ task: 'digits', inPage: [times, halfDigit] }, async ({ page, row }) => {
  await page.evaluate(async () => void (window.half = await window.halfDigit(window.engine)));
  for (const name of names) {
    const ms = await page.evaluate(
      ({ params, rounds }) => window.times(window.engine, 'digits', params, {}, rounds),
      { params: { model: name, count: DIGITS }, rounds },
    );
    row(`digits/${name}`, 'rate', (1000 * DIGITS) / median(ms), 'digits/s');
  }
  for (const method of ['smc', 'naive']) {
    const ms = await page.evaluate(
      ({ params, rounds }) => window.times(window.engine, 'digit_complete', params, window.half, rounds),
      { params: { model: 'nade', method }, rounds },
    );
    row(`complete/nade/${method}`, 'time', median(ms) / 1000, 's');
  }
});
