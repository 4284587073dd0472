// "KL and maximum likelihood" as a user meets it.
import { readFileSync } from 'node:fs';
import { expect, test, type DigitPage } from './digit_page';

const view = (digits: DigitPage) => digits.page.locator('.density-canvas');
const press = (digits: DigitPage, name: string) => digits.page.getByRole('button', { name }).click();

test('forwards covers both modes, backwards takes one, and asked again another', async ({ digits, page }) => {
  await digits.open('kl');
  const start = { forward: await digits.number('forward'), reverse: await digits.number('reverse') };
  expect(Math.min(start.forward, start.reverse)).toBeGreaterThan(0);
  await press(digits, 'Fit q by KL(p‖q)');
  await expect(page).toHaveURL(/q=1%2C-0.5%2C/); // the mean of 0.6 around -2.5 and 0.4 around 2.5
  await expect(page.locator('.fit-text')).toContainText('the mean and the variance of p');
  const wide = { forward: await digits.number('forward'), reverse: await digits.number('reverse') };
  expect(wide.forward).toBeLessThan(start.forward);
  await press(digits, 'Fit q by KL(q‖p)');
  await expect(page.locator('.fit-text')).toContainText('minimum 1 of 3');
  await expect(view(digits)).toHaveAttribute('aria-label', /q around −2\.5, width 0\.6/);
  expect(await digits.number('reverse')).toBeLessThan(wide.reverse);
  expect(await digits.number('forward')).toBeGreaterThan(wide.forward);
  await press(digits, 'Fit q by KL(q‖p)');
  await expect(page.locator('.fit-text')).toContainText('minimum 2 of 3');
  await expect(view(digits)).toHaveAttribute('aria-label', /q around 2\.5, width 0\.9/);
  await press(digits, 'Fit q by KL(q‖p)'); // both modes, not well
  await expect(view(digits)).toHaveAttribute('aria-label', /q around 0\.7, width 2\.\d/);
  await page.goBack();
  await page.goBack();
  await expect(view(digits)).toHaveAttribute('aria-label', /q around −2\.5/);
});

test('cross-entropy is entropy and divergence; the samples agree with it', async ({ digits, page }) => {
  await digits.open('kl', 'samples=100000&seed=3');
  const of = (name: string) => digits.number(name);
  expect(Math.abs((await of('cross')) - (await of('entropy')) - (await of('forward')))).toBeLessThan(0.002);
  expect(Math.abs((await of('mean')) + (await of('cross')))).toBeLessThan(0.02);
  const download = page.waitForEvent('download');
  await press(digits, 'Curve as CSV');
  const rows = readFileSync(await (await download).path(), 'utf8')
    .trim()
    .split('\n');
  expect(rows[0]).toBe('sample,Mean log q (nats),−H(p, q) (nats),+1 s.e. (nats),−1 s.e. (nats)');
  expect(rows.at(-1)).toMatch(/^100000,/);
});

test('dots are dragged; the link has what was made', async ({ digits, page }) => {
  await digits.open('kl');
  await view(digits).scrollIntoViewIfNeeded();
  const box = (await view(digits).boundingBox())!;
  // q's dot lies at 0, in the middle; its height follows from the axis, whose top is 1.1 times p's.
  const peak = 0.6 / (0.6 * Math.sqrt(2 * Math.PI));
  const own = 1 / (1.5 * Math.sqrt(2 * Math.PI));
  const y = box.y + box.height - 22 - ((box.height - 36) * own) / (1.1 * peak);
  await page.mouse.move(box.x + box.width / 2, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 100, y, { steps: 5 });
  await page.mouse.up();
  const mean = (16 * 100) / (box.width - 24);
  await expect(page).toHaveURL(new RegExp(`q=1%2C${mean.toFixed(1).replace('.', '\\.')}`));
  const forward = await digits.metric('forward').innerText();
  await page.reload();
  await expect(digits.metric('forward')).toHaveText(forward);
});

test('by keys: mean, width, weight, another component', async ({ digits, page }) => {
  await digits.open('kl');
  await view(digits).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page).toHaveURL(/q=1%2C0\.1%2C1\.5/);
  await page.keyboard.press('ArrowDown');
  await expect(page).toHaveURL(/q=1%2C0\.1%2C1\.429/);
  await page.keyboard.press(']'); // after q comes p
  await page.keyboard.press('+');
  await expect(page).toHaveURL(/p=0\.62%2C-2\.5%2C0\.6/);
});

test('components are added and taken; presets; a wrong link shows the start', async ({ digits, page }) => {
  await digits.open('kl', 'p=nonsense');
  await expect(digits.notices).toContainText('What this link says of p is no density');
  await expect(view(digits)).toHaveAttribute('aria-label', /^p 60 % around −2\.5/);
  await press(digits, 'Add to p');
  await expect(view(digits)).toHaveAttribute('aria-label', /33 %/);
  await expect(page.getByRole('button', { name: 'Add to p' })).toHaveAttribute('aria-disabled', 'true');
  await press(digits, 'Take from p');
  await press(digits, 'Add to q');
  await press(digits, 'Fit q by KL(p‖q)');
  await expect.poll(() => digits.number('forward')).toBeLessThan(0.001); // two Gaussians for two
  await press(digits, 'A tail');
  expect(await digits.number('forward')).toBeGreaterThan(await digits.number('reverse'));
  const download = page.waitForEvent('download');
  await press(digits, 'Download PNG');
  expect((await download).suggestedFilename()).toBe('kl.png');
});
