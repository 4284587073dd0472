// Speed of variational autoencoders in the browser, flavour by flavour: digits decoded per second, a digit and a sheet of
// 20 x 20 digits from the question to the pixels on a canvas, and in the demo from a move of the pointer to them: npm run build &&
// node tests/bench/bench_vae_browser.mjs [--flavours simd,pool] [--models vae2,vae50] [--rounds 5]
import { median, onEveryFlavour, option, workedSeconds } from './browser.mjs';

const rounds = Number(option('rounds', 5));
const models = option('models', 'vae2,vae50').split(',');

/** In the page: ms of decoding 4096 digits, times but the first. */
async function decoded(engine, model, rounds) {
  const times = [];
  for (let i = 0; i <= 4 * rounds; i++) {
    const begin = performance.now();
    await engine.call('vae_decode', { model, count: 4096, seed: i }, {}, ['z']); // all are decoded, none is sent
    times.push(performance.now() - begin);
  }
  return times.slice(1);
}

/** In the page: ms from points of the latent space to their digits on a canvas, as the page paints them. */
async function shown(engine, model, cells, rounds) {
  const { outputs } = await engine.call('vae_decode', { model, count: 1 }, {}, ['z']);
  const latents = outputs.z.shape[1];
  const wide = 28 * cells;
  const canvas = Object.assign(document.createElement('canvas'), { width: wide, height: wide });
  const context = canvas.getContext('2d');
  const image = new ImageData(wide, wide);
  const pixels = new Uint32Array(image.data.buffer);
  const times = [];
  for (let i = 0; i <= 20 * rounds; i++) {
    const begin = performance.now();
    const data = Float32Array.from({ length: cells * cells * latents }, (_, k) => Math.sin(i + k));
    const z = { dtype: 'f32', shape: [cells * cells, latents], data };
    const { outputs } = await engine.call('vae_decode', { model }, { z }, ['probabilities']);
    const values = outputs.probabilities.data;
    for (let k = 0, from = 0; k < cells * cells; k++)
      for (let y = 0; y < 28; y++) {
        const at = (Math.floor(k / cells) * 28 + y) * wide + (k % cells) * 28;
        for (let x = 0; x < 28; x++)
          pixels[at + x] = 0xff000000 | (((values[from++] * 255 + 0.5) | 0) * 0x010101);
      }
    context.putImageData(image, 0, 0);
    times.push(performance.now() - begin);
  }
  return times.slice(1);
}

/** ms from each move of the pointer that drags the point in the demo to its digit on the canvas. */
async function dragged(browser, url, rounds) {
  const page = await browser.newPage();
  await page.goto(`${url}#latent`);
  await page.locator('.facts-line', { hasText: /400 in/ }).waitFor();
  await page.evaluate(() => {
    window.times = [];
    let moved;
    addEventListener('pointermove', () => (moved ??= performance.now()), { capture: true });
    const context = document.querySelector('.patch-side canvas').getContext('2d');
    const put = context.putImageData.bind(context);
    context.putImageData = (...what) => {
      put(...what);
      if (moved !== undefined) window.times.push(performance.now() - moved);
      moved = undefined;
    };
  });
  const box = await page.locator('.plane').boundingBox();
  await page.mouse.move(box.x + 40, box.y + 40);
  await page.mouse.down();
  for (let i = 0; i < 20 * rounds; i++) {
    await page.mouse.move(
      box.x + 40 + ((7 * i) % (box.width - 80)),
      box.y + 40 + ((5 * i) % (box.height - 80)),
    );
    await page.waitForTimeout(25);
  }
  await page.mouse.up();
  const times = await page.evaluate(() => window.times);
  await page.close();
  return times;
}

await onEveryFlavour(
  { task: 'vae_decode', inPage: [decoded, shown] },
  async ({ browser, page, url, flavour, row }) => {
    for (const model of models) {
      const before = await workedSeconds(browser);
      const times = await page.evaluate(
        ([model, rounds]) => window.decoded(window.engine, model, rounds),
        [model, rounds],
      );
      const worked = (await workedSeconds(browser)) - before;
      row(`vae_decode/${model}`, 'digits', 4096 / (median(times) / 1000), '1/s');
      row(`vae_decode/${model}`, 'digits per core', (4096 * (times.length + 1)) / worked, '1/s');
      for (const [name, cells] of [
        ['a digit', 1],
        ['sheet 20x20', 20],
      ]) {
        const times = await page.evaluate(
          ([model, cells, rounds]) => window.shown(window.engine, model, cells, rounds),
          [model, cells, rounds],
        );
        row(`vae_decode/${model}/${name}`, 'to pixels', median(times), 'ms');
      }
    }
    // The page takes the flavour that suits it: with threads where it is isolated, else the pool.
    if (flavour === 'relaxed-mt' || flavour === 'pool')
      row('latent/drag', 'to pixels', median(await dragged(browser, url, rounds)), 'ms');
  },
);
