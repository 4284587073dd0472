// "Exact, sampled, mean field" as a user meets it.
import { readFileSync } from 'node:fs';
import { expect, test, type DigitPage } from './digit_page';

const figure = async ({ page }: DigitPage, way: string, name: string) =>
  Number(
    (await page.locator(`[data-way=${way}] [data-figure=${name}]`).innerText())
      .replace('−', '-')
      .replaceAll(',', ''),
  );

/** Nothing runs unasked. */
test.use({ contextOptions: { reducedMotion: 'reduce' } });

async function learn(digits: DigitPage, state: string): Promise<void> {
  await digits.open('ladder', state);
  await digits.phase('idle');
  await digits.verb('Run').click();
  await digits.phase('done', 60_000);
}

test('the mean field keeps a gap and ends below; the samples come close and cost most', async ({
  digits,
}) => {
  await learn(digits, 'angle=60&samples=20');
  const [exact, sampled, field] = await Promise.all(
    ['exact', 'sampled', 'mean_field'].map((way) => figure(digits, way, 'likelihood')),
  );
  expect(field!).toBeLessThan(exact! - 0.02);
  expect(Math.abs(sampled! - exact!)).toBeLessThan(0.01);
  expect(await figure(digits, 'exact', 'gap')).toBe(0);
  expect(await figure(digits, 'mean_field', 'gap')).toBeGreaterThan(0.01);
  expect(await figure(digits, 'sampled', 'gap')).toBeGreaterThan(0.01);
  // 101 E-steps of 200 points: two updates, 2 x 20, 2 x 2.
  expect(await figure(digits, 'exact', 'cost')).toBe(101 * 200 * 2);
  expect(await figure(digits, 'sampled', 'cost')).toBe(101 * 200 * 40);
  expect(await figure(digits, 'mean_field', 'cost')).toBe(101 * 200 * 4);
});

test('at a small angle the mean field does without a latent; at right angles it misses nothing', async ({
  digits,
  page,
}) => {
  await learn(digits, 'angle=30');
  expect(await figure(digits, 'mean_field', 's2')).toBe(0);
  expect(await figure(digits, 'exact', 's2')).toBeGreaterThan(0.5);
  await page.getByRole('button', { name: 'Right angles' }).click();
  await digits.phase('idle');
  await digits.verb('Run').click();
  await digits.phase('done', 60_000);
  expect(await figure(digits, 'mean_field', 'gap')).toBe(0);
  expect(await figure(digits, 'mean_field', 'likelihood')).toBe(await figure(digits, 'exact', 'likelihood'));
});

test('another point is chosen by a click or the slider, without learning anew', async ({ digits, page }) => {
  await learn(digits, 'iterations=10');
  const before = await digits.pixels(1);
  const box = (await page.locator('.ladder-panels canvas').first().boundingBox())!;
  await page.mouse.click(box.x + 0.8 * box.width, box.y + 0.3 * box.height);
  await expect(page).toHaveURL(/chosen=\d+/);
  await expect.poll(() => digits.pixels(1)).not.toEqual(before);
  await digits.phase('done');
  const note = page.locator('[data-role=note]');
  await page.getByRole('slider', { name: 'Chosen point' }).press('Home');
  await expect(note).toHaveText(/^Point 0:/);
});

test('Step, Pause, Stop, Reset; the curve as CSV', async ({ digits, page }) => {
  await digits.open('ladder', 'iterations=1000');
  await digits.phase('idle');
  await digits.verb('Step').click();
  await digits.phase('paused');
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Curve as CSV' }).click();
  const lines = readFileSync(await (await coming).path(), 'utf8')
    .trim()
    .split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]!.split(',')).toHaveLength(13);
  await digits.verb('Stop').click();
  await digits.phase('idle');
  await digits.verb('Run').click();
  await expect(digits.verb('Reset')).toHaveAttribute('aria-disabled', 'false');
  await digits.verb('Reset').click();
  await digits.phase('idle');
  expect(await figure(digits, 'exact', 'cost')).toBe(400); // the first E-step
});

test('works without isolation @plain', async ({ digits }) => {
  await learn(digits, 'iterations=20');
  expect(await figure(digits, 'exact', 'gap')).toBe(0);
});
