// Makes the card pictures of demos from the demos themselves: what two of their panels, or other canvases of theirs, show. Needs a built
// site: npm run build && node web/scripts/cards.mjs [ID ...], then npm run build again.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { findChromium } from '../../wasm/toolchain/needs.mjs';
import { serve } from '../../wasm/toolchain/serve.mjs';
import { root } from '../../wasm/toolchain/shell.mjs';

const LIMIT = 60_000; // bytes of one picture

/** id -> address, and when it is ready; canvases other than panels: which, how many, in how many columns. */
const cards = {
  deblur: {
    state: 'kernel=motion&size=15&angle=30&zoom=1.3&x=235&y=150',
    ...{ phase: 'done', canvases: '.compare-viewport canvas', count: 1, columns: 1 },
  },
  inpaint: {
    ...{ state: 'zoom=1.6&x=260&y=130', phase: 'done' },
    ...{ canvases: '.compare-viewport canvas', count: 1, columns: 1 },
  },
  superres: {
    ...{ state: 'scale=3&zoom=3&x=185&y=110', phase: 'done' },
    ...{ canvases: '.compare-viewport canvas', count: 1, columns: 1 },
  },
  gmm: { state: 'seed=3&at=27', phase: 'paused' },
  components: {
    ...{ state: 'sort=weight', ready: '[data-metric=weight]' },
    ...{ canvases: '.wall canvas', count: 20, columns: 5 },
  },
  explain: { state: 'x=256&y=160', ready: '.shares li' },
  mixture: { state: 'components=16&iterations=20', run: true, phase: 'done' },
  leaves: { state: 'texture=0.06', ready: '[data-metric=held-out] dd:text-matches("nats")' },
  priors: { state: 'published=false', ready: '.question', dark: true, canvases: '.scatter-canvas' },
  digits: { state: 'at=430&seed=3', phase: 'paused' },
  yourdigit: { state: 'digit=three', ready: '[data-model=nade][aria-current] td:not(:has(button))' },
  completion: { state: 'hide=top', phase: 'done' },
  order: { state: 'order=centre&pixel=310', ready: '[data-metric=seen] dd:text-matches("sees \\\\d")' },
  learn: { state: 'kind=nade&epochs=12', run: true, phase: 'done' },
  vae: { state: 'count=3000&epochs=60', run: true, phase: 'done', dark: true },
  kl: {
    state: 'q=1,-2.5,0.6',
    ready: '[data-metric=mean]',
    dark: true,
    canvases: '.density-canvas',
    columns: 1,
  },
  latent: { state: 'show=both', ready: '[data-metric=around]' },
  encode: { state: 'digit=two', phase: 'done' },
  continuous: {
    ...{ state: 'method=vae', phase: 'done', dark: true },
    ...{ canvases: '.plane-canvas', count: 1, columns: 1 },
  },
  ladder: {
    ...{ state: 'angle=60', phase: 'done', dark: true },
    ...{ canvases: '.panel:not(:first-child) .plane-canvas', count: 3, columns: 3 },
  },
};

const wanted = process.argv.slice(2).length ? process.argv.slice(2) : Object.keys(cards);
const { server, url } = await serve(join(root, 'dist'), { port: 0, host: '127.0.0.1' });
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});

/** In the page: some canvases side by side, in rows, as base64 of an encoded file no larger than the limit. */
const encodeInPage = async ({ limit, canvases, count, columns }) => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 400 });
  const context = canvas.getContext('2d');
  context.fillStyle = '#14171a';
  context.fillRect(0, 0, 640, 400);
  context.imageSmoothingEnabled = false;
  const panels = [...document.querySelectorAll(canvases)].slice(0, count);
  const gap = columns > 2 ? 10 : 20;
  const wide = (640 - 40 - gap * (columns - 1)) / columns;
  const rows = Math.ceil(panels.length / columns);
  panels.forEach((panel, i) => {
    const high = (panel.height * wide) / panel.width;
    const top = (400 - rows * (high + gap) + gap) / 2;
    const [x, y] = [20 + (i % columns) * (wide + gap), top + Math.floor(i / columns) * (high + gap)];
    context.drawImage(panel, x, y, wide, high);
  });
  for (let quality = 0.95; quality > 0.3; quality -= 0.05) {
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/webp', quality));
    if (blob.size > limit) continue;
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  }
  throw new Error('too large at any quality');
};

for (const id of wanted) {
  const {
    state,
    phase,
    ready,
    run,
    dark,
    canvases = '.stage .panels canvas',
    count = 2,
    columns = 2,
  } = cards[id];
  const colorScheme = dark ? 'dark' : 'light';
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme });
  await page.goto(`${url}#${id}?v=1&${state}`);
  const timeout = 300_000;
  if (run) {
    await page.locator('.verbs:not([data-phase=loading])').waitFor({ timeout });
    await page.locator('.verb-run').click();
  }
  await page
    .locator(phase ? `.verbs[data-phase=${phase}]` : ready)
    .first()
    .waitFor({ timeout });
  await page.waitForTimeout(1500); // the last pictures arrive after the last step
  const bytes = Buffer.from(
    await page.evaluate(encodeInPage, { limit: LIMIT, canvases, count, columns }),
    'base64',
  );
  const file = join(root, 'shared/images/posters', `${id}-card.webp`);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, bytes);
  console.log(`posters/${id}-card.webp`.padEnd(36), `${bytes.length} bytes`);
  await page.close();
}

await browser.close();
server.close();
