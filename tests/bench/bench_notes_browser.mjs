// How long a chapter of notes with four figures takes (tests/notes), from a plain static server with an empty cache: until
// the first poster is seen and until all four can be used, each in a window that shows them all at once.
// node tests/bench/bench_notes_browser.mjs [--rounds 5]
import { chromium } from '@playwright/test';
import { host } from '../matrix/hosts.mjs';
import { launchOptions, median, option } from './browser.mjs';

/** In the page, before anything of it: notes the times, ms since the navigation began. */
function watch() {
  window.times = {};
  const look = (now) => {
    const labs = [...document.querySelectorAll('prior-lab')];
    const posters = labs.map((it) => it.shadowRoot?.querySelector('.poster img'));
    if (posters.some((it) => it?.complete && it.naturalWidth)) window.times.poster ??= now;
    // In use: the demo is there, its engine runs, and it has shown what it computed, or could be told to.
    const usable = (it) => {
      const phase = it.shadowRoot?.querySelector('.verbs')?.dataset.phase;
      return phase
        ? phase !== 'loading'
        : /^SIMD/.test(it.shadowRoot?.querySelector('.facts-line')?.textContent);
    };
    labs.forEach((it) => usable(it) && (window.times[it.getAttribute('demo')] ??= now));
    if (!labs.length || !labs.every(usable)) requestAnimationFrame(look);
    else window.times.all = now;
  };
  requestAnimationFrame(look);
}

const notes = await host('tests/notes');
const browser = await chromium.launch(launchOptions());
const found = [];
let threads = 1; // workers of the pool
try {
  for (let i = 0; i < Number(option('rounds', 5)); i++) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 4000 } });
    const page = await context.newPage();
    await page.addInitScript(watch);
    await page.goto(`${notes.here}notes/`);
    await page.waitForFunction(() => window.times.all !== undefined);
    found.push(await page.evaluate(() => window.times));
    const foot = await page.locator('prior-lab .facts-line').first().innerText();
    threads = Number(/(\d+) workers/.exec(foot)?.[1] ?? 1);
    await context.close();
  }
} finally {
  await browser.close();
  notes.end();
}
for (const name of ['poster', 'denoise', 'gmm', 'digits', 'latent', 'all']) {
  const seconds = found.map((it) => it[name] / 1000);
  console.error(`${name}: ${seconds.map((it) => it.toFixed(2)).join(', ')} s`);
  const row = { name: `notes/${name}`, flavour: 'pool', threads, metric: 'time', value: median(seconds) };
  console.log(JSON.stringify({ ...row, unit: 's' }));
}
