// "Learn a latent space" as a user meets it.
import { readFileSync } from 'node:fs';
import { expect, idx, test, zipped, type DigitPage } from './digit_page';

const file = zipped(idx(300));
const small = 'hidden=32&batch=50&rate=0.005';

async function open(digits: DigitPage, state: string): Promise<void> {
  await digits.open('vae', `source=file&${small}&${state}`);
  await digits.give('bars.idx.gz', file);
  await expect(digits.page.locator('.rail-section figcaption')).toContainText('300 digits of bars.idx.gz');
}

async function learn(digits: DigitPage, state = 'epochs=12'): Promise<void> {
  await open(digits, state);
  await digits.verb('Run').click();
  await digits.phase('done', 60_000);
}

const manifold = (digits: DigitPage) => digits.page.locator('.panels figcaption').first();

test('learns a file: the bound rises, the plane fills, means of digits kept out appear', async ({
  digits,
  page,
}) => {
  await learn(digits);
  await expect(manifold(digits)).toHaveText('the plane, −3 to 3 each way, after 12.0 epochs');
  const { width, red } = await digits.pixels(0);
  expect(width).toBe(15 * 30 - 2);
  expect(red.some((v) => v > 100)).toBe(true);
  await expect(page.locator('.means figcaption')).toHaveText('posterior means of 30 digits kept out');
  const elbo = await digits.number('valid_elbo');
  expect(elbo).toBeGreaterThan(-164); // independent pixels
  expect(await digits.number('iw')).toBeGreaterThanOrEqual(elbo);
  const [fit, kl] = [await digits.number('valid_reconstruction'), await digits.number('valid_kl')];
  expect(Math.abs(fit - kl - elbo)).toBeLessThan(0.2);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Curve as CSV' }).click();
  const csv = readFileSync(await (await download).path(), 'utf8');
  expect(csv.split('\n')[0]).toBe(
    'epoch,elbo (nats),reconstruction (nats),kl (nats),valid_elbo (nats),valid_kl (nats),iw (nats)',
  );
});

test('runs without an end; beta is told on the way; Step, Pause, Stop, Reset', async ({ digits, page }) => {
  await open(digits, 'held=20');
  await digits.verb('Step').click();
  await digits.phase('paused');
  await digits.verb('Run').click();
  await expect.poll(() => digits.number('epoch'), { timeout: 30_000 }).toBeGreaterThan(8);
  const before = await digits.number('kl');
  await page.getByRole('slider', { name: 'Weight of the KL term' }).fill('10');
  await expect(page).toHaveURL(/beta=10/);
  await expect(digits.metric('beta')).toHaveText('10.00');
  expect(await digits.number('epoch')).toBeGreaterThan(8); // the same run
  await expect.poll(() => digits.number('kl'), { timeout: 30_000 }).toBeLessThan(before - 0.3);
  await digits.verb('Pause').click();
  await digits.phase('paused');
  await expect(page.locator('.means figcaption')).toHaveText('posterior means of 60 digits kept out');
  await digits.verb('Stop').click();
  await digits.phase('idle');
  await expect(digits.metric('elbo')).toHaveText(/nats/);
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
  await expect(digits.metric('elbo')).toHaveText('–');
});

test('more latents show samples of the prior; several samples have no beta', async ({ digits, page }) => {
  await learn(digits, 'latents=7&samples=3&epochs=2');
  await expect(manifold(digits)).toHaveText('samples from the prior, after 2.0 epochs');
  expect((await digits.pixels(0)).width).toBe(8 * 30 - 2);
  await expect(page.locator('.means figcaption')).toContainText('the two widest latents');
  await expect(page.getByRole('slider', { name: 'Weight of the KL term' })).toBeHidden();
});

test('what was learned is kept, used by the other demos, saved, loaded, forgotten', async ({
  digits,
  page,
}) => {
  await learn(digits, 'epochs=2');
  await page.getByRole('button', { name: 'Keep the model' }).click();
  await expect(page.locator('.models-list')).toContainText('my-vae2');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as safetensors' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe('my-vae2.safetensors');
  const bytes = readFileSync(await saved.path());

  await page.locator('.models-list a').click();
  await expect(page).toHaveURL(/#latent\?v=1&model=my-vae2/);
  await expect(digits.metric('active')).toHaveText('2 of 2');
  await page.reload(); // the browser has kept it
  await expect(digits.metric('active')).toHaveText('2 of 2');
  await expect(digits.notices).not.toContainText('my-vae2');
  await digits.open('encode', 'model=my-vae2');
  await digits.phase('done', 60_000);

  await digits.open('vae', 'source=file');
  const load = page.getByLabel('Load a model');
  const give = (name: string, buffer: Buffer) =>
    load.setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
  await give('Again.safetensors', bytes);
  await expect(page.locator('.models-list')).toContainText('again');
  await give('wrong.safetensors', Buffer.from('no model'));
  await expect(digits.notices.getByRole('alert')).toBeVisible();
  await give('other.safetensors', readFileSync('shared/models/fvsbn/fvsbn.safetensors'));
  await expect(digits.notices.getByRole('alert')).toContainText('of the family "autoregressive"');
  await page.getByRole('button', { name: 'Forget again' }).click();
  await page.getByRole('button', { name: 'Forget my-vae2' }).click();
  await expect(page.locator('.models-list')).toContainText('Nothing yet');
});

test('works without isolation, beta included @plain', async ({ digits, page }) => {
  await open(digits, '');
  await digits.verb('Run').click();
  await expect.poll(() => digits.number('epoch'), { timeout: 60_000 }).toBeGreaterThan(3);
  await page.getByRole('slider', { name: 'Weight of the KL term' }).fill('10');
  await expect(digits.metric('beta')).toHaveText('10.00', { timeout: 30_000 });
  await digits.verb('Pause').click();
  await digits.phase('paused');
  await expect(manifold(digits)).toHaveText(/^the plane, .* epochs$/);
});
