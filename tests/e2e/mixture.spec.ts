// "Learn a mixture" as a user meets it.
import { readFileSync } from 'node:fs';
import { expect, test, type DigitPage } from './digit_page';
import { png } from './pictures';

/** A run from its start to its end. */
async function learn(digits: DigitPage, state: string): Promise<void> {
  await digits.open('mixture', state);
  await digits.phase('idle');
  await digits.verb('Run').click();
  await digits.phase('done', 60_000);
}

/** The curve as it is saved: rows of iteration, learned, kept out. */
async function curve({ page }: DigitPage): Promise<number[][]> {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Curve as CSV' }).click();
  const lines = readFileSync(await (await coming).path(), 'utf8')
    .trim()
    .split('\n');
  expect(lines[0]).toBe('iteration,Learned (nats),Kept out (nats)');
  return lines.slice(1).flatMap((line) => (line.split(',')[1] ? [line.split(',').map(Number)] : []));
}

for (const [what, state] of [
  ['a photo', 'components=6&count=6000&iterations=12'],
  ['dead leaves', 'source=leaves&components=5&patch=6&count=4000&iterations=12'],
] as const)
  test(`EM on patches of ${what}: the likelihood never falls, components form`, async ({ digits }) => {
    await digits.open('mixture', state);
    await digits.phase('idle');
    const before = await digits.pixels(1);
    await digits.verb('Run').click();
    await digits.phase('done', 60_000);
    const rows = await curve(digits);
    expect(rows.map(([iteration]) => iteration)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    for (let i = 1; i < rows.length; i++) expect(rows[i]![1]).toBeGreaterThanOrEqual(rows[i - 1]![1]! - 0.01);
    expect(rows.at(-1)![1]).toBeGreaterThan(rows[0]![1]! + 1);
    expect(rows.at(-1)![2]).toBeGreaterThan(rows[0]![2]! + 0.5);
    expect(await digits.number('log-likelihood')).toBeCloseTo(rows.at(-1)![1]!, 1);
    await expect.poll(() => digits.pixels(1)).not.toEqual(before);
    await expect(digits.page.locator('.panel figcaption').nth(1)).toContainText('after 12 iterations');
  });

test('Step, Run, Pause, Stop, Reset', async ({ digits, page }) => {
  await digits.open('mixture', 'count=3000');
  await digits.phase('idle');
  await digits.verb('Step').click();
  await digits.phase('paused');
  await expect(digits.metric('iteration')).toHaveText('1');
  await digits.verb('Run').click();
  await digits.phase('running');
  await expect.poll(() => digits.number('iteration')).toBeGreaterThan(3);
  await digits.verb('Pause').click();
  await digits.phase('paused');
  await digits.verb('Stop').click();
  await digits.phase('idle');
  await expect(digits.metric('log-likelihood')).toHaveText(/nats/); // what there is can be kept
  await expect(page.getByRole('button', { name: 'Save as safetensors' })).toHaveAttribute(
    'aria-disabled',
    'false',
  );
  await digits.verb('Run').click();
  await digits.phase('running');
  await digits.verb('Pause').click();
  await digits.phase('paused');
  await digits.verb('Reset').click();
  await digits.phase('idle');
  await expect(digits.metric('log-likelihood')).toHaveText('–');
});

test('kept, it is a prior of denoise, also after a reload; saved, forgotten, loaded', async ({
  digits,
  page,
}) => {
  await learn(digits, 'components=4&patch=6&count=4000&iterations=8');
  await page.getByRole('button', { name: 'Keep the mixture' }).click();
  const row = page.locator('.models-list li[data-name=my-mixture]');
  await expect(row).toBeVisible();
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as safetensors' }).click();
  const file = readFileSync(await (await coming).path());
  expect(file.toString('latin1')).toContain('4 Gaussians on 6x6 patches');

  await row.getByRole('link', { name: 'denoise' }).click();
  await expect(page).toHaveURL(/#denoise\?v=1&prior=my-mixture/);
  await expect(page.locator('.verbs')).toHaveAttribute('data-phase', 'done', { timeout: 80_000 });
  const gain = async () =>
    Number((await page.locator('[data-metric=psnr] dd').innerText()).match(/[\d.]+/g)!.at(-1));
  expect(await gain()).toBeGreaterThan(24);
  await page.reload();
  await expect(page.locator('select[name=prior]')).toHaveValue('my-mixture');
  await expect(page.locator('.verbs')).toHaveAttribute('data-phase', 'done', { timeout: 80_000 });

  await digits.open('mixture');
  await page.getByRole('button', { name: 'Forget my-mixture' }).click();
  await expect(row).toHaveCount(0);
  await page
    .getByLabel('Load a mixture')
    .setInputFiles({ name: 'Back again.safetensors', mimeType: 'application/octet-stream', buffer: file });
  await expect(page.locator('.models-list')).toContainText('back-again');
});

test('a file that is no mixture, too few patches: refused in words', async ({ digits, page }) => {
  await digits.open('mixture');
  await digits.phase('idle');
  await page.getByLabel('Load a mixture').setInputFiles({
    name: 'no.safetensors',
    mimeType: 'application/octet-stream',
    buffer: Buffer.from('no'),
  });
  await expect(digits.notices).not.toBeEmpty();
  await page.getByLabel('Load a mixture').setInputFiles({
    name: 'digits.safetensors',
    mimeType: 'application/octet-stream',
    buffer: readFileSync('shared/models/markov/markov.safetensors'),
  });
  await expect(digits.notices).toContainText('of the family "autoregressive", not a mixture of patches');
  await page
    .locator('.file-input')
    .first()
    .setInputFiles({
      name: 'one.png',
      mimeType: 'image/png',
      buffer: png(8, 8, (x, y) => [9 * x, 9 * y, 0]),
    });
  await expect(digits.notices).toContainText('8 components needs at least as many patches; there is 1.');
});

test('dead leaves are learned where no photo can be loaded', async ({ digits, expected, page }) => {
  expected.push(/Failed to load resource/); // thumbnails of the samples
  await page.route('**/images/**', (route) => route.abort());
  await learn(digits, 'source=leaves&components=2&patch=5&count=1000&iterations=2');
  expect(await digits.number('log-likelihood')).toBeGreaterThan(0);
});

test('a constant picture is learned without harm', async ({ digits, page }) => {
  await digits.open('mixture', 'components=3&iterations=3');
  await digits.phase('idle');
  await page
    .locator('.file-input')
    .first()
    .setInputFiles({ name: 'grey.png', mimeType: 'image/png', buffer: png(60, 50, () => [99, 99, 99]) });
  await expect(page).toHaveURL(/image=own/);
  await digits.phase('idle');
  await digits.verb('Run').click();
  await digits.phase('done');
  expect(await digits.number('log-likelihood')).toBeGreaterThan(300); // the floor's own density
});

test('works without isolation, on the pool @plain', async ({ digits }) => {
  await learn(digits, 'components=4&count=4000&iterations=4');
  expect(await digits.number('log-likelihood')).toBeGreaterThan(0);
});
