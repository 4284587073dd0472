// The patch lab in the browser, in Chromium on every flavour and the pool: patches of 8x8 pixels that `gmm` draws in a
// second (sheets of 4096, outputs taken; per flavour on one thread and on all), and seconds that an iteration of `gmm_learn`
// takes on 100,000 patches of 8x8 pixels of a sample photo with 32 components. Medians; the first of each warms up.
//
//   node tests/bench/bench_patch_lab_browser.mjs [--rounds N] [--flavours simd,...,pool]
import { readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { serve } from '../../wasm/toolchain/serve.mjs';
import { launchOptions, option } from './browser.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const rounds = Number(option('rounds', 5)) + 1;
const flavours = option('flavours', 'simd,relaxed,simd-mt,relaxed-mt,pool').split(',');
const photo = readdirSync(join(root, 'dist/images')).find((name) => /^camera\.\w+\.png$/.test(name));
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** In the page: ms of each sheet but the first. */
async function sheets(engine, component, rounds) {
  const times = [];
  for (let i = 0; i < rounds * 8; i++) {
    const begin = performance.now();
    await engine.call('gmm', { component, count: 4096, first: 4096 * i }, {}, ['patches']);
    times.push(performance.now() - begin);
  }
  return times.slice(8);
}

/** In the page: ms of each iteration but the first, on 100,000 patches of a grey photo. */
async function iterations(engine, address, rounds) {
  const photo = await createImageBitmap(await (await fetch(address)).blob());
  const { width, height } = photo;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  context.drawImage(photo, 0, 0);
  const { data: bytes } = context.getImageData(0, 0, width, height);
  const data = Float32Array.from({ length: width * height }, (_, i) => bytes[4 * i] / 255);
  const image = { dtype: 'f32', shape: [1, height, width], data };
  const params = {
    components: 32,
    patch: 8,
    count: 125000,
    held_out: 0.2,
    iterations: rounds,
  };
  const run = engine.run('gmm_learn', params, { image });
  await run.created;
  if (run.status.metrics.patches !== 100000) throw new Error(`${run.status.metrics.patches} patches`);
  const times = [];
  let begin = performance.now();
  let done = 0;
  const ended = run.watch(() => {
    if (run.status.unit <= done) return;
    const now = performance.now();
    times.push((now - begin) / (run.status.unit - done));
    [begin, done] = [now, run.status.unit];
  });
  run.play();
  await run.finished;
  ended();
  run.stop();
  return times.slice(1);
}

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
    for (const body of [sheets, iterations])
      await page.evaluate(`window.${body.name} = ${body.toString()}; 0`);
    const threads = await page.evaluate(
      async ({ address, chosen }) => {
        window.engine = (await import(address)).createEngine(chosen);
        return (await window.engine.start('gmm')).threads;
      },
      { address: `${url}lib/engine.js`, chosen: flavour === 'pool' ? {} : { flavour } },
    );
    const tell = (name, metric, value, unit) => {
      console.error(`${flavour}, ${threads} threads, ${name}: ${value.toFixed(2)} ${unit}`);
      console.log(JSON.stringify({ name, flavour, threads, metric, value, unit }));
    };
    for (const [name, component] of [
      ['by weight', -1],
      ['one component', 0],
    ]) {
      const times = await page.evaluate(
        ({ component, rounds }) => window.sheets(window.engine, component, rounds),
        { component, rounds },
      );
      tell(`gmm/8x8/${name}`, 'patches', 4096 / (median(times) / 1000), '1/s');
    }
    const times = await page.evaluate(
      ({ address, rounds }) => window.iterations(window.engine, address, rounds),
      {
        address: `${url}images/${photo}`,
        rounds,
      },
    );
    tell('gmm_learn/100000/8x8/32', 'iteration', median(times) / 1000, 's');
    await page.close();
  }
} finally {
  await browser.close();
  for (const { server } of started) server.close();
}
