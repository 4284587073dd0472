// Makes the small pictures of the page: thumbnails of the sample photos, and posters (stored results shown before the
// engine has loaded) with their numbers. The posters are taken from the page itself, so that they are what the default run
// gives. Needs a built site: npm run build && node web/scripts/pictures.mjs [thumbs] [posters], then npm run build again.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { findChromium } from '../../wasm/toolchain/needs.mjs';
import { serve } from '../../wasm/toolchain/serve.mjs';
import { root } from '../../wasm/toolchain/shell.mjs';

const LIMIT = 60_000; // bytes of one picture
const images = join(root, 'shared/images');
const wanted = new Set(process.argv.slice(2).length ? process.argv.slice(2) : ['thumbs', 'posters']);

const { server, url } = await serve(join(root, 'dist'), { port: 0, host: '127.0.0.1' });
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});

function write(name, base64) {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > LIMIT) throw new Error(`${name} has ${bytes.length} bytes, more than ${LIMIT}`);
  const file = join(images, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, bytes);
  console.log(`${name.padEnd(36)} ${bytes.length} bytes`);
}

/** In the page: part of a picture at a size, as base64 of an encoded file no larger than the limit. */
const encodeInPage = async ({ source, type, width, height, limit }) => {
  const picture =
    typeof source === 'string' ? await createImageBitmap(await (await fetch(source)).blob()) : source;
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  const scale = Math.max(width / picture.width, height / picture.height);
  const [w, h] = [picture.width * scale, picture.height * scale];
  context.drawImage(picture, (width - w) / 2, (height - h) / 2, w, h);
  for (let quality = 0.92; quality > 0.3; quality -= 0.04) {
    const blob = await new Promise((done) => canvas.toBlob(done, type, quality));
    if (blob.size > limit) continue;
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  }
  throw new Error('too large at any quality');
};

if (wanted.has('thumbs')) {
  const page = await browser.newPage();
  await page.goto(url);
  const urls = JSON.parse((await import('node:fs')).readFileSync(join(root, 'build/images.json'), 'utf8'));
  for (const name of readdirSync(images).filter((it) => it.endsWith('.png'))) {
    const source = new URL(urls[name], url).href;
    write(
      `thumbs/${name.replace('.png', '.jpg')}`,
      await page.evaluate(encodeInPage, { source, type: 'image/jpeg', width: 128, height: 128, limit: 8000 }),
    );
  }
  await page.close();
}

if (wanted.has('posters')) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${url}#denoise`);
  await page.locator('.verbs[data-phase=done]').waitFor({ timeout: 300_000 });
  const metric = async (name) =>
    Number.parseFloat((await page.locator(`[data-metric=${name}] dd`).textContent()).replace(/^.*→/, ''));
  const psnr = await page.locator('[data-metric=psnr] dd').textContent();
  const numbers = {
    noisy_psnr: Number.parseFloat(psnr),
    psnr: await metric('psnr'),
    ssim: await metric('ssim'),
  };
  // What the stage shows, pixel by pixel.
  const layer = (side) =>
    page.evaluate(
      ({ side, limit, encode }) => {
        const { picture } = document.querySelector('compare-view').layers[side];
        return new Function(`return (${encode})`)()({
          source: picture,
          type: 'image/webp',
          width: picture.width,
          height: picture.height,
          limit,
        });
      },
      { side, limit: LIMIT, encode: encodeInPage.toString() },
    );
  const files = { noisy: 'posters/denoise-noisy.webp', restored: 'posters/denoise-restored.webp' };
  write(files.noisy, await layer(0));
  write(files.restored, await layer(1));
  writeFileSync(
    join(root, 'web/src/demos/denoise.poster.json'),
    `${JSON.stringify({ ...numbers, ...files, command: 'node web/scripts/pictures.mjs posters' }, null, 2)}\n`,
  );
  console.log(numbers);
  const card = await page.evaluate(
    async ({ limit }) => {
      const [before, after] = document.querySelector('compare-view').layers.map(({ picture }) => picture);
      const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 400 });
      const context = canvas.getContext('2d');
      const scale = Math.max(640 / before.width, 400 / before.height) * 1.05;
      const paint = (picture, from, to) => {
        context.save();
        context.beginPath();
        context.rect(from, 0, to - from, 400);
        context.clip();
        context.drawImage(
          picture,
          320 - (picture.width * scale) / 2,
          200 - (picture.height * scale) / 2,
          picture.width * scale,
          picture.height * scale,
        );
        context.restore();
      };
      paint(before, 0, 300);
      paint(after, 300, 640);
      context.fillStyle = '#fff';
      context.fillRect(299, 0, 2, 400);
      for (let quality = 0.9; quality > 0.3; quality -= 0.04) {
        const blob = await new Promise((done) => canvas.toBlob(done, 'image/webp', quality));
        if (blob.size > limit) continue;
        return btoa(
          Array.from(new Uint8Array(await blob.arrayBuffer()), (byte) => String.fromCharCode(byte)).join(''),
        );
      }
    },
    { limit: LIMIT },
  );
  write('posters/denoise-card.webp', card);
}

await browser.close();
server.close();
