// "Complete a digit" as a user meets it.
import { expect, idx, test } from './digit_page';

test('the upper half given: both ways complete it, and keep what is given', async ({ digits, page }) => {
  await digits.open('completion');
  await digits.phase('done', 60_000);
  await expect(digits.metric('smc-score')).toHaveText(/nats/);
  await expect(digits.metric('naive-score')).toHaveText(/nats/);
  const given = await digits.pixels(0);
  const means = page.locator('.pair:not(:first-child) .panel:nth-child(2) canvas');
  await expect(means).toHaveCount(2);
  for (let k = 0; k < 2; k++) {
    const red = await means
      .nth(k)
      .evaluate((canvas: HTMLCanvasElement) =>
        [...canvas.getContext('2d')!.getImageData(0, 0, 28, 14).data].filter((_, i) => i % 4 === 0),
      );
    expect(red).toEqual(given.red.slice(0, 14 * 28));
  }
  await expect(page.locator('.plot-canvas')).toHaveAttribute('aria-label', /SMC: from/);
});

test('only what is needed is loaded: the model first, its guide where it helps', async ({ digits, page }) => {
  const weights = new Set<string>();
  page.on('request', (request) => {
    const name = request.url().match(/models\/([^.]+)\./)?.[1];
    if (name) weights.add(name);
  });
  await digits.open('completion');
  await digits.phase('done', 60_000);
  expect([...weights]).toEqual(['nade']);
  await page.getByRole('button', { name: 'Lower half given' }).click();
  await expect.poll(() => [...weights]).toEqual(['nade', 'orderless']);
});

test('the lower half given: looking ahead fits better than naive forcing', async ({ digits }) => {
  await digits.open('completion', 'hide=top');
  await digits.phase('done', 60_000);
  await expect(digits.metric('smc-score')).toHaveText(/nats/);
  expect(await digits.number('smc-score')).toBeGreaterThan(await digits.number('naive-score'));
});

test('Stop in the middle, Run again; Pause, Step, Reset', async ({ digits }) => {
  await digits.open('completion', 'hide=top&particles=2048');
  await digits.phase('running', 60_000);
  await digits.verb('Pause').click();
  await digits.phase('paused');
  await digits.verb('Step').click();
  await digits.phase('paused');
  await digits.verb('Stop').click();
  await digits.phase('idle');
  await digits.verb('Run').click();
  await digits.phase('running', 60_000);
  await digits.verb('Stop').click();
  await digits.phase('idle');
});

test('a mask brushed by hand is in the link', async ({ digits, page }) => {
  await digits.open('completion', 'particles=32');
  await digits.phase('done', 60_000);
  await page.getByRole('radio', { name: 'Brush the mask' }).check({ force: true });
  const box = (await page.locator('.drawing:visible').boundingBox())!;
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + 80, box.y + 20, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/hide=brushed/);
  await expect(page).toHaveURL(/mask=[\w-]{131}/);
  await digits.phase('done', 60_000);
  const shown = await digits.pixels(0);
  const link = page.url();
  await page.goto('about:blank');
  await page.goto(link);
  await digits.phase('done', 60_000);
  expect(await digits.pixels(0)).toEqual(shown);
});

test('a digit from a file, a sample, the back button', async ({ digits, page }) => {
  await digits.open('completion', 'particles=32');
  await digits.phase('done', 60_000);
  const three = await digits.pixels(0);
  await digits.give('mine.idx', idx(4));
  await expect(digits.notices).toContainText('All 4 digits of mine.idx');
  await expect.poll(() => digits.pixels(0)).not.toEqual(three);
  await expect(page).toHaveURL(/digit=[\w-]{131}/);
  const given = page.url();
  await page.getByRole('button', { name: 'A sample instead' }).click();
  await expect(page).not.toHaveURL(given); // the sample is there: only then does going back leave it
  await page.goBack();
  await page.goBack();
  await expect.poll(() => digits.pixels(0), { timeout: 15_000 }).toEqual(three);
});

test('works without isolation @plain', async ({ digits }) => {
  await digits.open('completion', 'particles=64');
  await digits.phase('done', 60_000);
  await expect(digits.metric('smc-score')).toHaveText(/nats/);
});
