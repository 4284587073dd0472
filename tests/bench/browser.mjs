// What the benchmarks in the browser share: the site with and without isolation, a page per flavour with an engine in it,
// rows as JSON on standard output and as text beside it.
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { serve } from '../../wasm/toolchain/serve.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** A value given on the command line as `--name value`. */
export const option = (name, otherwise) => {
  const place = process.argv.indexOf(`--${name}`);
  return place < 0 ? otherwise : process.argv[place + 1];
};

export const launchOptions = () => ({
  executablePath: process.env.PRIORLAB_CHROMIUM || undefined,
  args: [
    ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ],
});

/** Peak memory of the process that the page lives in, bytes; undefined where the system does not tell. */
export async function peakMemory(browser) {
  try {
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    await session.detach();
    const peaks = processInfo
      .filter(({ type }) => type === 'renderer')
      .map(({ id }) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]) * 1024);
    return Math.max(...peaks.filter(Number.isFinite));
  } catch {
    return undefined;
  }
}

/** Seconds that all cores together have worked for the browser's pages so far: unlike the clock, it does not count what other
 * programs took. */
export async function workedSeconds(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

export const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** In the page: a 481x321 picture, cut from the middle, grey (its luma in 8 bits) or in colour, as the engine's input. */
export async function pictureFrom(base64, colour) {
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
  const n = width * height;
  const values = new Float32Array(colour ? 3 * n : n);
  for (let i = 0; i < n; i++) {
    const [r, g, b] = [rgba[4 * i], rgba[4 * i + 1], rgba[4 * i + 2]];
    if (colour) (values.set([r / 255], i), values.set([g / 255], n + i), values.set([b / 255], 2 * n + i));
    else values[i] = Math.round(0.299 * r + 0.587 * g + 0.114 * b) / 255;
  }
  return { dtype: 'f32', shape: [colour ? 3 : 1, height, width], data: values };
}

/** In the page: 10,000 digits of the Markov chain as the engine's input. */
export async function markovDigits(engine) {
  const data = new Float32Array(10000 * 784);
  for (let first = 0; first < 10000; first += 2500) {
    const { outputs } = await engine.call('digits', { model: 'markov', count: 2500, first }, {}, ['samples']);
    data.set(outputs.samples.data, first * 784);
  }
  return { dtype: 'f32', shape: [10000, 28, 28], data };
}

/** In the page: ms of each epoch but the first. */
export async function epochTimes(engine, task, input, params) {
  const run = engine.run(task, params, { digits: input });
  await run.created;
  const times = [];
  let begin = performance.now();
  let done = 0;
  const ended = run.watch(() => {
    const epoch = Math.floor(run.status.metrics?.epoch ?? 0);
    if (epoch <= done) return;
    const now = performance.now();
    times.push((now - begin) / (epoch - done));
    [begin, done] = [now, epoch];
  });
  run.play();
  await run.finished;
  ended();
  run.stop();
  return times.slice(1);
}

/** The site in dist/ as a server that isolates its pages gives it, and as a plain one does; `end` closes both. */
export async function serveBoth() {
  const [isolated, plain] = await Promise.all(
    [true, false].map((isolation) =>
      serve(join(root, 'dist'), { port: isolation ? 4180 : 4280, host: '127.0.0.1', isolation }),
    ),
  );
  const end = () => [isolated, plain].forEach(({ server }) => server.close());
  return { isolated: isolated.url, plain: plain.url, end };
}

/**
 * Calls body({ browser, page, url, flavour, row }) for each flavour of `--flavours` (the pool among them) in a browser of
 * its own, so that what it takes in memory is its own. The page has `window.engine`, started for the module of `task`, and
 * the functions of `inPage` by their names.
 */
export async function onEveryFlavour({ task, inPage }, body) {
  const site = await serveBoth();
  try {
    for (const flavour of option('flavours', 'simd,relaxed,simd-mt,relaxed-mt,pool').split(',')) {
      const url = flavour === 'pool' ? site.plain : site.isolated;
      const browser = await chromium.launch(launchOptions());
      try {
        const page = await browser.newPage();
        await page.goto(`${url}lib/engine.js`);
        for (const it of inPage) await page.evaluate(`window.${it.name} = ${it}; 0`);
        const threads = await page.evaluate(
          async ({ address, chosen, task }) => {
            window.engine = (await import(address)).createEngine(chosen);
            return (await window.engine.start(task)).threads;
          },
          { address: `${url}lib/engine.js`, chosen: flavour === 'pool' ? {} : { flavour }, task },
        );
        const row = (name, metric, value, unit) => {
          console.error(`${flavour}, threads ${threads}: ${name}, ${metric} ${value.toPrecision(4)} ${unit}`);
          console.log(JSON.stringify({ name, flavour, threads, metric, value, unit }));
        };
        await body({ browser, page, url, flavour, row });
      } finally {
        await browser.close();
      }
    }
  } finally {
    site.end();
  }
}
