// "Patches from a mixture" as a user meets it.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './digit_page';
import { keepMixture, mixtureFile } from './mixture_file';

const sheet = (page: Page) => page.locator('.panels-sheet-patch canvas').first();

test('the same seed draws the same patches; another seed, component, temperature draw others', async ({
  digits,
  page,
}) => {
  await digits.open('gmm');
  await digits.phase('paused');
  const first = await digits.pixels(0);
  expect([first.width, first.height]).toEqual([71, 71]); // 8 x 8 patches of 8 x 8 pixels, with gaps
  expect(new Set(first.red).size).toBeGreaterThan(50);
  const seed = page.getByRole('spinbutton', { name: 'Seed' });
  await seed.fill('7');
  await seed.blur();
  await expect(page).toHaveURL(/seed=7/);
  await expect.poll(() => digits.pixels(0)).not.toEqual(first);
  await page.goBack();
  await expect.poll(() => digits.pixels(0)).toEqual(first);
  await page.reload();
  await digits.phase('paused');
  await expect.poll(() => digits.pixels(0)).toEqual(first);
});

test('presets: a component alone; the readout names it and its weight', async ({ digits, page }) => {
  await digits.open('gmm');
  await digits.phase('paused');
  await page.getByRole('button', { name: 'The heaviest' }).click();
  await expect(digits.metric('component')).toHaveText('86 of 200');
  await expect(digits.metric('weight')).toHaveText('2.1 %');
  await expect(page.getByRole('slider', { name: 'Component' })).toHaveValue('86');
  const smooth = await digits.number('mean');
  await page.getByRole('button', { name: 'An edge' }).click();
  await expect(digits.metric('component')).toHaveText('60 of 200');
  await expect.poll(() => digits.number('mean')).not.toBe(smooth);
  await page.getByRole('button', { name: 'By weight' }).click();
  await expect(page.locator('figcaption').first()).toHaveText(
    /^64 patches by weight: black −[\d.]+, white \+/,
  );
});

test('what is chosen before the mixture has loaded is what is drawn', async ({ digits, page }) => {
  await digits.open('gmm');
  await page.getByRole('button', { name: 'The heaviest' }).click();
  await page.getByRole('button', { name: 'An edge' }).click();
  await expect(digits.metric('component')).toHaveText('60 of 200');
  await digits.phase('paused');
  await expect(digits.notices).toBeEmpty();
});

test('sheet after sheet: Step, Run, Pause, Stop, Reset, and by keys', async ({ digits, page }) => {
  await digits.open('gmm');
  await digits.phase('paused');
  const first = await digits.pixels(0);
  await digits.verb('Step').click();
  await expect(digits.progress).toHaveText('patches 65 to 128 of seed 1');
  await expect.poll(() => digits.pixels(0)).not.toEqual(first);
  await digits.verb('Run').click();
  await digits.phase('running');
  await expect(digits.progress).toHaveText(/^patches (193|257|321) to/);
  await digits.verb('Pause').click();
  await digits.phase('paused');
  await digits.verb('Run').click();
  await digits.phase('running');
  await digits.verb('Stop').click();
  await digits.phase('paused');
  const stopped = await digits.progress.innerText();
  await page.waitForTimeout(900); // longer than a sheet is shown
  expect(await digits.progress.innerText()).toBe(stopped);
  await digits.verb('Reset').click();
  await expect(digits.progress).toHaveText('patches 1 to 64 of seed 1');
  await expect.poll(() => digits.pixels(0)).toEqual(first);
  await digits.verb('Reset').focus();
  await page.keyboard.press('.');
  await expect(digits.progress).toHaveText('patches 65 to 128 of seed 1');
});

test('a patch is chosen by mouse and by arrow keys; its component, its density', async ({ digits, page }) => {
  await digits.open('gmm');
  await digits.phase('paused');
  const before = await digits.metric('density').innerText();
  const box = (await sheet(page).boundingBox())!;
  await page.mouse.click(box.x + (box.width * 22) / 71, box.y + (box.height * 13) / 71); // third column, second row
  await expect(page).toHaveURL(/at=11/);
  await expect(digits.metric('density')).not.toHaveText(before);
  await sheet(page).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page).toHaveURL(/at=19/);
  await page.keyboard.press('ArrowLeft');
  await expect(page).toHaveURL(/at=18/);
  await page.goBack();
  await expect(page).not.toHaveURL(/at=1[189]/);
});

test('sliders walk along the eigenvectors; back to the patch, all to 0', async ({ digits, page }) => {
  await digits.open('gmm', 'component=60');
  await digits.phase('paused');
  const own = await digits.pixels(1);
  await page.getByRole('button', { name: 'All to 0' }).click();
  await expect.poll(async () => new Set((await digits.pixels(1)).red).size).toBe(1); // the mean: all grey
  const highest = await digits.number('density');
  const slider = page.getByRole('slider', { name: 'Eigenvector 1', exact: true });
  await slider.focus();
  for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowRight');
  await expect(page).toHaveURL(/z=2_0_0_0_0_0/);
  await expect.poll(async () => new Set((await digits.pixels(1)).red).size).toBeGreaterThan(4);
  await expect.poll(() => digits.number('density')).toBeLessThan(highest);
  // The picture is the eigenvector: its pixels fall and rise with those of the thumbnail.
  const [patch, vector] = [
    await digits.pixels(1),
    await page
      .locator('.slide canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) =>
        [...canvas.getContext('2d')!.getImageData(0, 0, 8, 8).data].filter((_, i) => i % 4 === 0),
      ),
  ];
  const product = patch.red.reduce((sum, v, i) => sum + (v - 127.5) * (vector[i]! - 127.5), 0);
  const length = (of: number[]) => Math.sqrt(of.reduce((sum, v) => sum + (v - 127.5) ** 2, 0));
  expect(product / length(patch.red) / length(vector)).toBeGreaterThan(0.98);
  await page.getByRole('button', { name: 'From the patch' }).click();
  await expect(page).not.toHaveURL(/z=/);
  await expect.poll(() => digits.pixels(1)).toEqual(own);
  await page.goBack();
  await expect(page).toHaveURL(/z=2_0_0_0_0_0/);
});

test('larger sheets, each patch on its own scale; PNG and CSV', async ({ digits, page }) => {
  await digits.open('gmm');
  await digits.phase('paused');
  await digits.choose('256');
  await expect(page.locator('figcaption').first()).toHaveText(/^256 patches/);
  await expect.poll(async () => (await digits.pixels(0)).width).toBe(143);
  const one = await digits.pixels(0);
  await page.getByRole('radio', { name: 'Each patch' }).check({ force: true });
  await expect.poll(() => digits.pixels(0)).not.toEqual(one);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download PNG' }).click();
  expect((await saved).suggestedFilename()).toBe('gmm-patches-seed-1.png');
  const table = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Curve as CSV' }).click();
  const rows = readFileSync(await (await table).path(), 'utf8')
    .trim()
    .split('\n');
  expect(rows).toHaveLength(64); // a head and 63 eigenvalues
  const values = rows.slice(1).map((row) => Number(row.split(',')[1]));
  values.slice(1).forEach((v, i) => expect(v).toBeLessThanOrEqual(values[i]!));
});

test('a component that the mixture does not have is refused in words, and the page goes on', async ({
  digits,
  page,
}) => {
  await digits.open('gmm', 'component=999');
  await expect(digits.notices).toContainText('999');
  await page.getByRole('button', { name: 'The heaviest' }).click();
  await expect(digits.metric('component')).toHaveText('86 of 200');
  await expect(digits.notices).not.toContainText('999');
});

test('a sheet drawn by weight is about as likely as real patches are', async ({ digits }) => {
  await digits.open('gmm', 'count=1024');
  await digits.phase('paused');
  await expect(digits.metric('mean')).toHaveText(/^1[3-9]\d\.\d nats$/); // near its likelihood on real patches
});

test('a mixture that was learned in this browser: other patches, other sizes', async ({ digits, page }) => {
  await page.goto('./');
  await keepMixture(page, 'mine', mixtureFile(2, 4));
  await digits.open('gmm', 'model=mine&component=1');
  await expect(digits.metric('component')).toHaveText('1 of 2');
  await expect.poll(async () => (await digits.pixels(0)).width).toBe(8 * 5 - 1);
  await expect(page.getByRole('slider', { name: 'Component' })).toHaveAttribute('max', '1');
  await expect(page.locator('.slide:visible')).toHaveCount(6);
  await page.getByRole('combobox', { name: 'Mixture' }).selectOption('gmm');
  await expect(digits.metric('component')).toHaveText('1 of 200');
});

test('works without isolation @plain', async ({ digits }) => {
  await digits.open('gmm', 'component=86');
  await expect(digits.metric('component')).toHaveText('86 of 200');
});

test('a kept mixture that is damaged is let go of; the others and the shipped one work', async ({
  digits,
  page,
}) => {
  await digits.open('gmm');
  await digits.phase('paused');
  await keepMixture(page, 'broken', mixtureFile(3, 4).subarray(0, 500));
  await keepMixture(page, 'small', mixtureFile(3, 4));
  await page.reload();
  await digits.phase('paused');
  await expect(digits.metric('component')).toHaveText(/of 200/);
  const choice = page.getByRole('combobox', { name: 'Mixture' });
  await expect(choice.locator('option[value=small]')).toHaveCount(1);
  await expect(choice.locator('option[value=broken]')).toHaveCount(0);
  await choice.selectOption('small');
  await expect(digits.metric('component')).toHaveText(/of 3/);
  await page.getByRole('button', { name: 'The heaviest' }).click(); // of the shipped mixture
  await expect(digits.metric('component')).toHaveText('86 of 200');
});

test('nonsense coordinates in the address are those of the patch', async ({ digits, page }) => {
  await digits.open('gmm', 'z=1__2_x_3_4');
  await digits.phase('paused');
  await expect(page.locator('.patch-side figcaption').first()).toContainText('patch 1');
});
