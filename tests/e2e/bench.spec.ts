// The page #bench: the whole table on this browser, Stop in the middle, copies, 320 px. (What the figures are is not
// tested: they are the machine's.)
import type { Page } from '@playwright/test';
import { expect, test } from './page';

const TITLE = 'Speed on this machine';
const open = async (page: Page, state = '') => {
  await page.goto(`./#bench${state}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(TITLE);
};
const run = (page: Page) => page.getByRole('button', { name: 'Run the benchmark' });
const cells = (page: Page) => page.locator('.benchmark-table td:not(.empty)');

test('the foot of the home page leads there, the back button home again; /bench is the same page', async ({
  page,
}) => {
  await page.goto('./');
  await page.getByRole('link', { name: 'How fast is it on this machine?' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(TITLE);
  await expect(page).toHaveTitle(`${TITLE} · Priorlab`);
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Image priors/);
  await page.goto('./bench');
  await expect(page).toHaveURL(/\/#bench$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(TITLE);
});

test('measures every quality on every way there is, and copies the result', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.setViewportSize({ width: 320, height: 800 });
  test.setTimeout(240_000);
  await open(page, '?rounds=1');
  await expect(page.locator('.benchmark-machine')).toHaveText(/\d+ cores? · .*isolated/);
  await run(page).click();
  await expect(page.locator('.progress-text')).toHaveText('Done', { timeout: 200_000 });
  const ways = await page
    .locator('tr[data-way]')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-way')));
  expect(ways).toContain('simd');
  if (await page.evaluate(() => navigator.hardwareConcurrency > 1)) {
    expect(ways).toContain('simd-mt');
    expect(ways).toContain('pool');
  }
  await expect(cells(page)).toHaveCount(3 * ways.length);
  await expect(cells(page).first()).toHaveText(/^[\d.]+ m?s\d\d\.\d\d dB[\d.]+ MP\/s$/);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await page.getByRole('button', { name: 'Copy as JSON' }).click();
  await expect.poll(clipboard).toMatch(/^\{/);
  type Row = { name: string; flavour: string; metric: string; value: number };
  const { rows, machine } = JSON.parse(await clipboard()) as { rows: Row[]; machine: { cores: number } };
  expect(machine.cores).toBeGreaterThan(0);
  const psnr = (quality: string) =>
    rows.filter((row) => row.metric === 'psnr' && row.name.startsWith(`epll/${quality}/`));
  expect(psnr('exact')).toHaveLength(ways.length);
  // One result on every flavour; the dial costs little quality.
  for (const { value } of psnr('exact')) expect(value).toBeCloseTo(psnr('exact')[0]!.value, 2);
  expect(psnr('exact')[0]!.value).toBeGreaterThan(28);
  expect(psnr('exact')[0]!.value - psnr('fast')[0]!.value).toBeLessThan(0.3);
  await page.getByRole('button', { name: 'Copy as text' }).click();
  await expect
    .poll(clipboard)
    .toMatch(/^Priorlab benchmark: EPLL denoising, grey 481 × 321, sigma 25, seed 1\n/);
});

test('Stop keeps what was measured, and it can be run again', async ({ page }) => {
  await open(page);
  await run(page).click();
  await expect(cells(page)).not.toHaveCount(0, { timeout: 60_000 });
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.locator('.progress-text')).toHaveText('Stopped; the table holds what was measured.');
  await expect(cells(page)).not.toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Copy as text' })).toHaveAttribute('aria-disabled', 'false');
  await run(page).click();
  await expect(page.locator('.progress-text')).toHaveText(/starting|round/);
  await page.getByRole('link', { name: 'Priorlab' }).click(); // away in the middle
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Image priors/);
});
