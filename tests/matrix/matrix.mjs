// The isolation matrix: a demo in every place where it may stand, on hosts of every kind, in three browsers. Each cell
// restores the same picture; the table says by which path. `npm test -- matrix` runs it and writes the table into
// web/docs/isolation.md; PRIORLAB_MATRIX=firefox runs the named browsers only.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../wasm/toolchain/shell.mjs';
import { openChromium } from './chromium.mjs';
import { openFirefox } from './firefox.mjs';
import { host, page } from './hosts.mjs';
import { until } from './process.mjs';
import { openWebKit } from './webkit.mjs';

const state = 'half=true&quality=fast';
/** PSNR of the restored picture in dB, as the foot of the demo and the native command line have it. */
const KNOWN = 34.6;
const TOLERANCE = 0.02;

const element = '<prior-lab demo="denoise" half="true" quality="fast"></prior-lab>';
const frame = (site, more) =>
  `<iframe src="${site}embed.html?demo=denoise&${state}${more}" title="Denoise" width="900" height="900" ` +
  'allow="cross-origin-isolated"></iframe>';
const script = (site) => `<script type="module" src="${site}lib/prior-lab.js"></script>`;

/** Places: [title, address below the host, in a frame?]. */
const places = {
  top: ['its own page', `site/?MORE#denoise?v=1&${state}`, false],
  frame: ['iframe, same origin', 'notes/frameMORE.html', true],
  frame_other: ['iframe, other origin', 'notes/frame_otherMORE.html', true],
  element: ['element in a plain page', 'notes/element.html', false],
  element_other: ['element, script from another origin', 'notes/element_other.html', false],
};
/** Hosts: what they are called, and how they serve. */
const hosts = {
  plain: ['sends no headers', { isolation: false }, 'sw=off'],
  isolated: ['sends COOP + COEP', { isolation: true }, 'sw=off'],
  worker: ['service worker, second visit', { isolation: false }, ''],
};
export const openers = { chromium: openChromium, firefox: openFirefox, webkit: openWebKit };

const isolatedCells = ['top isolated', 'frame isolated', 'frame_other isolated', 'element isolated'];
/**
 * Cells with threads. Frames of pages that are not isolated have them in Chromium alone, by Document-Isolation-Policy; an
 * element from another origin has them nowhere, as they would be workers from there, which browsers refuse; and
 * WebKitGTK has no SharedArrayBuffer.
 */
const threaded = {
  chromium: [...isolatedCells, 'top worker', 'frame worker', 'frame_other worker'],
  firefox: [...isolatedCells, 'top worker'],
  webkit: [],
};

const pagesOf = (here, there) => ({
  'frame.html': page(frame(here, '')),
  'framesw=off.html': page(frame(here, '&sw=off')),
  'frame_other.html': page(frame(there, '')),
  'frame_othersw=off.html': page(frame(there, '&sw=off')),
  'element.html': page(element, script(here)),
  'element_other.html': page(element, script(there)),
});

/** In the page: what the demo shows, wherever it stands. */
const look = `(() => {
  const roots = [document];
  for (const root of roots)
    for (const it of root.querySelectorAll('*')) if (it.shadowRoot) roots.push(it.shadowRoot);
  const find = (selector) => roots.map((root) => root.querySelector(selector)).find(Boolean);
  return {
    phase: find('.verbs')?.dataset.phase,
    engine: find('.facts-line')?.textContent,
    psnr: find('[data-metric=psnr] dd')?.textContent,
    notices: find('.notices')?.textContent,
    isolated: self.crossOriginIsolated,
    address: location.href,
  };
})()`;

/** Resolves once the service worker of the page or frame is at work; false where there is none. */
const working = `Promise.race([
  navigator.serviceWorker?.ready.then(() => true),
  new Promise((go) => setTimeout(go, 8000, false)),
])`;

/** A page or frame that stays empty for so long is asked for again: WebKitGTK's driver loses one now and then when a
 * service worker has come to it. */
const EMPTY_MS = 15_000;

async function restored(browser, inFrame, url) {
  let seen;
  let alive = performance.now();
  const done = async () => {
    seen = await browser.evaluate(look, inFrame).catch((error) => ({ error: String(error) }));
    const now = performance.now();
    if (seen?.address !== 'about:blank') alive = now;
    else if (now - alive > EMPTY_MS) {
      console.log(`       empty, asked for again: ${url}`);
      await browser.open(url);
      alive = performance.now();
    }
    return seen?.phase === 'done' && seen;
  };
  return until(done, () => JSON.stringify(seen), 120_000);
}

async function cell(browser, servers, place, kind) {
  const [, address, inFrame] = places[place];
  const { here } = servers[kind];
  const url = here + address.replace('MORE', hosts[kind][2]);
  if (kind === 'worker') {
    // The first visit, of our own page where the demo stands in somebody's. (Firefox calls it an error of the service worker
    // when a page is left that still loads.)
    const own = place.startsWith('element');
    const first = own ? here + places.top[1].replace('MORE', '') : url;
    await browser.open(first);
    await restored(browser, inFrame, first);
    await browser.evaluate(working, inFrame);
  }
  await browser.open('about:blank');
  await browser.open(url);
  const { engine, psnr, isolated } = await restored(browser, inFrame, url);
  const value = Number(/([\d.]+) dB$/.exec(psnr)?.[1]);
  const path = /^SIMD · (\d+ threads|\d+ workers|\d of \d+ cores|1 core)/.exec(engine)?.[1];
  if (!path) throw new Error(`the foot says "${engine}"`);
  if (!(Math.abs(value - KNOWN) <= TOLERANCE)) throw new Error(`the picture has ${psnr}, not ${KNOWN} dB`);
  return { path, value, isolated };
}

const all = Object.keys(hosts).flatMap((kind) => Object.keys(places).map((place) => `${place} ${kind}`));

/** Runs cells of one browser ("top plain"); `tell` gets (cell, found or error). Returns {cells, failed}. */
export async function runBrowser(name, open, tell, wanted = all) {
  const cells = {};
  let failed = 0;
  const servers = {};
  for (const [kind, [, options]] of Object.entries(hosts)) servers[kind] = await host(pagesOf, options);
  const browser = await open();
  try {
    for (const key of wanted) {
      const [place, kind] = key.split(' ');
      try {
        const found = await cell(browser, servers, place, kind);
        const threads = /threads/.test(found.path);
        if (threads !== threaded[name].includes(key) && !/cores?$/.test(found.path))
          throw new Error(`it ran with ${found.path}, ${found.isolated ? '' : 'not '}isolated`);
        cells[key] = threads ? 'threads' : 'workers';
        tell(key, found);
      } catch (error) {
        failed++;
        tell(key, error);
      }
    }
    for (const line of new Set(browser.errors)) {
      failed++;
      tell('console', new Error(line));
    }
  } finally {
    await browser.close();
    Object.values(servers).forEach(({ end }) => end());
  }
  return { cells, failed };
}

/** Keeps the paths of a browser's cells in build/matrix.json and, once all are there, writes the table between its marks. */
function write(name, cells) {
  const kept = join(root, 'build/matrix.json');
  const found = { ...(existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : {}), [name]: cells };
  writeFileSync(kept, JSON.stringify(found, null, 1));
  const titles = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKitGTK' };
  if (!Object.keys(titles).every((it) => found[it])) return;
  const rows = Object.entries(places).flatMap(([place, [title]]) =>
    Object.entries(hosts).map(([kind, [what]]) =>
      [title, what, ...Object.keys(titles).map((it) => found[it][`${place} ${kind}`])].join(' | '),
    ),
  );
  const head = [`| where | host | ${Object.values(titles).join(' | ')} |`, '| --- | --- | --- | --- | --- |'];
  const table = [...head, ...rows.map((row) => `| ${row} |`)].join('\n');
  const [begin, end] = ['<!-- matrix -->', '<!-- /matrix -->'];
  const file = join(root, 'web/docs/isolation.md');
  const text = readFileSync(file, 'utf8');
  const anew = text.replace(new RegExp(`${begin}[^]*${end}`), `${begin}\n\n${table}\n\n${end}`);
  if (anew !== text) writeFileSync(file, anew);
}

/** Counts of all cells of the named browsers, each a test; `opened` by name: what opens it. */
export async function runMatrix(opened) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const named = process.env.PRIORLAB_MATRIX?.split(',') ?? Object.keys(opened);
  for (const [name, open] of Object.entries(opened)) {
    if (!named.includes(name)) continue;
    const begin = performance.now();
    const { cells, failed } = await runBrowser(name, open, (key, it) => {
      const seconds = ((performance.now() - begin) / 1000).toFixed(0);
      const what = it instanceof Error ? `FAILED: ${it.message}` : `${it.path}, ${it.value} dB`;
      console.log(`${seconds.padStart(4)} s  ${name}: ${key}: ${what}`);
    });
    if (!failed) write(name, cells);
    counts.passed += Object.keys(cells).length;
    counts.failed += failed;
  }
  return counts;
}
