// The home page, and a walk of the registry: every demo has what every demo must have.
import { readFileSync, readdirSync } from 'node:fs';
import { png, scene } from './pictures';
import { expect, test } from './page';

const registry = readFileSync('web/src/demos/index.ts', 'utf8');
const ids = [...registry.matchAll(/^ +id: '([a-z0-9_]+)'/gm)].map(([, id]) => id!);

test('the registry is not empty and each demo has its file', () => {
  expect(ids.length).toBeGreaterThan(0);
  const files = readdirSync('web/src/demos');
  for (const id of ids) expect(files).toContain(`${id}.ts`);
});

test('home: a card with a picture for each demo, in its chapter', async ({ page }) => {
  await page.goto('./');
  await expect(page).toHaveTitle('Priorlab');
  for (const id of ids) {
    const card = page.locator(`.card[href="#${id}"]`);
    await expect(card.locator('h3')).not.toBeEmpty();
    await expect(card.locator('p')).not.toBeEmpty();
    const picture = card.locator('img');
    await expect(picture).toHaveAttribute('alt', /\w/);
    await expect.poll(() => picture.evaluate((it: HTMLImageElement) => it.naturalWidth)).toBeGreaterThan(300);
  }
  await expect(page.locator('.chapter h2').first()).not.toBeEmpty();
});

for (const id of ids)
  test(`${id}: explanation, equation, papers, presets, summary, command and code, exports`, async ({
    page,
  }) => {
    await page.goto(`./#${id}`);
    const text = page.locator('.explanation');
    const sentences = (await text.locator('p').first().innerText()).match(/[.!?](\s|$)/g) ?? [];
    expect(sentences.length).toBeGreaterThanOrEqual(3);
    expect(sentences.length).toBeLessThanOrEqual(6);
    await expect(text.locator('math').first()).toBeVisible();
    expect(await text.locator('a[href^="https://"]').count()).toBeGreaterThan(0);
    await expect(page.locator('.pills button')).toHaveCount(3);
    const controls = page.locator('.rail .control').filter({ visible: true });
    await expect(controls.first()).toBeVisible();
    expect(await controls.count()).toBeLessThanOrEqual(5);
    await expect(page.locator('.code')).toHaveCount(2);
    await expect(page.locator('[aria-live=polite]')).toBeAttached();
    await expect(page.getByRole('button', { name: 'Download PNG' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Curve as CSV' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Copy link' })).toBeVisible();
    await expect(page.getByRole('img').first()).toBeAttached();
    await expect(page).toHaveTitle(/ · Priorlab$/);
  });

test('a demo can be used, and shows a picture, within a second of being opened', async ({
  browser,
  baseURL,
}) => {
  const times: { usable: number; seen: number }[] = [];
  for (let i = 0; i < 3; i++) {
    const context = await browser.newContext(); // nothing is cached
    const page = await context.newPage();
    await page.addInitScript(() => {
      const times: Record<string, number> = {};
      Object.assign(window, { times });
      const look = () => {
        // The script that listens for drops has run when the demo is there.
        if (document.querySelector('.bench .file-input')) times.usable ??= performance.now();
        const canvas = document.querySelector<HTMLCanvasElement>('.compare-viewport canvas');
        const middle =
          canvas?.width && canvas.getContext('2d')!.getImageData(canvas.width >> 2, canvas.height >> 1, 1, 1);
        if (middle && middle.data[3]) times.seen ??= performance.now();
        else requestAnimationFrame(look);
      };
      look();
    });
    await page.goto(`${baseURL}#denoise`);
    await page.waitForFunction(
      () => (window as unknown as { times: { seen?: number } }).times.seen !== undefined,
    );
    times.push(
      await page.evaluate(() => (window as unknown as { times: { usable: number; seen: number } }).times),
    );
    await context.close();
  }
  const text = times.map(({ usable, seen }) => `${Math.round(usable)}/${Math.round(seen)}`).join(' ');
  console.log(`usable/seen after, ms: ${text}`);
  // What else the machine does only adds to it.
  expect(Math.min(...times.map(({ usable }) => usable))).toBeLessThan(1000);
  expect(Math.min(...times.map(({ seen }) => seen))).toBeLessThan(1000);
});

test('an unknown address is the home page', async ({ page }) => {
  await page.goto('./#nothing?v=1&a=b');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Image priors/);
});

test('a picture dropped on the home page is denoised', async ({ page, denoise }) => {
  await page.goto('./');
  await page.evaluate(
    (base64) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], 'x.png'));
      document.body.dispatchEvent(
        new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }),
      );
    },
    png(60, 40, scene(60, 40, 20)).toString('base64'),
  );
  await denoise.phase('done');
  await expect(denoise.metric('size')).toHaveText('60 × 40');
});

test('colours: the toggle is remembered', async ({ page }) => {
  await page.goto('./');
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: 'Dark colours' }).click();
  expect(await ground()).not.toBe(light);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Light colours' })).toBeVisible();
  expect(await ground()).not.toBe(light);
});

test('nothing is asked of another host', async ({ page, denoise }) => {
  const hosts = new Set<string>();
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  await denoise.open();
  await denoise.phase('done');
  hosts.delete(''); // blob: and data: addresses
  expect([...hosts]).toEqual([new URL(page.url()).host]);
});
