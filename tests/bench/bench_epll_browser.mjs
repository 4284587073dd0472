// EPLL in the browser: the built site's engine in Chromium, every flavour on the pictures and with the noise of
// bench_epll.cpp, the native twin. Rows: "time", the mean over the pictures of the median round, from asking for a run to
// its end; "preview", from the same moment to the first pixels of a picture under way; "psnr".
//
//   node tests/bench/bench_epll_browser.mjs [--data DIR] [--rounds N] [--flavours simd,simd-mt,...]
//
// With the data folder the pictures are BSD68 001, 006 and 020 (these figures count), else 481x321 crops of two sample
// photos. Noise: sigma 25, added by the task add_noise with seed 1, so every flavour restores the same pictures.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { serve } from '../../wasm/toolchain/serve.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const option = (name, otherwise) => {
  const place = process.argv.indexOf(`--${name}`);
  return place < 0 ? otherwise : process.argv[place + 1];
};
const rounds = Number(option('rounds', 3));
const flavours = option('flavours', 'simd,relaxed,simd-mt,relaxed-mt').split(',');
const data = option('data');

const bsd68 = data ? ['001', '006', '020'].map((id) => join(data, 'bsd68', `test${id}.png`)) : [];
const counts = bsd68.length > 0 && bsd68.every(existsSync);
const files = counts ? bsd68 : ['camera.png', 'coffee.png'].map((name) => join(root, 'shared/images', name));

/** In the page: a grey 481x321 picture (its luma, cut from the middle) as the engine's input. */
async function pictureFrom(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const [width, height] = bitmap.width >= bitmap.height ? [481, 321] : [321, 481];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  context.drawImage(
    bitmap,
    -Math.floor((bitmap.width - width) / 2),
    -Math.floor((bitmap.height - height) / 2),
  );
  const rgba = context.getImageData(0, 0, width, height).data;
  const grey = new Float32Array(width * height);
  for (let i = 0; i < grey.length; i++)
    grey[i] = Math.round(0.299 * rgba[4 * i] + 0.587 * rgba[4 * i + 1] + 0.114 * rgba[4 * i + 2]) / 255;
  return { dtype: 'f32', shape: [1, height, width], data: grey };
}

/** In the page: one restoration. */
async function restore() {
  const { engine, noisy, clean } = window;
  const begin = performance.now();
  const run = engine.run('epll', { sigma: 25 }, { image: noisy, clean });
  let preview = 0;
  const ended = run.watch(() => {
    if (preview || run.status.progress <= 0) return;
    preview = -1;
    void run.output('restored', { as: 'rgba8', scale: 2 }).then(() => (preview = performance.now() - begin));
  });
  run.play();
  const { metrics } = await run.finished;
  ended();
  const ms = performance.now() - begin;
  run.stop();
  return { ms, preview, psnr: metrics.psnr };
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

const { server, url } = await serve(join(root, 'dist'), { port: 4180, host: '127.0.0.1' });
const browser = await chromium.launch({
  executablePath: process.env.PRIORLAB_CHROMIUM || undefined,
  args: [
    ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ],
});
try {
  console.error(counts ? 'BSD68 001, 006, 020' : 'crops of two sample photos (no data folder)');
  for (const flavour of flavours) {
    const page = await browser.newPage();
    await page.goto(`${url}lib/engine.js`);
    await page.evaluate(`window.pictureFrom = ${pictureFrom}; window.restore = ${restore}; 0`);
    const threads = await page.evaluate(
      async ({ address, flavour }) => {
        window.engine = (await import(address)).createEngine({ flavour });
        return (await window.engine.start()).threads;
      },
      { address: `${url}lib/engine.js`, flavour },
    );
    const times = [];
    const previews = [];
    const psnrs = [];
    for (const file of files) {
      await page.evaluate(async (base64) => {
        window.clean = await window.pictureFrom(base64);
        const params = { sigma: 25, seed: 1 };
        const { outputs } = await window.engine.call('add_noise', params, { image: window.clean }, ['noisy']);
        window.noisy = outputs.noisy;
      }, readFileSync(file).toString('base64'));
      const results = [];
      for (let round = 0; round < rounds; round++) results.push(await page.evaluate(() => window.restore()));
      const time = median(results.map((r) => r.ms)) / 1000;
      times.push(time);
      psnrs.push(results[0].psnr);
      previews.push(median(results.map((r) => r.preview)) / 1000);
      console.error(
        `${flavour} ${file.split('/').pop()}: ${time.toFixed(2)} s, ${results[0].psnr.toFixed(2)} dB`,
      );
    }
    const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
    const row = { name: `epll/exact/481x321/s25${counts ? '' : '/photos'}`, flavour, threads };
    console.log(JSON.stringify({ ...row, metric: 'time', value: mean(times), unit: 's' }));
    console.log(JSON.stringify({ ...row, metric: 'preview', value: mean(previews), unit: 's' }));
    console.log(JSON.stringify({ ...row, metric: 'psnr', value: mean(psnrs), unit: 'dB' }));
    await page.close();
  }
} finally {
  await browser.close();
  server.close();
}
