// <prior-lab> in pages that make it hard (tests/guest): a strict policy, twenty figures, slides, two versions, a file. No page
// may hear anything on its console.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, test as base, type Locator, type Page } from '@playwright/test';
import type { PriorLab } from '../../web/src/element/prior_lab';
import { host } from '../matrix/hosts.mjs';
import { wasmBytes, watchWasm } from './wasm_bytes';

type Host = { here: string; folder: string; end(): void };

const strict = [
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; style-src 'self'",
  "img-src 'self' data: blob:; connect-src 'self'",
].join('; ');

const test = base.extend<{ policy: string; notes: Host; heard: string[] }>({
  policy: ['', { option: true }],
  notes: async ({ policy }, use) => {
    const it = await host('tests/guest', { policy });
    await use(it);
    it.end();
  },
  heard: [
    async ({ page }, use) => {
      const heard: string[] = [];
      page.on('console', (message) => heard.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => heard.push(String(error)));
      await use(heard);
      expect(heard).toEqual([]);
    },
    { auto: true },
  ],
});

const figure = (page: Page, i = 0) => page.locator('prior-lab').nth(i);
const phase = (lab: Locator, name: string) =>
  expect(lab.locator('.verbs')).toHaveAttribute('data-phase', name, { timeout: 30_000 });
const psnr = (lab: Locator) => lab.locator('[data-metric=psnr] dd');

test.describe(() => {
  test.use({ policy: strict });
  test('a page with a strict policy @plain', async ({ page, notes }) => {
    await page.goto(`${notes.here}notes/strict.html`);
    await phase(figure(page), 'done');
    await expect(psnr(figure(page))).toContainText('34.60 dB');
    await expect(figure(page).getByText('from a server')).toBeHidden();
    await figure(page).locator('input[name=sigma]').first().focus();
    await page.keyboard.press('ArrowRight');
    await phase(figure(page), 'done');
  });
});

test('a page from right to left @plain', async ({ page, notes }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(`${notes.here}notes/rtl.html`);
  await phase(figure(page), 'paused');
  await expect(figure(page).locator('.guest')).toHaveCSS('direction', 'ltr');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});

test('of twenty figures those near the reader are started, on the workers of one @plain', async ({
  page,
  notes,
}) => {
  await page.setViewportSize({ width: 700, height: 1400 }); // more than one of them is near at once
  await page.goto(`${notes.here}notes/twenty.html`);
  const started = () =>
    page
      .locator('prior-lab')
      .evaluateAll((labs) => labs.map((it) => it.shadowRoot!.querySelector('.guest') !== null));
  await phase(figure(page), 'paused');
  const first = await started();
  const near = first.filter(Boolean).length;
  expect(near).toBeGreaterThan(1);
  expect(near).toBeLessThan(12);
  expect(first[19]).toBe(false);
  for (let i = 0; i < near; i++) await phase(figure(page, i), 'paused');
  const workers = page.workers().length;
  await figure(page, 19).scrollIntoViewIfNeeded();
  await phase(figure(page, 19), 'paused');
  expect((await started()).every(Boolean)).toBe(false);
  expect(page.workers().length).toBe(workers);
});

test('two versions in one page: the first one serves it @plain', async ({ page, notes }) => {
  await page.goto(`${notes.here}notes/two_versions.html`);
  await phase(figure(page), 'paused');
  await expect(figure(page, 1).locator('canvas').first()).toBeVisible();
});

test('slides: started when the slide is shown, paused when it goes, and used at any size @plain', async ({
  page,
  notes,
}) => {
  await page.goto(`${notes.here}notes/slides.html`);
  const lab = figure(page);
  const show = (n: number) =>
    page
      .locator('section')
      .evaluateAll((all, n) => all.forEach((it, i) => it.toggleAttribute('hidden', i !== n)), n);
  await expect(lab.locator('.poster')).toBeAttached();
  await page.waitForTimeout(300);
  expect(await lab.locator('.guest').count()).toBe(0);
  await show(1);
  await phase(lab, 'done');
  await expect(psnr(lab)).toContainText('34.60 dB');
  // The divider follows the pointer although the slide is drawn smaller.
  const view = lab.locator('.compare-viewport');
  const box = (await view.boundingBox())!;
  const divider = lab.locator('.compare-range');
  const before = Number(await divider.inputValue());
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.75, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  const [least, most] = await divider.evaluate((it: HTMLInputElement) => [Number(it.min), Number(it.max)]);
  const share = (Number(await divider.inputValue()) - least!) / (most! - least!);
  expect(before).not.toBe(Number(await divider.inputValue()));
  expect(Math.abs(share - 0.75)).toBeLessThan(0.02);
  await lab.evaluate((it: PriorLab) => it.setAttribute('quality', 'exact'));
  await lab.evaluate((it: PriorLab) => it.setAttribute('half', 'false')); // some seconds of work
  await phase(lab, 'running');
  await show(0);
  await phase(lab, 'paused');
});

test('50 rounds: as many workers as after the first, patches in as many bytes, pictures in one step more at most @plain', async ({
  page,
  notes,
}) => {
  await watchWasm(page);
  await page.goto(`${notes.here}notes/empty.html`);
  const rounds = (demos: string[]) =>
    page.evaluate(async (demos) => {
      const place = document.querySelector('#place')!;
      for (const demo of demos) {
        const lab = document.createElement('prior-lab');
        const names = { demo, ...(demo === 'denoise' ? { half: 'true', quality: 'fast' } : {}) };
        for (const [name, value] of Object.entries(names)) lab.setAttribute(name, value);
        const result = new Promise((done) => lab.addEventListener('result', done, { once: true }));
        place.append(lab);
        await result;
        lab.remove();
      }
    }, demos);
  const few = Array<string>(3).fill('denoise');
  await rounds(['gmm', ...few]);
  const bytes = await wasmBytes(page);
  expect(Math.min(...Object.values(bytes))).toBeGreaterThan(1e6);
  await rounds([...Array<string>(46).fill('gmm'), ...few]);
  const later = await wasmBytes(page);
  expect(Object.keys(later)).toEqual(Object.keys(bytes));
  for (const [worker, size] of Object.entries(bytes)) {
    // A picture's run may still be there when the next one begins: memory grows by a fifth then, once.
    const most = worker.startsWith('pictures') ? 1.25 * size : size;
    expect(later[worker]).toBeLessThanOrEqual(most);
  }
});

test('a page saved with its scripts in it says where it is live @plain', async ({ page, heard }) => {
  const script = readFileSync('dist/lib/prior-lab.js').toString('base64');
  const sentence = 'Random patches: live where its script may load.';
  await page.setContent(
    `<prior-lab demo="gmm">${sentence}</prior-lab>` +
      `<script type="module" src="data:text/javascript;base64,${script}"></script>`,
  );
  await expect.poll(() => heard.length).toBeGreaterThan(0); // the browser's own words on what the script cannot load
  await expect(page.getByText(sentence)).toBeVisible();
  heard.length = 0;
});

test('opened from a file a page says what it needs @plain', async ({ page, notes, heard }) => {
  await page.goto(pathToFileURL(`${notes.folder}/notes/strict.html`).href);
  await expect(page.getByText('where the page comes from a server and not from a file')).toBeVisible();
  await page.goto(pathToFileURL('dist/index.html').href);
  await expect(page.getByText('If this page was opened as a file')).toBeVisible();
  expect(heard.every((it) => /file:|ERR_FAILED/.test(it))).toBe(true); // the browser's own words on files
  heard.length = 0;
});
