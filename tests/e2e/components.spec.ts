// "Components of a mixture" as a user meets it.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './digit_page';
import { keepMixture, mixtureFile } from './mixture_file';

const wall = (page: Page) => page.getByRole('listbox', { name: 'Components' });
const chosen = (page: Page) => wall(page).getByRole('option', { selected: true });
const numbers = (page: Page, what: RegExp) =>
  wall(page)
    .getByRole('option')
    .evaluateAll(
      (options, source) =>
        options.map((it) => Number(it.getAttribute('aria-label')!.match(new RegExp(source))![1])),
      what.source,
    );

const falls = (values: number[]) => values.every((v, i) => !i || v <= values[i - 1]!);

test('all 200 on the wall, by weight, contrast, edge-ness or number', async ({ digits, page }) => {
  await digits.open('components');
  await expect(wall(page).getByRole('option')).toHaveCount(200);
  const weights = await numbers(page, /weight ([\d.]+)/);
  expect(falls(weights)).toBe(true);
  expect(Math.abs(weights.reduce((a, b) => a + b, 0) - 100)).toBeLessThan(2); // per cent, as rounded
  await digits.choose('Contrast');
  await expect.poll(async () => falls(await numbers(page, /contrast ([\d.]+)/))).toBe(true);
  await digits.choose('Edges');
  await expect.poll(async () => falls(await numbers(page, /edge-ness ([\d.]+)/))).toBe(true);
  await digits.choose('Index');
  await expect.poll(() => numbers(page, /Component (\d+)/)).toEqual(Array.from({ length: 200 }, (_, i) => i));
});

test('one is chosen by mouse and by keys, and pinned; back button', async ({ digits, page }) => {
  await digits.open('components');
  await expect(digits.metric('component')).toHaveText('86');
  await wall(page).getByRole('option').nth(3).click();
  await expect(digits.metric('weight')).toHaveText('1.3 %, number 4');
  await expect(page).toHaveURL(/component=105/);
  await page.goBack();
  await expect(digits.metric('component')).toHaveText('86');
  await wall(page).focus();
  await page.keyboard.press('ArrowRight');
  await expect(digits.metric('component')).toHaveText('47');
  await page.keyboard.press('p');
  await expect(page).toHaveURL(/pin=47/);
  await page.keyboard.press('End');
  await expect(digits.metric('weight')).toHaveText(/number 200$/);
  await expect(chosen(page)).toBeInViewport();
  await expect(digits.metric('overlap')).toHaveText(/^\d+ % \(by chance 9\.5 %\)$/);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  const below = await digits.metric('component').innerText();
  await page.keyboard.press('ArrowUp');
  await expect(digits.metric('component')).toHaveText('86');
  expect(below).not.toBe('86');
  await page.getByRole('button', { name: 'Pin component 86' }).click();
  await expect(page).toHaveURL(/pin=86/);
  await page.getByRole('button', { name: 'Let it go' }).click();
  await expect(page).not.toHaveURL(/pin=/);
});

test('the finding: heavy components share space and spectrum up to a factor, light ones do not', async ({
  digits,
  page,
}) => {
  await digits.open('components');
  await page.getByRole('button', { name: 'The same but for contrast' }).click();
  await expect(digits.metric('component')).toHaveText('47');
  await expect(page).toHaveURL(/spectra=equal/);
  const [near, close] = [await digits.number('overlap'), await digits.number('beyond')];
  await page.getByRole('button', { name: 'A specialist' }).click();
  await expect(digits.metric('component')).toHaveText('167');
  const [far, apart] = [await digits.number('overlap'), await digits.number('beyond')];
  expect(near).toBeGreaterThan(1.5 * far);
  expect(close).toBeLessThan(apart);
  const text = await page.locator('.verdict').innerText();
  const [heavy, light] = [...text.matchAll(/share (\d+) %/g)].map(([, share]) => Number(share));
  const [least, most] = [...text.matchAll(/÷ ([\d.]+) beyond/g)].map(([, factor]) => Number(factor));
  expect(heavy).toBeGreaterThan(light! + 10);
  expect(least).toBeLessThan(most!);
});

test('a pinned spectrum lies over the chosen one, as they are or at equal variance', async ({
  digits,
  page,
}) => {
  await digits.open('components', 'component=47&pin=86');
  const plot = page.locator('details.curve canvas');
  await expect(plot).toHaveAttribute('aria-label', /k = 47: from .*; k = 86: from/);
  const label = await plot.getAttribute('aria-label');
  await digits.choose('Equal variance');
  await expect(plot).not.toHaveAttribute('aria-label', label!);
  await page.goBack();
  await expect(plot).toHaveAttribute('aria-label', label!);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Curve as CSV' }).click();
  const rows = readFileSync(await (await saved).path(), 'utf8')
    .trim()
    .split('\n');
  expect(rows).toHaveLength(201);
  expect(rows[0]!.split(',')).toHaveLength(4 + 63);
  const picture = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download PNG' }).click();
  expect((await picture).suggestedFilename()).toBe('gmm-component-47-86.png');
});

test('a click on a point of the plot chooses its component', async ({ digits, page }) => {
  await digits.open('components');
  await expect(digits.metric('component')).toHaveText('86');
  const plot = page.locator('canvas.scatter-canvas');
  await plot.scrollIntoViewIfNeeded();
  // The place of an inked point: the first pixel of the colour of the light ones.
  const place = await plot.evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
    for (let i = 0; i < data.length; i += 4)
      if (data[i]! > 140 && data[i + 1]! < 100 && data[i + 3]! > 200)
        return [((i / 4) % width) / width, Math.floor(i / 4 / width) / height];
    return undefined;
  });
  const box = (await plot.boundingBox())!;
  await page.mouse.click(box.x + box.width * place![0]!, box.y + box.height * place![1]! + 2);
  await expect(digits.metric('weight')).toHaveText(/number (1[5-9]\d|200)$/); // one of the fifty lightest
});

test('how many components: both figures rise with their number', async ({ digits, page }) => {
  await digits.open('components');
  const rows = page.locator('tr[data-components]:not([data-shipped])');
  await expect(rows).toHaveCount(8);
  const table = (await rows.allInnerTexts()).map((text) => text.trim().split(/\s+/).map(Number));
  expect(table.map(([components]) => components)).toEqual([1, 2, 5, 10, 20, 50, 100, 200]);
  for (const column of [1, 2]) {
    const values = table.map((row) => row[column]!);
    values.slice(1).forEach((v, i) => expect(v).toBeGreaterThan(values[i]!));
  }
  await expect(page.locator('tr[data-shipped]')).toHaveCount(1);
  await expect(page.getByRole('img', { name: /^Per components\. held out: from/ })).toBeVisible();
});

test('the wall can show draws', async ({ digits, page }) => {
  await digits.open('components');
  const first = () =>
    wall(page)
      .locator('canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  await expect(wall(page).getByRole('option')).toHaveCount(200);
  const vectors = await first();
  await digits.choose('Draws');
  await expect.poll(first, { timeout: 30_000 }).not.toBe(vectors);
});

test('mixtures learned in this browser, of one component and of a few', async ({ digits, page }) => {
  await page.goto('./');
  await keepMixture(page, 'one', mixtureFile(1, 4));
  await keepMixture(page, 'few', mixtureFile(4, 5));
  await digits.open('components', 'model=one');
  await expect(wall(page).getByRole('option')).toHaveCount(1);
  await expect(digits.metric('weight')).toHaveText('100 %, number 1');
  await expect(page.locator('.verdict')).toHaveText(/too few components/);
  await page.getByRole('combobox', { name: 'Mixture' }).selectOption('few');
  await expect(wall(page).getByRole('option')).toHaveCount(4);
  await wall(page).getByRole('option').nth(1).click();
  await page.getByRole('button', { name: /^Pin component/ }).click();
  await wall(page).getByRole('option').nth(0).click();
  // They differ in contrast alone.
  await expect(digits.metric('overlap')).toHaveText(/^100 %/);
  await expect(digits.metric('beyond')).toHaveText('× or ÷ 1.00');
});

test('works without isolation @plain', async ({ digits, page }) => {
  await digits.open('components');
  await expect(wall(page).getByRole('option')).toHaveCount(200);
  await expect(digits.metric('component')).toHaveText('86');
});

test('another mixture beside: the nearest of it, and how alike they are', async ({ digits, page }) => {
  await digits.open('components');
  await page.getByRole('button', { name: 'Photos and dead leaves' }).click();
  await expect(page).toHaveURL(/beside=gmm-leaves/);
  await expect(page.locator('.verdict')).toHaveText(/^Each beside its nearest of "Dead leaves, 200/);
  await expect(page.locator('[data-metric=overlap] dt')).toHaveText(/component \d+ of the other/);
  const shared = Number((await digits.metric('overlap').innerText()).match(/^\d+/)![0]);
  expect(shared).toBeGreaterThan(50); // by chance 9.5
  await expect(page.getByRole('button', { name: /^Pin/ })).toBeHidden();
  await page.getByLabel('Beside', { exact: true }).selectOption('');
  await expect(page.locator('.verdict')).toHaveText(/^Beside the heaviest, component 86/);
  await page.goBack();
  await expect(page.locator('.verdict')).toHaveText(/^Each beside its nearest/);
});
