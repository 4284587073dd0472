// The patch lab in the browser, in Chromium on every flavour and the pool: patches of 8x8 pixels that `gmm` draws in a
// second (sheets of 4096, outputs taken; per flavour on one thread and on all), and seconds that an iteration of `gmm_learn`
// takes on 100,000 patches of 8x8 pixels of a sample photo with 32 components. Medians; the first of each warms up.
//
//   node tests/bench/bench_patch_lab_browser.mjs [--rounds N] [--flavours simd,...,pool]
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { median, onEveryFlavour, option, root } from './browser.mjs';

const rounds = Number(option('rounds', 5)) + 1;
const photo = readdirSync(join(root, 'dist/images')).find((name) => /^camera\.\w+\.png$/.test(name));
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

await onEveryFlavour({ task: 'gmm', inPage: [sheets, iterations] }, async ({ page, url, row }) => {
  for (const [name, component] of [
    ['by weight', -1],
    ['one component', 0],
  ]) {
    const times = await page.evaluate(
      ({ component, rounds }) => window.sheets(window.engine, component, rounds),
      { component, rounds },
    );
    row(`gmm/8x8/${name}`, 'patches', 4096 / (median(times) / 1000), '1/s');
  }
  const times = await page.evaluate(
    ({ address, rounds }) => window.iterations(window.engine, address, rounds),
    { address: `${url}images/${photo}`, rounds },
  );
  row('gmm_learn/100000/8x8/32', 'iteration', median(times) / 1000, 's');
});
