// A large colour photo through the page as a user would: the file is given, quality fast runs to its end. Rows: "time"
// from Run to the end, "memory", the peak of the page's process with everything that the page holds.
//
//   node tests/bench/bench_photo_browser.mjs [--megapixels 12] [--isolation both|yes|no]
//
// The photo: a sample picture, mirrored and enlarged threefold to 4:3, white noise of sigma 15 added, JPEG 95.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { launchOptions, option, peakMemory, root, serveBoth } from './browser.mjs';

const megapixels = Number(option('megapixels', 12));
const width = Math.round(Math.sqrt((megapixels * 4e6) / 3)),
  height = Math.round(width * 0.75);

/** In a page: the photo's file in base64. */
async function makePhoto({ base64, width, height }) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  const [w, h] = [3 * bitmap.width, 3 * bitmap.height];
  for (let y = 0; y * h < height; y++)
    for (let x = 0; x * w < width; x++) {
      const [sx, sy] = [x % 2 ? -1 : 1, y % 2 ? -1 : 1];
      context.setTransform(sx, 0, 0, sy, (x + (sx < 0)) * w, (y + (sy < 0)) * h);
      context.drawImage(bitmap, 0, 0, w, h);
    }
  const picture = context.getImageData(0, 0, width, height);
  let state = 1;
  const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const normal = () => uniform() + uniform() + uniform() + uniform() - 2; // variance 1/3
  for (let i = 0; i < picture.data.length; i++)
    if (i % 4 < 3) picture.data[i] += 15 * Math.sqrt(3) * normal();
  context.putImageData(picture, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 });
  const reader = new FileReader();
  await new Promise((done) => ((reader.onload = done), reader.readAsDataURL(blob)));
  return reader.result.split(',')[1];
}

const photo = await (async () => {
  const browser = await chromium.launch(launchOptions());
  try {
    const page = await browser.newPage();
    const base64 = readFileSync(join(root, 'shared/images/coffee.png')).toString('base64');
    return Buffer.from(await page.evaluate(makePhoto, { base64, width, height }), 'base64');
  } finally {
    await browser.close();
  }
})();

const site = await serveBoth();
for (const isolation of [true, false]) {
  if (option('isolation', 'both') === (isolation ? 'no' : 'yes')) continue;
  const url = isolation ? site.isolated : site.plain;
  const browser = await chromium.launch(launchOptions());
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(600_000);
    const phase = (name) => page.locator(`.verbs[data-phase=${name}]`).waitFor();
    await page.goto(`${url}#denoise?v=1&quality=fast&sigma=15&image=chelsea`);
    await phase('done');
    await page
      .locator('.file-input')
      .setInputFiles({ name: 'big.jpg', mimeType: 'image/jpeg', buffer: photo });
    const given = performance.now();
    await page.waitForFunction(() => document.querySelector('.verbs')?.dataset.phase !== 'done');
    const begun = performance.now();
    await phase('done');
    const seconds = (performance.now() - begun) / 1000;
    console.error(
      `decoded after ${((begun - given) / 1000).toFixed(1)} s, done ${seconds.toFixed(1)} s later`,
    );
    const name = `epll/fast/${width}x${height}/colour/page`;
    const row = (metric, value, unit) =>
      console.log(
        JSON.stringify({ name, flavour: isolation ? 'isolated' : 'pool', threads: 2, metric, value, unit }),
      );
    row('time', seconds, 's');
    const memory = await peakMemory(browser);
    if (memory) row('memory', memory, 'bytes');
  } finally {
    await browser.close();
  }
}
site.end();
