// "Order matters" as a user meets it.
import { expect, test } from './digit_page';

const seen = (text: string) =>
  text
    .match(/sees (\d+) of (\d+)/)!
    .slice(1)
    .map(Number);

test('a pixel sees those before it in the order, and no others', async ({ digits, page }) => {
  await digits.open('order', 'pixel=406');
  await expect(digits.metric('seen')).toHaveText(/^sees \d+ of 406 before it$/);
  const blue = await page
    .locator('.stage canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, 28, 28);
      return Array.from({ length: 784 }, (_, i) => data[4 * i + 2] === 245);
    });
  expect(blue.filter(Boolean)).toHaveLength(seen(await digits.metric('seen').innerText())[0]!);
  expect(blue.lastIndexOf(true)).toBeLessThan(406);
  const box = (await page.locator('.stage canvas').first().boundingBox())!;
  await page.mouse.click(box.x + (box.width * 5.5) / 28, box.y + (box.height * 2.5) / 28);
  await expect(page).toHaveURL(/pixel=61/);
  await expect(digits.metric('seen')).toHaveText(/of 61 before it$/);
});

test('along the order: first, next, walking, last', async ({ digits }) => {
  await digits.open('order', 'order=columns');
  await digits.phase('paused');
  await digits.verb('Reset').click();
  await expect(digits.metric('pixel')).toHaveText('row 1, column 1');
  await digits.verb('Step').click();
  await expect(digits.metric('pixel')).toHaveText('row 2, column 1'); // down the column
  await digits.verb('Run').click();
  await digits.phase('running');
  await expect(digits.progress).toHaveText(/^pixel ([5-9]|\d\d) of 784/);
  await digits.verb('Pause').click();
  await digits.phase('paused');
  await digits.verb('Last').click();
  await expect(digits.metric('pixel')).toHaveText('row 28, column 28');
  await digits.phase('done');
});

test('each order is its own model, loaded when chosen; the back button', async ({ digits, page }) => {
  const weights: string[] = [];
  page.on('request', (request) => {
    const name = request.url().match(/models\/([^.]*)\./)?.[1];
    if (name) weights.push(name);
  });
  await digits.open('order');
  await digits.phase('paused');
  expect(weights).toEqual(['made-raster']);
  const raster = await digits.pixels(2);
  for (const [name, model] of [
    ['Random', 'made-random'],
    ['Centre-out', 'made-centre'],
  ] as const) {
    await digits.choose(name);
    await expect.poll(() => weights.at(-1)).toBe(model);
    await expect.poll(() => digits.pixels(2)).not.toEqual(raster);
  }
  await page.goBack();
  await page.goBack();
  await expect.poll(() => digits.pixels(2)).toEqual(raster);
});

test('the autoencoder reconstructs, and decodes random codes to nothing', async ({ digits, page }) => {
  await digits.open('order');
  const panels = page.locator('.side-by-side .panels canvas');
  await expect(panels).toHaveCount(3);
  await page.getByRole('button', { name: 'Show what it makes of them' }).click();
  const values = (k: number) =>
    panels.nth(k).evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return [...data].filter((_, i) => i % 4 === 0).map((v, i) => (data[4 * i + 3] ? v : -1));
    });
  await expect.poll(async () => (await values(2)).some((v) => v > 0), { timeout: 30_000 }).toBe(true);
  const [digit, back, codes] = [await values(0), await values(1), await values(2)];
  const apart = (a: number[], b: number[]) =>
    a.reduce((sum, v, i) => sum + (v < 0 ? 0 : Math.abs(v - b[i]!)), 0) / a.filter((v) => v >= 0).length;
  expect(apart(digit!, back!)).toBeLessThan(0.6 * apart(digit!, codes!));
  const slider = page.getByRole('slider', { name: /Rounds/ });
  await slider.focus();
  for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
  await expect(page.locator('.side-by-side figcaption').nth(1)).toHaveText(/6 rounds/);
});

test('parameters as the chapter counts them', async ({ digits, page }) => {
  await digits.open('order');
  const row = (model: string) => page.locator(`tr[data-model=${model}] td:last-child`);
  await expect(row('independent')).toHaveText('784');
  await expect(row('markov')).toHaveText('1,567');
  await expect(row('fvsbn')).toHaveText('307,720');
  await expect(row('nade')).toHaveText('785,284');
  await expect(row('table')).toHaveText('about 10²³⁶');
});

test('works without isolation @plain', async ({ digits }) => {
  await digits.open('order');
  await expect(digits.metric('seen')).toHaveText(/^sees \d+ of 406/);
});
