// "From mixtures to infinitely many" as a user meets it.
import { readFileSync } from 'node:fs';
import { expect, test, type DigitPage } from './digit_page';

/** Nothing runs unasked. */
test.use({ contextOptions: { reducedMotion: 'reduce' } });

async function learn(digits: DigitPage, state: string): Promise<void> {
  await digits.open('continuous', state);
  await digits.phase('idle');
  await digits.verb('Run').click();
  await digits.phase('done', 60_000);
}

/** Rows of the curve: iteration, log-likelihood, bound, other bound. */
async function curve({ page }: DigitPage): Promise<number[][]> {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Curve as CSV' }).click();
  const lines = readFileSync(await (await coming).path(), 'utf8')
    .trim()
    .split('\n');
  expect(lines[0]).toMatch(/^iteration,Log-likelihood \(nats\),/);
  return lines.slice(1).map((line) => line.split(',').map(Number));
}

test('a mixture: the bound touches the likelihood at each E-step and nothing ever falls', async ({
  digits,
}) => {
  await learn(digits, 'data=blobs&components=4&iterations=30');
  const rows = await curve(digits);
  expect(rows).toHaveLength(31);
  for (const [i, [iteration, likelihood, afterE, afterM]] of rows.entries()) {
    expect(iteration).toBe(i);
    expect(afterE).toBeCloseTo(likelihood!, 5);
    expect(afterM!).toBeLessThanOrEqual(likelihood! + 1e-5);
    if (i) expect(afterM!).toBeGreaterThanOrEqual(rows[i - 1]![1]! - 1e-5);
  }
  expect(rows.at(-1)![1]).toBeGreaterThan(rows[0]![1]! + 0.1);
  expect(await digits.number('gap')).toBe(0);
  await expect(digits.page.locator('.panel figcaption').first()).toContainText(
    '150 points, p(x) of the mixture after 30 iterations',
  );
});

test('PPCA: EM ends where the closed form begins', async ({ digits }) => {
  await learn(digits, 'data=line&method=ppca&iterations=200');
  const em = await digits.number('log-likelihood');
  expect(em).toBeCloseTo(await digits.number('best'), 2);
  await learn(digits, 'data=line&method=ppca&solver=closed');
  expect(await digits.number('log-likelihood')).toBeCloseTo(em, 2);
  expect(await digits.number('iteration')).toBe(1);
});

test('a linear VAE with one variance is PPCA; its bounds lie below', async ({ digits }) => {
  await learn(digits, 'data=line&method=vae&mean=linear&variance=fixed&iterations=120');
  expect(Math.abs((await digits.number('log-likelihood')) - (await digits.number('best')))).toBeLessThan(
    0.015,
  );
  const rows = await curve(digits);
  const mean = (column: number) =>
    rows.slice(-20).reduce((sum, row) => sum + (row[1]! - row[column]!), 0) / 20;
  expect(mean(2)).toBeGreaterThan(-0.002);
});

test('a bent line of Gaussians explains a banana better than any straight one', async ({ digits }) => {
  await learn(digits, 'data=banana&method=vae&iterations=80');
  expect(await digits.number('log-likelihood')).toBeGreaterThan((await digits.number('best')) + 0.3);
  const before = await digits.pixels(0);
  await digits.page.getByLabel('Logarithmic map').check();
  await expect.poll(() => digits.pixels(0)).not.toEqual(before);
  await expect(digits.page).toHaveURL(/log=true/);
  await digits.phase('done'); // looks alone: nothing is learned anew
});

test('points of the reader: drawn, taken away, undone, in the link; one point, then none', async ({
  digits,
  page,
}) => {
  await digits.open('continuous');
  await digits.phase('idle');
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await digits.phase('blocked');
  await expect(digits.progress).toHaveText('Draw at least one point');
  // The page scrolls to what is clicked.
  const at = async (x: number, y: number): Promise<[number, number]> => {
    await page.locator('.plane-canvas').scrollIntoViewIfNeeded();
    const box = (await page.locator('.plane-canvas').boundingBox())!;
    return [box.x + x * box.width, box.y + y * box.height];
  };
  await page.mouse.click(...(await at(0.5, 0.5)));
  await expect(page).toHaveURL(/data=own&points=\S{3}$/);
  await digits.phase('idle');
  await digits.verb('Run').click();
  await digits.phase('done');
  expect(await digits.number('log-likelihood')).toBeCloseTo(-Math.log(2 * Math.PI * 0.001), 2);
  await page.mouse.move(...(await at(0.2, 0.3)));
  await page.mouse.down();
  await page.mouse.move(...(await at(0.4, 0.3)), { steps: 10 });
  await page.mouse.up();
  const caption = page.locator('.panel figcaption').first();
  await expect(caption).toContainText(/^([5-9]|1\d) points/);
  const count = async () => Number((await caption.innerText()).match(/\d+/)![0]);
  const drawn = await count();
  await page.reload();
  await expect.poll(count).toBe(drawn);
  await page.getByRole('button', { name: 'Eraser' }).click();
  await page.mouse.click(...(await at(0.5, 0.5)));
  await expect.poll(count).toBe(drawn - 1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(count).toBe(drawn);
  await page.goBack();
  await expect.poll(count).toBe(drawn - 1);
});

test('strokes on top of many points: they are added, learned from, and a link says what it cannot hold', async ({
  digits,
  page,
}) => {
  await digits.open('continuous', 'data=ring');
  await digits.phase('idle');
  const box = (await page.locator('.plane-canvas').boundingBox())!;
  const caption = page.locator('.panel figcaption').first();
  for (const [i, x] of [0.1, 0.9].entries()) {
    await page.mouse.click(box.x + x * box.width, box.y + 0.1 * box.height);
    await expect(caption).toContainText(`${151 + i} points`);
    await expect(caption).toContainText('a link holds 66 at most');
    await digits.phase('idle');
  }
  await digits.verb('Run').click();
  await digits.phase('done');
  await expect(caption).toContainText('152 points, p(x) of the mixture after 60 iterations');
});

test('with keys: a point where the cursor is, and away again', async ({ digits, page }) => {
  await digits.open('continuous', 'data=own');
  await digits.phase('blocked');
  await page.locator('.plane-canvas').focus();
  for (const key of ['ArrowRight', 'ArrowRight', ' ', 'ArrowUp', 'Shift+ArrowUp', ' '])
    await page.keyboard.press(key);
  await digits.phase('idle');
  await expect(page.locator('.panel figcaption').first()).toContainText('2 points');
  await page.keyboard.press('e');
  await expect(page.locator('.panel figcaption').first()).toContainText('1 point,');
  await page.keyboard.press('Delete');
  await digits.phase('blocked');
});

test('Step, Run, Pause, Stop, Reset; more components than points', async ({ digits, page }) => {
  await digits.open('continuous', 'data=own&points=gAAgAAhAA&components=20');
  await digits.phase('idle');
  await digits.verb('Step').click();
  await digits.phase('paused');
  await expect(digits.metric('iteration')).toHaveText('1');
  await digits.verb('Run').click();
  await digits.phase('done');
  await digits.choose('VAE');
  await digits.phase('idle');
  await digits.verb('Run').click();
  await digits.phase('running');
  await digits.verb('Pause').click();
  await digits.phase('paused');
  await digits.verb('Stop').click();
  await digits.phase('idle');
  await digits.verb('Run').click();
  await digits.phase('running');
  await digits.verb('Pause').click();
  await digits.phase('paused');
  await digits.verb('Reset').click();
  await digits.phase('idle');
  await expect(digits.metric('iteration')).toHaveText('0');
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Points as CSV' }).click();
  expect(
    readFileSync(await (await coming).path(), 'utf8')
      .trim()
      .split('\n'),
  ).toHaveLength(4);
});

test('runs by itself where motion is welcome', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ reducedMotion: 'no-preference' });
  const page = await context.newPage();
  await page.goto(`${baseURL}#continuous`);
  await expect(page.locator('.verbs')).toHaveAttribute('data-phase', 'done', { timeout: 60_000 });
  await expect(page.locator('[data-metric=iteration] dd')).toHaveText('60');
  await context.close();
});

test('works without isolation @plain', async ({ digits }) => {
  await learn(digits, 'data=moons&method=vae&iterations=10');
  expect(await digits.number('log-likelihood')).toBeGreaterThan(-5);
});
