// Drawing digits in the browser: digits per second by each shipped model, and the seconds of a completion (the lower
// half of a digit given, 256 particles), in Chromium on every flavour and the pool. Median of the rounds, from asking to
// its end, after one that warms up; what is asked for is the likelihoods alone, so that nothing else is copied.
//
//   node tests/bench/bench_digits_browser.mjs [--rounds N] [--flavours simd,...,pool]
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { serve } from '../../wasm/toolchain/serve.mjs';
import { launchOptions, option } from './browser.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const rounds = Number(option('rounds', 3));
const flavours = option('flavours', 'simd,relaxed,simd-mt,relaxed-mt,pool').split(',');
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

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

const started = await Promise.all(
  [true, false].map((isolation) =>
    serve(join(root, 'dist'), { port: isolation ? 4182 : 4282, host: '127.0.0.1', isolation }),
  ),
);
const browser = await chromium.launch(launchOptions());
try {
  for (const flavour of flavours) {
    const page = await browser.newPage();
    const { url } = started[flavour === 'pool' ? 1 : 0];
    await page.goto(`${url}lib/engine.js`);
    for (const body of [times, halfDigit]) await page.evaluate(`window.${body.name} = ${body.toString()}; 0`);
    const threads = await page.evaluate(
      async ({ address, chosen }) => {
        window.engine = (await import(address)).createEngine(chosen);
        const { threads } = await window.engine.start('digits');
        window.half = await window.halfDigit(window.engine);
        return threads;
      },
      { address: `${url}lib/engine.js`, chosen: flavour === 'pool' ? {} : { flavour } },
    );
    const row = (name, metric, value, unit) => {
      console.error(`${flavour}, threads ${threads}: ${name} ${value.toPrecision(4)} ${unit}`);
      console.log(JSON.stringify({ name, flavour, threads, metric, value, unit }));
    };
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
    await page.close();
  }
} finally {
  await browser.close();
  for (const { server } of started) server.close();
}
