// "Your digit" as a user meets it.
import { expect, idx, test, zipped, type DigitPage } from './digit_page';

const judged = (digits: DigitPage) => expect(digits.page.locator('.verdict')).toHaveText(/−[\d.]+ nats/);
const verdict = async (digits: DigitPage) =>
  Number((await digits.page.locator('.verdict').innerText()).match(/−([\d.]+) nats/)?.[1]);

test('a drawn digit is judged live; undo, clear, the link', async ({ digits, page }) => {
  await digits.open('yourdigit');
  await judged(digits);
  const before = await verdict(digits);
  const first = await digits.pixels(0);
  const box = (await page.locator('.drawing').boundingBox())!;
  await page.mouse.move(box.x + 10, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 10, box.y + 20, { steps: 8 });
  await page.mouse.up();
  await expect.poll(() => verdict(digits)).not.toBe(before);
  await expect(page).toHaveURL(/digit=[\w-]{131}/);
  const link = page.url();
  const drawn = await digits.pixels(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => verdict(digits)).toBe(before);
  expect(await digits.pixels(0)).toEqual(first);
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(page.locator('.verdict')).toContainText('Nothing is drawn');
  await page.goto('about:blank');
  await page.goto(link);
  await judged(digits);
  expect(await digits.pixels(0)).toEqual(drawn);
});

test('with keys alone: cursor, dot, pen, undo', async ({ digits, page }) => {
  await digits.open('yourdigit', 'digit=&brush=fine');
  await judged(digits);
  const on = async () => (await digits.pixels(0)).red.filter((v) => v === 255).length;
  expect(await on()).toBe(0);
  await page.locator('.drawing').focus();
  await page.keyboard.press(' ');
  expect(await on()).toBe(1);
  await page.keyboard.press('ArrowRight');
  expect(await on()).toBe(1);
  for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowDown');
  expect(await on()).toBe(6);
  await page.keyboard.press('Control+z');
  expect(await on()).toBe(5);
  await page.keyboard.press('Enter');
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowUp');
  const drawn = await on();
  expect(drawn).toBeGreaterThan(6);
  await page.keyboard.press('Delete');
  expect(await on()).toBe(0);
});

test('pixels that surprise: an odd pixel is bright on the map', async ({ digits, page }) => {
  await digits.open('yourdigit', 'digit=&brush=fine');
  await judged(digits);
  const calm = await digits.pixels(1);
  await page.locator('.drawing').focus();
  for (let i = 0; i < 13; i++) await page.keyboard.press('ArrowUp');
  for (let i = 0; i < 13; i++) await page.keyboard.press('ArrowLeft');
  await page.keyboard.press(' '); // in the corner, where digits have nothing
  await expect.poll(async () => Math.max(...(await digits.pixels(1)).red)).toBe(252);
  const map = await digits.pixels(1);
  expect(map.red[1 * 28 + 1]).toBe(252);
  expect(map).not.toEqual(calm);
});

test('histogram: real digits, samples and yours; a scribble is an outlier', async ({ digits, page }) => {
  await digits.open('yourdigit');
  await judged(digits);
  await expect(page.locator('.legend')).toContainText('real digits');
  await expect(page.locator('.legend')).toContainText('512 samples');
  const value = () => verdict(digits);
  const three = await value();
  await page.getByRole('button', { name: 'A scribble' }).click();
  await expect.poll(value).toBeGreaterThan(three + 50);
  await expect(page.locator('.verdict')).toContainText('An outlier');
  await page.goBack();
  await expect.poll(value).toBe(three);
});

test('other models are asked when one wants to', async ({ digits, page }) => {
  await digits.open('yourdigit');
  await judged(digits);
  const row = page.locator('tr[data-model=fvsbn]');
  await row.getByRole('button', { name: /^Ask/ }).click();
  await expect(row).toContainText(/−[\d.]+ nats/);
  await expect(page).toHaveURL(/also=.*fvsbn/);
  await expect(page.locator('tr[data-model=markov]')).toContainText(/−[\d.]+ nats/); // small: loaded unasked
});

test('files of digits: IDX, gzip, and what is none', async ({ digits, page }) => {
  await digits.open('yourdigit');
  await judged(digits);
  await digits.give('mine.idx.gz', zipped(idx(25)));
  await expect(digits.notices).toContainText('10 of the 25 digits of mine.idx.gz');
  await expect(page.locator('.sample')).toHaveCount(10);
  await page.locator('.sample').nth(3).click();
  await expect(page).toHaveURL(/digit=[\w-]{131}/);
  for (const [name, file, sentence] of [
    ['empty.gz', Buffer.alloc(0), /empty/],
    ['cut.gz', zipped(idx(25)).subarray(0, 40), /damaged or cut short/],
    ['picture.png', Buffer.from([137, 80, 78, 71, 13, 10, 26, 10, 0, 0]), /is a picture/],
    ['small.idx', idx(3, 8), /28 × 28|28x28/],
    ['short.idx', idx(3).subarray(0, 500), /./],
  ] as const) {
    await digits.give(name, file);
    await expect(digits.notices.getByRole('alert')).toContainText(sentence);
  }
});

test('works without isolation @plain', async ({ digits }) => {
  await digits.open('yourdigit');
  await judged(digits);
});
