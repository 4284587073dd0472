// "Three questions" as a user meets it.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './digit_page';

const plot = (page: Page, question: string) => page.locator(`[data-question=${question}] canvas`);
const rows = (page: Page, kind: string) => page.locator(`tr[data-kind=${kind}]`);
/** Inked pixels of a plot that are of about this colour. */
const inked = (page: Page, question: string, [red, green, blue]: readonly [number, number, number]) =>
  plot(page, question).evaluate(
    (canvas: HTMLCanvasElement, colour) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4)
        if (data[i + 3]! > 200 && colour.every((v, c) => Math.abs(data[i + c]! - v) < 12)) count++;
      return count;
    },
    [red, green, blue],
  );
const [ours, theirs] = [
  [11, 107, 203],
  [154, 82, 7],
] as const;

test('five priors: figures with standard errors, better likelihood, better patch, better image', async ({
  digits,
  page,
}) => {
  await digits.open('priors');
  await expect(rows(page, 'ours')).toHaveCount(5);
  for (const id of ['independent', 'mvg', 'pca', 'ica', 'gmm'])
    await expect(page.locator(`tr[data-prior=${id}][data-kind=ours] td`).first()).toHaveText(
      /^−?\d+\.\d\d ± \d\.\d\d$/,
    );
  for (const question of ['patch', 'image', 'whole']) {
    const answer = await page.locator(`[data-question=${question}] figcaption`).innerText();
    const [same, pairs] = answer
      .match(/^(\d+) of (\d+) pairs/)!
      .slice(1)
      .map(Number);
    expect(pairs).toBe(10);
    expect(same).toBeGreaterThanOrEqual(9); // PCA and ICA are close
    await expect(plot(page, question)).toHaveAttribute('aria-label', /GMM \d+\.\d, \d+\.\d\d/);
    expect(await inked(page, question, ours)).toBeGreaterThan(5 * 40);
  }
});

test('published figures: hollow marks and rows of their own, which can be hidden', async ({
  digits,
  page,
}) => {
  await digits.open('priors');
  await expect(rows(page, 'published')).toHaveCount(5);
  await expect(page.locator('tr[data-prior=gmm][data-kind=published] td').first()).toHaveText('164.52');
  await expect.poll(() => inked(page, 'patch', theirs)).toBeGreaterThan(40);
  const box = page.getByRole('checkbox', { name: 'Published figures' });
  await box.focus();
  await page.keyboard.press('Space');
  await expect(rows(page, 'published')).toHaveCount(0);
  await expect.poll(() => inked(page, 'patch', theirs)).toBe(0);
  await expect(page).toHaveURL(/published=false/);
  await page.goBack();
  await expect(rows(page, 'published')).toHaveCount(5);
});

test('other columns, by mouse and keys; the link and the back button', async ({ digits, page }) => {
  await digits.open('priors');
  await expect(plot(page, 'patch')).toHaveAttribute('aria-label', /patch BLS/);
  await digits.choose('MAP');
  await expect(plot(page, 'patch')).toHaveAttribute('aria-label', /patch MAP/);
  await expect(page).toHaveURL(/patch=map/);
  await page.getByRole('radio', { name: 'EPLL' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(plot(page, 'whole')).toHaveAttribute('aria-label', /image by averaging/);
  await page.goBack();
  await expect(plot(page, 'whole')).toHaveAttribute('aria-label', /image by EPLL/);
  await page.goBack();
  await expect(plot(page, 'patch')).toHaveAttribute('aria-label', /patch BLS/);
});

test('learned from dead leaves: other figures, none published', async ({ digits, page }) => {
  await digits.open('priors');
  const natural = await rows(page, 'ours').allInnerTexts();
  await page.getByRole('button', { name: 'Dead leaves' }).click();
  await expect(page).toHaveURL(/data=leaves/);
  await expect(rows(page, 'published')).toHaveCount(0);
  await expect(rows(page, 'ours')).toHaveCount(5);
  const learned = await rows(page, 'ours').allInnerTexts();
  expect(learned).not.toEqual(natural);
  await page
    .getByRole('group', { name: 'Tested on' })
    .getByRole('radio', { name: 'Dead leaves' })
    .check({ force: true });
  await expect(page).toHaveURL(/test=leaves/);
  await expect(rows(page, 'ours')).toHaveCount(5);
  expect(await rows(page, 'ours').allInnerTexts()).not.toEqual(learned);
  await page.getByRole('combobox', { name: 'Learned from' }).selectOption('mini');
  await expect(page).toHaveURL(/data=mini/);
  await expect(rows(page, 'ours')).toHaveCount(5);
});

test('the table as CSV, the plots as PNG', async ({ digits, page }) => {
  await digits.open('priors');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Curve as CSV' }).click();
  const lines = readFileSync(await (await saved).path(), 'utf8')
    .trim()
    .split('\n');
  expect(lines[0]).toMatch(/^set,prior,log_likelihood,log_likelihood_se,/);
  expect(lines.filter((line) => line.startsWith('natural on natural,'))).toHaveLength(5);
  expect(lines.filter((line) => line.startsWith('published,'))).toHaveLength(5);
  const picture = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download PNG' }).click();
  expect((await picture).suggestedFilename()).toBe('three-questions-natural-on-natural.png');
});
