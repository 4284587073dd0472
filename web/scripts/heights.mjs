// Measures how high every demo is as a figure, by width, with all of its controls and with none, with text of 16 and of 20 px: src/element/heights.json,
// by which <prior-lab> keeps room. Needs a built site: npm run build && node web/scripts/heights.mjs [ID ...], then npm run
// build again.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { findChromium } from '../../wasm/toolchain/needs.mjs';
import { serve } from '../../wasm/toolchain/serve.mjs';
import { root } from '../../wasm/toolchain/shell.mjs';

const file = join(root, 'web/src/element/heights.json');
const widths = [288, 360, 480, 640, 844, 846, 1100];

const { server, url } = await serve(join(root, 'dist'), { port: 4200, host: '127.0.0.1' });
const browser = await chromium.launch({
  executablePath: process.env.PRIORLAB_CHROMIUM ?? findChromium(),
  args: process.getuid?.() === 0 ? ['--no-sandbox', '--disable-gpu'] : ['--disable-gpu'],
});
const known = JSON.parse(readFileSync(file, 'utf8')).demos ?? {};
const context = await browser.newContext({
  viewport: { width: 1200, height: 900 },
  reducedMotion: 'reduce', // nothing runs without end
});
const page = await context.newPage();
await page.goto(`${url}embed.html?demo=none`);
const listed = await page.evaluate(() => document.querySelector('prior-lab').shadowRoot.textContent);
const ids = listed.match(/There are: (.*)\./)[1].split(', ');
const wanted = process.argv.slice(2);
const demos = {};
for (const id of ids) {
  if (wanted.length && !wanted.includes(id)) {
    if (known[id]) demos[id] = known[id];
    continue;
  }
  await page.goto(`${url}embed.html?demo=${id}`);
  demos[id] = await page.evaluate(async (widths) => {
    const element = document.querySelector('prior-lab');
    await element.ready;
    const verbs = () => element.shadowRoot.querySelector('.verbs')?.dataset.phase;
    const end = performance.now() + 20_000;
    const rest = (ms) => new Promise((go) => setTimeout(go, ms));
    await rest(3000);
    while (['loading', 'running'].includes(verbs()) && performance.now() < end) await rest(100);
    if (['idle', 'paused'].includes(verbs())) {
      void element.run(); // what a run shows, too; a long one as far as it comes
      const later = performance.now() + 8000;
      await rest(1000);
      while (verbs() === 'running' && performance.now() < later) await rest(100);
      element.pause();
    }
    const found = { all: [], bare: [], source: [] };
    const { shadowRoot } = element;
    const put = (name, i, value) => (found[name][i] ??= []).push(Math.ceil(value));
    for (const [i, size] of [16, 20].entries()) {
      element.style.fontSize = `${size}px`;
      document.body.className = `text-${size}`; // the element looks at the page again
      for (const [name, controls] of [
        ['all', null],
        ['bare', ''],
      ]) {
        element.controls = controls;
        for (const width of widths) {
          document.body.style.width = `${width}px`;
          await rest(120);
          put(name, i, shadowRoot.querySelector('.guest').offsetHeight);
          const source = shadowRoot.querySelector('.source');
          if (name === 'all') put('source', i, source ? source.offsetHeight + 20 : 0);
        }
      }
    }
    return found;
  }, widths);
  console.log(id, JSON.stringify(demos[id]));
}
await browser.close();
server.close();
const lines = Object.entries(demos).map(([id, it]) => `  ${JSON.stringify(id)}: ${JSON.stringify(it)}`);
writeFileSync(file, `{\n "widths": ${JSON.stringify(widths)},\n "demos": {\n${lines.join(',\n')}\n }\n}\n`);
