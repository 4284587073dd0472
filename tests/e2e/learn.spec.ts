// "Learn in the page" as a user meets it.
import { readFileSync } from 'node:fs';
import { expect, idx, test, zipped, type DigitPage } from './digit_page';

const file = zipped(idx(300));

async function open(digits: DigitPage, state: string): Promise<void> {
  await digits.open('learn', `source=file&${state}`);
  await digits.give('bars.idx.gz', file);
  await expect(digits.page.locator('.panel figcaption').first()).toContainText('300 digits of bars.idx.gz');
}

/** A run on a small file, to its end. */
async function learn(digits: DigitPage, state = ''): Promise<void> {
  await open(digits, state || 'epochs=3');
  await digits.verb('Run').click();
  await digits.phase('done', 60_000);
}

for (const kind of ['fvsbn', 'nade', 'made'])
  test(`${kind} learns a file: the loss falls, samples appear`, async ({ digits }) => {
    await learn(digits, `kind=${kind}&hidden=16&epochs=12`);
    expect(await digits.number('valid')).toBeLessThan(163); // independent pixels, where FVSBN starts: 164
    await expect(digits.page.locator('.panel figcaption').nth(1)).toHaveText(/samples after 12\.0 epochs/);
    const samples = await digits.pixels(1);
    expect(samples.red.some((v) => v === 255)).toBe(true);
    await expect(digits.page.locator('.plot-canvas')).toHaveAttribute('aria-label', /Kept out: from/);
  });

test('Step, Pause, Stop, Reset', async ({ digits }) => {
  await open(digits, 'epochs=400');
  await digits.verb('Step').click();
  await digits.phase('paused');
  await expect(digits.progress).toHaveText(/^1\/\d+ batches/);
  await digits.verb('Run').click();
  await digits.phase('running');
  await digits.verb('Pause').click();
  await digits.phase('paused');
  await expect(digits.page.locator('.panel figcaption').nth(1)).toHaveText(/samples after/);
  await digits.verb('Stop').click();
  await digits.phase('idle');
  await expect(digits.metric('loss')).toHaveText(/nats/); // what there is stays in view, and can be kept
  await expect(digits.page.getByRole('button', { name: 'Save as safetensors' })).toHaveAttribute(
    'aria-disabled',
    'false',
  );
  await digits.verb('Run').click();
  await digits.phase('running');
  await digits.verb('Pause').click();
  await digits.phase('paused');
  await digits.verb('Reset').click();
  await digits.phase('idle');
  await expect(digits.metric('loss')).toHaveText('–');
});

test('what was learned is kept, used elsewhere, saved, loaded, forgotten', async ({ digits, page }) => {
  await learn(digits);
  await page.getByRole('button', { name: 'Keep the model' }).click();
  await expect(page.locator('.models-list')).toContainText('my-fvsbn');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as safetensors' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe('my-fvsbn.safetensors');
  const bytes = readFileSync(await saved.path());
  expect(bytes.subarray(8, 2000).toString('latin1')).toContain('"fvsbn"');

  await page.locator('.models-list a').click();
  await expect(page).toHaveURL(/#digits\?v=1&model=my-fvsbn/);
  await expect(digits.metric('digit-my-fvsbn')).toHaveText(/nats/);
  await page.reload(); // the browser has kept it
  await expect(digits.metric('digit-my-fvsbn')).toHaveText(/nats/);
  await digits.open('yourdigit', 'model=my-fvsbn');
  await expect(page.locator('.verdict')).toHaveText(/my-fvsbn/);

  await digits.open('learn', 'source=file');
  const load = page.getByLabel('Load a model');
  await load.setInputFiles({
    name: 'Again.safetensors',
    mimeType: 'application/octet-stream',
    buffer: bytes,
  });
  await expect(page.locator('.models-list')).toContainText('again');
  for (const [name, buffer, sentence] of [
    ['wrong.safetensors', Buffer.from('no model'), /./],
    ['cut.safetensors', bytes.subarray(0, 3000), /./],
    ['nade.safetensors', bytes, /is a name of this page/],
  ] as const) {
    await load.setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
    await expect(digits.notices.getByRole('alert')).toContainText(sentence);
  }
  await page.getByRole('button', { name: 'Forget again' }).click();
  await page.getByRole('button', { name: 'Forget my-fvsbn' }).click();
  await expect(page.locator('.models-list')).toContainText('Nothing yet');
});

test('from samples of a model, and from drawings', async ({ digits, page }) => {
  await digits.open('learn', 'teacher=markov&count=200&epochs=2');
  await expect(page.locator('.panel figcaption').first()).toContainText('16 of 200 digits drawn by Markov');
  await digits.verb('Run').click();
  await digits.phase('done', 60_000);
  await digits.choose('My drawings');
  await expect(digits.notices).toContainText('Draw a digit and add it first');
  for (let i = 0; i < 3; i++) {
    const box = (await page.locator('.drawing').boundingBox())!;
    await page.mouse.move(box.x + box.width / 2 + 4 * i, box.y + box.height / 4);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 4 * i, box.y + (3 * box.height) / 4, { steps: 5 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Add', exact: true }).click();
  }
  await expect(page.locator('.draw-box')).toContainText('3 digits so far');
  await expect(page.locator('.panel figcaption').first()).toContainText('from 3 of your drawings');
  await digits.verb('Run').click();
  await digits.phase('done', 60_000);
});

test('works without isolation @plain', async ({ digits }) => {
  await learn(digits);
  expect(await digits.number('valid')).toBeLessThan(200);
});
