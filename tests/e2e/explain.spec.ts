// "What explains this patch?" as a user meets it.
import { readFileSync } from 'node:fs';
import { expect, test, type DigitPage } from './digit_page';
import { keepMixture, mixtureFile } from './mixture_file';
import { png, scene } from './pictures';

const shown = (digits: DigitPage) => expect(digits.metric('component')).toHaveText(/^component \d+$/);
const shares = (digits: DigitPage) =>
  digits.page
    .locator('.shares li')
    .evaluateAll((rows) => rows.map((row) => Number(row.textContent!.match(/: (?:< )?([\d.]+) %/)![1])));

test('a click asks about that patch; responsibilities, winner, BLS and MAP better than the noisy one', async ({
  digits,
  page,
}) => {
  await digits.open('explain');
  await shown(digits);
  const first = await digits.metric('log-likelihood').innerText();
  const bars = await shares(digits);
  expect(bars).toHaveLength(6);
  expect([...bars].sort((a, b) => b - a)).toEqual(bars);
  expect(bars.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(101);
  for (const name of ['bls', 'map'])
    expect(await digits.number(name)).toBeGreaterThan((await digits.number('noisy')) + 3);
  const photo = page.locator('.explain-photo canvas');
  const box = (await photo.boundingBox())!;
  await photo.click({ position: { x: box.width / 4 + 1, y: box.height / 8 + 1 } });
  await expect(page).toHaveURL(/x=124&y=60/); // a quarter of 512 less half a patch
  await expect(digits.metric('log-likelihood')).not.toHaveText(first);
  await page.goBack();
  await expect(digits.metric('log-likelihood')).toHaveText(first);
});

test('arrow keys move the frame by a pixel, and stop at the border', async ({ digits, page }) => {
  await digits.open('explain', 'x=1&y=503');
  await shown(digits);
  await page.locator('.explain-photo canvas').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(page).toHaveURL(/x=0&y=503/);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowDown');
  await expect(page).toHaveURL(/x=0&y=504/);
  await expect(page.locator('.explain-photo figcaption')).toHaveText('the patch at row 504, column 0');
});

test('without noise nothing is taken away; a photo with noise of its own has no clean patch', async ({
  digits,
  page,
}) => {
  await digits.open('explain', 'sigma=0');
  await shown(digits);
  await expect(digits.metric('noisy')).toHaveText('the same');
  expect(await digits.number('bls')).toBeGreaterThan(80);
  await digits.choose('In the photo');
  await expect(digits.metric('bls')).toHaveText('–');
  await expect(page.locator('.explain-patches figcaption').first()).toHaveText('clean: not known');
});

test('a picture of one’s own; one that is smaller than a patch is refused in words', async ({
  digits,
  page,
}) => {
  await digits.open('explain');
  await shown(digits);
  const give = (name: string, width: number, height: number) =>
    page
      .locator('.file-input')
      .first()
      .setInputFiles({ name, mimeType: 'image/png', buffer: png(width, height, scene(width, height)) });
  await give('mine.png', 40, 30);
  await expect(page).toHaveURL(/image=own/);
  await expect(page).toHaveURL(/x=32&y=22/); // as near as a patch fits
  await shown(digits);
  await give('tiny.png', 7, 5);
  await expect(digits.notices).toContainText('A patch has 8 × 8 pixels; this picture is smaller.');
});

test('another mixture, learned here, with patches of another size', async ({ digits, page }) => {
  await page.goto('./');
  await keepMixture(page, 'small', mixtureFile(3, 5));
  await digits.open('explain', 'model=small');
  await shown(digits);
  expect(await shares(digits)).toHaveLength(3);
  const canvas = page.locator('.explain-patches canvas').first();
  await expect.poll(() => canvas.evaluate((it: HTMLCanvasElement) => it.width)).toBe(5);
});

test('responsibilities as CSV; the patches as PNG; the summary is spoken', async ({ digits, page }) => {
  await digits.open('explain');
  await shown(digits);
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Curve as CSV' }).click();
  const lines = readFileSync(await (await coming).path(), 'utf8')
    .trim()
    .split('\n');
  expect(lines[0]).toBe('component,weight,responsibility');
  expect(lines).toHaveLength(201);
  const sum = lines.slice(1).reduce((total, line) => total + Number(line.split(',')[2]), 0);
  expect(sum).toBeCloseTo(1, 4);
  const picture = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download PNG' }).click();
  expect((await picture).suggestedFilename()).toMatch(/^patch-256-160.*\.png$/);
  await expect(page.locator('[aria-live=polite]')).toHaveText(/component \d+ explains it with \d+ percent/);
});

test('works without isolation @plain', async ({ digits }) => {
  await digits.open('explain');
  await shown(digits);
});
