// <prior-lab> in pages of other people, as scripts and readers use it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import type { PriorLab } from '../../web/src/element/prior_lab';
import { expect, test } from './page';

declare global {
  interface Window {
    told: { name: string; detail: Record<string, unknown> }[];
    shift: number;
  }
}

function notes(body: string, lib: string, style = ''): string {
  return `<!doctype html><html lang="en"><head><title>Notes</title><link rel="icon" href="data:," />
    <link rel="stylesheet" crossorigin href="${lib.replace(/[\w-]+\.js$/, 'prior-lab.css')}" />
    <script type="module" src="${lib}"></script><style>${style}</style></head><body>${body}
    <script>
      window.told = [];
      window.shift = 0;
      for (const name of ['change', 'result', 'progress', 'error'])
        document.querySelector('prior-lab')?.addEventListener(name, ({ detail }) => told.push({ name, detail }));
      new PerformanceObserver((list) => list.getEntries().forEach((it) => (shift += it.value))).observe({
        type: 'layout-shift',
        buffered: true,
      });
    </script></body></html>`;
}

/** A page on the same host without isolation; `lib`: where its script is. */
async function open(
  page: Page,
  body: string,
  { style = '', lib = './lib/prior-lab.js' } = {},
): Promise<void> {
  const html = notes(body, lib, style);
  await page.route('**/notes', (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.goto('./notes');
}

const at = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

const figure = (page: Page, i = 0) => page.locator('prior-lab').nth(i);
const told = (page: Page, name: string) =>
  page.evaluate((name) => window.told.filter((it) => it.name === name).map(({ detail }) => detail), name);

test('attributes and state follow each other, named controls are shown, changes are told', async ({
  page,
}) => {
  await open(page, '<prior-lab demo="gmm" seed="3" controls="temperature,seed"></prior-lab>');
  const lab = figure(page);
  await expect(lab.locator('.verbs')).toHaveAttribute('data-phase', 'paused');
  await expect(lab.locator('input[name=seed]')).toHaveValue('3');
  await expect(lab.locator('.poster')).toHaveCount(0);
  await expect(lab.locator('[data-control=component]')).toBeHidden();
  await expect(lab.locator('h1')).toBeHidden();
  const early = await page.evaluate(async () => {
    const lab = document.createElement('prior-early') as PriorLab;
    Object.assign(lab, { demo: 'kl', seed: 7, controls: '' });
    document.body.append(lab);
    customElements.define('prior-early', class extends customElements.get('prior-lab')! {});
    const { demo, seed, controls } = lab;
    const html = lab.outerHTML;
    lab.remove();
    return { demo, seed, controls, html };
  });
  expect(early).toMatchObject({ demo: 'kl', seed: 7, controls: '' });
  expect(early.html).toContain('demo="kl" controls="" seed="7"');

  await lab.evaluate((it: PriorLab) => (it.seed = 5));
  await expect(lab.locator('input[name=seed]')).toHaveValue('5');
  expect(await told(page, 'change')).toEqual([]);

  await lab.locator('input[name=temperature]').focus();
  await page.keyboard.press('ArrowRight');
  await expect(lab).toHaveAttribute('temperature', /^1\.\d+$/);
  const value = (await lab.getAttribute('temperature'))!;
  const [change] = await told(page, 'change');
  expect(change).toEqual({
    ...{ demo: 'gmm', changed: ['temperature'] },
    state: { seed: '5', temperature: value },
  });
  expect(await lab.evaluate((it: PriorLab) => it.state)).toEqual({ seed: '5', temperature: value });
  expect(new URL(page.url()).hash).toBe('');
  expect((await told(page, 'result')).length).toBeGreaterThan(0);

  await lab.evaluate((it: PriorLab) => (it.controls = ''));
  await expect(lab.locator('.rail')).toBeHidden();
  await lab.evaluate((it: PriorLab) => (it.controls = null));
  await expect(lab.locator('[data-control=component]')).toBeVisible();

  await lab.evaluate((it: PriorLab) => (it.demo = 'nothing'));
  await expect(lab.getByRole('alert')).toContainText('There is no demo "nothing". There are: denoise, ');
});

test('run, pause, step and stop; progress and the result are told', async ({ page }) => {
  await open(page, '<prior-lab demo="denoise" half="true" quality="fast" autorun="false"></prior-lab>');
  const lab = figure(page);
  const phase = (name: string) =>
    expect(lab.locator('.verbs')).toHaveAttribute('data-phase', name, { timeout: 30_000 });
  await phase('idle');
  await expect(lab.locator('.progress-text')).toHaveText(/^0\//);
  await lab.evaluate((it: PriorLab) => it.step());
  await expect(lab.locator('.progress-text')).toHaveText(/^1\//, { timeout: 30_000 });
  await lab.evaluate((it: PriorLab) => it.run());
  await phase('done');
  const [result] = await told(page, 'result');
  expect(result).toMatchObject({ demo: 'denoise', figures: { psnr: expect.stringContaining('dB') } });
  expect(
    await page.evaluate(() => {
      const { picture } = window.told.find(({ name }) => name === 'result')!.detail;
      return picture instanceof ImageData && [picture.width, picture.height];
    }),
  ).toEqual([225, 150]);
  const progress = (await told(page, 'progress')).map(({ fraction }) => fraction);
  expect(progress.at(-1)).toBe(1);
  await lab.evaluate((it: PriorLab) => it.reset());
  await lab.evaluate((it: PriorLab) => it.run());
  await lab.evaluate((it: PriorLab) => it.stop());
  await phase('idle');
});

test('no style comes in or gets out, and nothing around moves', async ({ page }) => {
  const style = `* { margin: 0 !important; padding: 7px !important; border: 3px solid red !important;
      font: italic 31px cursive !important; color: red !important; letter-spacing: 9px !important; }
    button { background: rgb(1, 2, 3); border-radius: 0; }`;
  const body = '<button id="mine">mine</button><prior-lab demo="kl"></prior-lab><p id="below">below</p>';
  await open(page, body, { style });
  const lab = figure(page);
  const looks = (of: Element) => {
    const { color, backgroundColor, fontStyle, borderRadius, letterSpacing, paddingTop } =
      getComputedStyle(of);
    return { color, backgroundColor, fontStyle, borderRadius, letterSpacing, paddingTop };
  };
  const mine = await page.locator('#mine').evaluate(looks);
  await expect(lab.getByRole('button', { name: 'Download PNG' })).toBeVisible();
  expect(await page.locator('#mine').evaluate(looks)).toEqual(mine);
  expect(await lab.getByRole('button', { name: 'Download PNG' }).evaluate(looks)).toEqual({
    ...{ color: 'rgb(255, 255, 255)', backgroundColor: 'rgb(11, 107, 203)', fontStyle: 'normal' },
    ...{ borderRadius: '8px', letterSpacing: 'normal', paddingTop: '0px' },
  });
  expect(
    await page.evaluate(() => [
      document.adoptedStyleSheets.length,
      document.querySelectorAll('link[rel=stylesheet], style').length,
      document.documentElement.className,
    ]),
  ).toEqual([0, 2, '']);
  expect(await page.evaluate(() => window.shift)).toBeLessThan(0.01);
});

test('light or dark is what the page around is, unless it is said', async ({ page }) => {
  await open(page, '<prior-lab demo="kl" controls=""></prior-lab>', { style: 'body { color-scheme: dark }' });
  const box = figure(page).locator('.guest');
  await expect(box).toHaveAttribute('data-theme', 'dark');
  await expect(box).toHaveCSS('color', 'rgb(232, 234, 237)');
  await page.evaluate(() => (document.body.style.colorScheme = 'normal'));
  await expect(box).toHaveAttribute('data-theme', 'light');
  await page.evaluate(() => (document.body.style.background = '#111'));
  await expect(box).toHaveAttribute('data-theme', 'dark');
  await figure(page).evaluate((it: PriorLab) => (it.theme = 'light'));
  await expect(box).toHaveCSS('color', 'rgb(27, 31, 35)');
  await page.evaluate(() => document.body.classList.add('quarto-dark'));
  await figure(page).evaluate((it: PriorLab) => it.removeAttribute('theme'));
  await expect(box).toHaveAttribute('data-theme', 'dark');
});

test('figures share one engine, from another origin; what is taken out and put in again goes on', async ({
  page,
  baseURL,
}) => {
  const lab = (more: string) => `<prior-lab demo="gmm" ${more}></prior-lab>`;
  // A host that allows other origins and says no more, and an isolated page, which is stricter with what it loads.
  const site = createServer(async ({ url }, response) => {
    const found = await fetch(new URL(url!.slice(1), baseURL));
    const type = found.headers.get('content-type')!;
    response.writeHead(found.status, { 'Content-Type': type, 'Access-Control-Allow-Origin': '*' });
    response.end(Buffer.from(await found.arrayBuffer()));
  });
  const body = `${lab('seed="1"')}${lab('seed="2" count="256"')}${lab('seed="3"')}`;
  const host = createServer((_, response) => {
    response.writeHead(200, {
      ...{ 'Content-Type': 'text/html', 'Cross-Origin-Opener-Policy': 'same-origin' },
      'Cross-Origin-Embedder-Policy': 'require-corp',
    });
    response.end(notes(`${body}<prior-lab demo="explain"></prior-lab>`, `${at(site)}lib/prior-lab.js`));
  });
  for (const server of [site, host])
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
  await page.goto(at(host));
  await page.evaluate(() =>
    Promise.all([...document.querySelectorAll('prior-lab')].map((it) => (it as PriorLab).ready)),
  );
  for (const i of [0, 1, 2]) {
    await expect(figure(page, i).locator('.verbs')).toHaveAttribute('data-phase', 'paused');
  }
  const sample = figure(page, 3).locator('.sample img').first();
  await expect.poll(() => sample.evaluate((it: HTMLImageElement) => it.naturalWidth)).toBeGreaterThan(0);
  const workers = () => page.workers().length;
  const cores = await page.evaluate(() => Math.min(8, navigator.hardwareConcurrency));
  await expect.poll(workers).toBe(2 * cores); // of two modules
  const text = (await figure(page).locator('.progress-text').textContent())!;
  await figure(page).evaluate(async (it: PriorLab) => {
    const { parentElement } = it;
    it.remove();
    await new Promise((go) => setTimeout(go, 100));
    parentElement!.append(it);
    await it.ready;
  });
  await expect(figure(page, 3).locator('.progress-text')).toHaveText(text);
  expect(workers()).toBe(2 * cores);

  // There and back while the scripts are on their way: one demo, once.
  await page.route('**/assets/kl*', async (route) => {
    await new Promise((go) => setTimeout(go, 200));
    await route.continue();
  });
  await figure(page).evaluate(async (it: PriorLab) => {
    for (const id of ['kl', 'gmm', 'kl']) {
      it.demo = id;
      await Promise.resolve();
    }
    await new Promise((go) => setTimeout(go, 50));
    const { parentElement } = it;
    it.remove();
    await new Promise((go) => setTimeout(go, 50));
    parentElement!.prepend(it);
  });
  await expect(figure(page).getByRole('button', { name: 'Download PNG' })).toBeVisible();
  await expect(figure(page).locator('.bench')).toHaveCount(1);
  for (const server of [site, host]) server.close();
});

test('a frame is as high as its contents', async ({ page }) => {
  const frame =
    '<iframe src="./embed.html?demo=gmm&controls=&theme=dark&seed=4" style="width: 600px"></iframe>';
  await open(page, frame, { lib: './lib/embed-frame.js' });
  const inner = page.frameLocator('iframe').locator('prior-lab');
  await expect(inner.getByRole('button', { name: 'Download PNG' })).toBeVisible();
  await expect(inner.locator('.guest')).toHaveAttribute('data-theme', 'dark');
  await expect
    .poll(async () => {
      const [outer, content] = await Promise.all([
        page.locator('iframe').evaluate(({ clientHeight }) => clientHeight),
        inner.evaluate(({ clientHeight }) => clientHeight),
      ]);
      return content > 300 && outer === content;
    })
    .toBe(true);
});

test('of the address of a frame only names that mean something become attributes', async ({ page }) => {
  const evil = 'onclick=alert(1)&onpointerenter=alert(2)&style=position:fixed&class=a&id=b&is=c&slot=d';
  await page.goto(`./embed.html?demo=gmm&seed=4&sort=x&${evil}`);
  const lab = figure(page);
  await expect(lab.locator('input[name=seed]')).toHaveValue('4');
  await expect(lab).toHaveAttribute('seed', '4');
  const names = await lab.evaluate((it) => it.getAttributeNames().filter((name) => name !== 'style'));
  expect(names.sort()).toEqual(['demo', 'seed']);
  await expect(lab).toHaveCSS('position', 'relative');
});

test('room is kept in the font of the page, whatever controls are shown', async ({ page }) => {
  const style = 'body { width: 616px; font: 18px/1.6 Georgia, serif }';
  const labs = [
    '<prior-lab demo="latent" controls="image,seed"></prior-lab>',
    '<prior-lab demo="denoise" autorun="false" half="true" controls="noise_sigma,image"></prior-lab>',
  ];
  await open(page, `${labs.join('')}<p>below</p>`, { style });
  for (const i of [0, 1]) {
    const lab = figure(page, i);
    await lab.evaluate((it: PriorLab) => it.ready);
    await expect(lab.locator('.guest-ready')).toBeAttached();
    await expect(lab.locator('.readout')).toBeVisible();
    const [kept, used] = await lab.evaluate((it) => [
      parseFloat(it.style.minHeight),
      it.shadowRoot!.querySelector<HTMLElement>('.guest')!.offsetHeight,
    ]);
    expect(used!).toBeLessThanOrEqual(kept!);
    expect(used!).toBeGreaterThan(0.8 * kept!);
  }
  expect(await page.evaluate(() => window.shift)).toBeLessThan(0.01);
});
