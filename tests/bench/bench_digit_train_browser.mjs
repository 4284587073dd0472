// Learning digits in the browser: seconds that an epoch of 10,000 digits of 28x28 pixels takes, mini-batches of 100, in
// Chromium on every flavour and the pool. The digits are drawn from the Markov chain that ships (time depends on how many
// pixels are on, not on what they show). Median of the epochs after the first, which warms up.
//
//   node tests/bench/bench_digit_train_browser.mjs [--rounds EPOCHS] [--flavours simd,...,pool]
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { serve } from '../../wasm/toolchain/serve.mjs';
import { launchOptions, option } from './browser.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const epochs = Number(option('rounds', 3)) + 1;
const flavours = option('flavours', 'simd,relaxed,simd-mt,relaxed-mt,pool').split(',');
const kinds = [
  { name: 'fvsbn', params: { kind: 'fvsbn' } },
  { name: 'nade-64', params: { kind: 'nade', hidden: 64 } },
  { name: 'made-64', params: { kind: 'made', hidden: 64 } },
];

/** In the page: 10,000 digits of the Markov chain as the engine's input. */
async function digits(engine) {
  const data = new Float32Array(10000 * 784);
  for (let first = 0; first < 10000; first += 2500) {
    const { outputs } = await engine.call('digits', { model: 'markov', count: 2500, first }, {}, ['samples']);
    data.set(outputs.samples.data, first * 784);
  }
  return { dtype: 'f32', shape: [10000, 28, 28], data };
}

/** In the page: ms of each epoch but the first. */
async function epochTimes(engine, input, params, epochs) {
  const run = engine.run('digit_train', { ...params, batch: 100, epochs }, { digits: input });
  await run.created;
  const times = [];
  let begin = performance.now();
  let done = 0;
  const ended = run.watch(() => {
    const epoch = Math.floor(run.status.metrics?.epoch ?? 0);
    if (epoch <= done) return;
    const now = performance.now();
    times.push((now - begin) / (epoch - done));
    [begin, done] = [now, epoch];
  });
  run.play();
  await run.finished;
  ended();
  run.stop();
  return times.slice(1);
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

const started = await Promise.all(
  [true, false].map((isolation) =>
    serve(join(root, 'dist'), { port: isolation ? 4181 : 4281, host: '127.0.0.1', isolation }),
  ),
);
const browser = await chromium.launch(launchOptions());
try {
  for (const flavour of flavours) {
    const page = await browser.newPage();
    const { url } = started[flavour === 'pool' ? 1 : 0];
    await page.goto(`${url}lib/engine.js`);
    for (const body of [digits, epochTimes])
      await page.evaluate(`window.${body.name} = ${body.toString()}; 0`);
    const threads = await page.evaluate(
      async ({ address, chosen }) => {
        window.engine = (await import(address)).createEngine(chosen);
        const { threads } = await window.engine.start('digits');
        window.input = await window.digits(window.engine);
        return threads;
      },
      { address: `${url}lib/engine.js`, chosen: flavour === 'pool' ? {} : { flavour } },
    );
    for (const { name, params } of kinds) {
      const times = await page.evaluate(
        ({ params, epochs }) => window.epochTimes(window.engine, window.input, params, epochs),
        { params, epochs },
      );
      const value = median(times) / 1000;
      console.error(`${flavour} ${name}: ${value.toFixed(2)} s per epoch`);
      console.log(
        JSON.stringify({
          name: `digit_train/${name}/10000`,
          flavour,
          threads,
          metric: 'epoch',
          value,
          unit: 's',
        }),
      );
    }
    await page.close();
  }
} finally {
  await browser.close();
  for (const { server } of started) server.close();
}
