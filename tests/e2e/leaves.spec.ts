// "Dead leaves" as a user meets it.
import { expect, test, type DigitPage } from './digit_page';

const shown = (digits: DigitPage) =>
  expect(digits.metric('held-out')).toHaveText(/nats/, { timeout: 30_000 });

test('a picture, patches and what is learned from them; the same seed makes the same', async ({
  digits,
  page,
}) => {
  await digits.open('leaves');
  await shown(digits);
  const [picture, sheet] = [await digits.pixels(0), await digits.pixels(1)];
  expect([picture.width, picture.height]).toEqual([256, 256]);
  expect([sheet.width, sheet.height]).toEqual([71, 71]);
  expect(Number((await digits.metric('leaves').innerText()).replace(',', ''))).toBeGreaterThan(100);
  const edges = await digits.number('edges');
  expect(edges).toBeGreaterThan(15);
  expect(edges).toBeLessThan(49);
  const learned = page.locator('canvas[aria-label^="12 components"]');
  expect(await learned.evaluate((it: HTMLCanvasElement) => it.width)).toBe(110); // two columns of six 8 x 8 patches
  const seed = page.getByRole('spinbutton', { name: 'Seed' });
  await page.locator('summary', { hasText: 'More' }).click();
  await seed.fill('2');
  await seed.blur();
  await expect.poll(() => digits.pixels(0)).not.toEqual(picture);
  await page.goBack();
  await expect.poll(() => digits.pixels(0)).toEqual(picture);
});

test('flat patches have no edge, edge patches all; without texture there are but two levels', async ({
  digits,
  page,
}) => {
  await digits.open('leaves');
  await shown(digits);
  await page.getByRole('button', { name: 'Flat alone' }).click();
  await expect(digits.metric('edges')).toHaveText('0 of 64');
  await page.getByRole('button', { name: 'No texture' }).click();
  await expect(digits.metric('edges')).toHaveText('64 of 64');
  await shown(digits);
  const { width, red } = await digits.pixels(1);
  const patch = Array.from({ length: 64 }, (_, i) => red[Math.floor(i / 8) * width + (i % 8)]);
  expect(new Set(patch).size).toBeLessThanOrEqual(2);
});

test('the link leads to learning from the same leaves', async ({ digits, page }) => {
  await digits.open('leaves', 'sheet=edge&texture=0.1&patch=6');
  await shown(digits);
  await page.getByRole('link', { name: 'Watch it learn' }).click();
  await expect(page).toHaveURL(/#mixture\?v=1&source=leaves/);
  for (const part of ['components=12', 'patch=6', 'leaves=edge', 'texture=0.1', 'source=leaves'])
    expect(page.url()).toContain(part);
  await digits.phase('idle');
});

test('radii the wrong way round are refused in words', async ({ digits }) => {
  await digits.open('leaves', 'radius_min=60&radius_max=10');
  await expect(digits.notices).toContainText('The least radius, 60, is above the largest, 10.');
});

test('works without isolation @plain', async ({ digits }) => {
  await digits.open('leaves');
  await shown(digits);
});
