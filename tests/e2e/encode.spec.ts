// "Encode your digit" as a user meets it.
import { readFileSync } from 'node:fs';
import { expect, idx, test, type DigitPage } from './digit_page';

const done = (digits: DigitPage) => digits.phase('done', 60_000);

/** "−87.3 nats" of a cell is -87.3. */
const value = (text: string) =>
  Number(
    text
      .replace('−', '-')
      .replace(',', '')
      .match(/-?[\d.]+/)?.[0],
  );

/** Samples, mean log weight, estimate, effective samples. */
const row = async (digits: DigitPage, source: string) =>
  (await digits.page.locator(`tr[data-source=${source}] td`).allInnerTexts()).map(value) as [
    number,
    number,
    number,
    number,
  ];

const bar = async (digits: DigitPage, name: string) =>
  value(await digits.page.locator(`.nat-bars [data-metric=${name}] dd`).innerText());

test('the bound splits, and more samples tighten it', async ({ digits, page }) => {
  await digits.open('encode');
  await done(digits);
  const [elbo, fit, kl] = [
    await bar(digits, 'elbo'),
    await bar(digits, 'reconstruction'),
    await bar(digits, 'kl'),
  ];
  expect(Math.abs(elbo - (fit - kl))).toBeLessThan(0.16); // each is rounded
  const each = await Promise.all(['latent-1', 'latent-2'].map((name) => bar(digits, name)));
  expect(Math.abs(each[0]! + each[1]! - kl)).toBeLessThan(0.16);
  const posterior = await row(digits, 'posterior');
  expect(posterior[0]).toBe(5000);
  expect(Math.abs(posterior[1] - elbo)).toBeLessThan(2); // both estimate the ELBO
  expect(posterior[2]).toBeGreaterThan(posterior[1]);
  // Prior and box: few samples that count, and a mean log weight that is far below.
  for (const source of ['prior', 'uniform']) {
    const found = await row(digits, source);
    expect(found[1]).toBeLessThan(posterior[1] - 50);
    expect(found[3]).toBeLessThan(posterior[3] / 4);
  }
  await expect(page.locator('.verdict').last()).toHaveText(
    /^log p\(x\) is about −[\d.]+ nats, [\d.]+ above the ELBO: 5,000 samples from q\(z \| x\), worth \d+\./,
  );
  const [csv] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Curve as CSV' }).click(),
  ]);
  const lines = readFileSync((await csv.path())!, 'utf8').split('\n');
  expect(lines[0]).toBe('samples k,ELBO,q(z | x),p(z),uniform');
  expect(lines.filter((line) => /^\d+,-[\d.]+,-[\d.]+,-[\d.]+$/.test(line))).toHaveLength(5000);
  expect(lines).toContain('latent,mean,standard deviation,KL (nats)');
});

test('where q misses the posterior, the page says so', async ({ digits, page }) => {
  await digits.open('encode', 'digit=seven');
  await done(digits);
  expect((await row(digits, 'prior'))[2]).toBeGreaterThan((await row(digits, 'posterior'))[2] + 3);
  const words = page.locator('.verdict').last();
  await expect(words).toContainText('q misses part of the posterior');
  await expect(words).not.toContainText('5,000 samples from q(z | x)');
});

test('fifty latents: prior and box are lost', async ({ digits, page }) => {
  await digits.open('encode');
  await done(digits);
  await page.getByRole('button', { name: 'Fifty latents' }).click();
  await expect(page).toHaveURL(/model=vae50/);
  await expect.poll(() => page.locator('.nat-bars').last().locator('dd').count()).toBe(10);
  await expect(page.locator('tr[data-source=posterior] td').first()).toHaveText('…');
  await done(digits);
  const [posterior, prior, uniform] = [
    await row(digits, 'posterior'),
    await row(digits, 'prior'),
    await row(digits, 'uniform'),
  ];
  expect(prior[2]).toBeLessThan(posterior[2] - 20);
  expect(uniform[2]).toBeLessThan(prior[2] - 50);
  expect(uniform[3]).toBeLessThan(2);
  await page.goBack();
  await done(digits);
  expect((await row(digits, 'prior'))[2]).toBeGreaterThan(prior[2]); // two latents again
});

test('drawing: encoded while the pen moves; undo; the link', async ({ digits, page }) => {
  await digits.open('encode');
  await done(digits);
  const [drawn, before] = [await digits.pixels(0), await digits.pixels(1)];
  const box = (await page.locator('.drawing').boundingBox())!;
  await page.mouse.move(box.x + 12, box.y + 12);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width - 12, box.y + 20, { steps: 6 });
  await expect.poll(() => digits.pixels(1)).not.toEqual(before);
  await page.mouse.up();
  await expect(page).toHaveURL(/digit=[\w-]{131}/);
  await done(digits);
  const elbo = await bar(digits, 'elbo');
  const link = page.url();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => digits.pixels(1)).toEqual(before);
  expect(await digits.pixels(0)).toEqual(drawn);
  await page.goto('about:blank');
  await page.goto(link);
  await done(digits);
  expect(await bar(digits, 'elbo')).toBe(elbo);
});

test('with keys alone; run, pause, a lot more, from the start', async ({ digits, page }) => {
  await digits.open('encode', 'digit=&brush=fine');
  await done(digits);
  const blank = await bar(digits, 'elbo');
  await page.locator('.drawing').focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowDown');
  await expect.poll(() => bar(digits, 'elbo')).not.toBe(blank);
  await digits.verb('Reset').click();
  await digits.phase('idle');
  await expect(digits.progress).toHaveText('0 of 5,000 samples');
  await digits.verb('Step').click();
  await digits.phase('paused');
  await expect(digits.progress).toHaveText('200 of 5,000 samples');
  await digits.verb('Step').click();
  await expect(digits.progress).toHaveText('400 of 5,000 samples');
  await digits.verb('Stop').click();
  await digits.phase('idle');
  await expect(digits.progress).toHaveText('400 of 5,000 samples'); // what it found stays
  await digits.choose('1,000');
  await expect(digits.progress).toHaveText('0 of 1,000 samples');
  await digits.phase('idle'); // a person has stopped it: it waits
  await digits.choose('5,000');
  await digits.verb('Run').click();
  await done(digits);
  await expect(digits.progress).toHaveText('5,000 of 5,000 samples');
});

test('the plane: zoomed to the posterior and back', async ({ digits, page }) => {
  await digits.open('encode');
  await done(digits);
  await expect(page.locator('.plane')).toHaveAttribute(
    'aria-label',
    /the posterior lies at −?\d\.\d\d, −?\d\.\d\d/,
  );
  await page.getByRole('button', { name: 'Zoom to q(z | x)' }).click();
  await expect(page).toHaveURL(/half=0\.\d/);
  const white = () =>
    page.locator('.plane-overlay').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4)
        if (data[i]! > 250 && data[i + 1]! > 250 && data[i + 2]! > 250) count++;
      return count;
    });
  await expect.poll(white).toBeGreaterThan(600); // the crosses of the samples alone are some 300
  await page.getByRole('button', { name: 'Show the digits 3' }).click();
  await expect(page).toHaveURL(/lit=3/);
  await page.getByRole('button', { name: 'Whole plane' }).click();
  await expect(page).not.toHaveURL(/half=/);
});

test('files of digits, and what is none; a damaged link', async ({ digits, page }) => {
  await digits.open('encode', 'digit=damaged');
  await expect(digits.notices).toContainText('damaged');
  await digits.give('mine.idx', idx(12));
  await expect(digits.notices).toContainText('10 of the 12 digits of mine.idx');
  await expect(page.locator('.sample')).toHaveCount(10);
  await digits.give('cat.png', Buffer.from([137, 80, 78, 71, 13, 10, 26, 10, 0, 0]));
  await expect(digits.notices.getByRole('alert')).toContainText(/is a picture/);
});

test('works without isolation @plain', async ({ digits }) => {
  await digits.open('encode');
  await done(digits);
});
