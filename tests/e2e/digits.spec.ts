// The sampling demo as a user meets it.
import { readFileSync } from 'node:fs';
import { expect, test } from './digit_page';

const drawnPixels = (text: string) => Number(text.match(/^\d+/)?.[0]);

test('a digit is drawn pixel by pixel: Pause, Step, Finish, Reset', async ({ digits }) => {
  await digits.open('digits');
  await digits.phase('running');
  await expect(digits.progress).toHaveText(/^[1-9]\d* of 784 pixels$/);
  await digits.verb('Pause').click();
  await digits.phase('paused');
  const at = drawnPixels(await digits.progress.innerText());
  await digits.verb('Step').click();
  await expect(digits.progress).toHaveText(`${at + 1} of 784 pixels`);
  await expect(digits.page.locator('.panel figcaption').nth(1)).toHaveText(
    /^p\(this pixel = 1 \| before\) = [01]\.\d\d → [01]$/,
  );
  await digits.verb('Reset').click();
  await digits.phase('idle');
  await expect(digits.progress).toHaveText('0 of 784 pixels');
  const unknown = (await digits.pixels(0)).red[0];
  await digits.page.locator('.verbs').press('.');
  await expect(digits.progress).toHaveText('1 of 784 pixels');
  await digits.verb('Finish').click();
  await digits.phase('done');
  const { red } = await digits.pixels(0);
  expect(new Set(red)).toEqual(new Set([0, 255]));
  expect(red).not.toContain(unknown);
});

test('the link holds the digit: same seed, same digit; another seed, another; the back button', async ({
  digits,
  page,
}) => {
  await digits.open('digits', 'speed=instant&seed=5');
  await digits.phase('done');
  const before = await digits.pixels(0);
  const likely = await digits.number('digit-nade');
  expect(likely).toBeLessThan(-20);
  expect(likely).toBeGreaterThan(-300);
  await page.getByRole('button', { name: 'Another' }).click();
  await expect.poll(() => digits.pixels(0)).not.toEqual(before);
  await expect(page).not.toHaveURL(/seed=5(&|$)/);
  await page.goBack();
  await expect.poll(() => digits.pixels(0)).toEqual(before);
  await page.goto('about:blank');
  await digits.open('digits', 'speed=instant&seed=5');
  await digits.phase('done');
  expect(await digits.pixels(0)).toEqual(before);
  expect(await digits.number('digit-nade')).toBe(likely);
});

test('a sheet of 64; a click draws one of them large; the first ones are those of another first', async ({
  digits,
  page,
}) => {
  await digits.open('digits', 'speed=instant&view=sheet');
  await digits.phase('done');
  const sheet = await digits.pixels(0);
  expect([sheet.width, sheet.height]).toEqual([238, 238]);
  const box = (await page.locator('.stage canvas').first().boundingBox())!;
  await page.mouse.click(box.x + (box.width * 2.5) / 8, box.y + (box.height * 1.5) / 8);
  await expect(page).toHaveURL(/digit=11/);
  await expect(page.getByRole('radio', { name: 'One digit' })).toBeChecked();
  await digits.phase('done');
  const large = await digits.pixels(0);
  const [x, y] = [2 * 30, 1 * 30];
  const part = large.red.map((_, i) => sheet.red[(y + Math.floor(i / 28)) * 238 + x + (i % 28)]);
  expect(large.red).toEqual(part);
  await digits.open('digits', 'speed=instant&first=10');
  await digits.phase('done');
  await expect.poll(() => digits.pixels(0)).toEqual(large); // digit 11 by another count
});

test('two models side by side throw the same dice', async ({ digits, page }) => {
  await digits.open('digits', 'speed=instant&against=fvsbn');
  await digits.phase('done');
  await expect(page.locator('.stage .panels canvas')).toHaveCount(4);
  await expect(digits.metric('mean-fvsbn')).toHaveText(/nats/);
  expect(await digits.number('mean-nade')).toBeGreaterThan(await digits.number('mean-fvsbn'));
  const alone = await digits.pixels(2);
  await digits.open('digits', 'speed=instant&model=fvsbn');
  await digits.phase('done');
  await expect.poll(() => digits.pixels(0)).toEqual(alone);
});

test('temperature changes what is drawn, not what the model thinks of it', async ({ digits, page }) => {
  await digits.open('digits', 'speed=instant&view=sheet');
  await digits.phase('done');
  const cool = await digits.number('mean-nade');
  const slider = page.getByRole('slider', { name: /Temperature/ });
  await slider.focus();
  for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowRight');
  await expect.poll(() => digits.number('mean-nade')).toBeLessThan(cool - 20);
  await expect(page).toHaveURL(/temperature=/);
});

test('exports: PNG, an animated GIF that browsers read, CSV', async ({ digits, page }) => {
  await digits.open('digits', 'speed=instant');
  await digits.phase('done');
  const save = async (name: string) => {
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name }).click();
    const file = await download;
    return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
  };
  const png = await save('Download PNG');
  expect(png.name).toBe('nade-digit-1.png');
  expect(png.bytes.readUInt32BE(20)).toBe(28 * 17);
  const gif = await save('Animated GIF');
  expect(gif.name).toBe('nade-digit-1.gif');
  const seen = await page.evaluate(async (base64) => {
    const data = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const decoder = new ImageDecoder({ data, type: 'image/gif' });
    await decoder.tracks.ready;
    await decoder.completed;
    const frames = decoder.tracks.selectedTrack!.frameCount;
    const { image } = await decoder.decode({ frameIndex: frames - 1 });
    const canvas = new OffscreenCanvas(image.displayWidth, image.displayHeight);
    const context = canvas.getContext('2d')!;
    context.drawImage(image, 0, 0);
    const { data: pixels } = context.getImageData(0, 0, canvas.width, canvas.height);
    const red = Array.from({ length: 784 }, (_, i) => {
      const [x, y] = [(i % 28) * 6 + 3, Math.floor(i / 28) * 6 + 3];
      return pixels[4 * (y * canvas.width + x)]!;
    });
    return { frames, width: canvas.width, red };
  }, gif.bytes.toString('base64'));
  expect(seen.frames).toBe(99);
  expect(seen.width).toBe(58 * 6);
  expect(seen.red).toEqual((await digits.pixels(0)).red);
  const csv = await save('Curve as CSV');
  const lines = csv.bytes.toString().trim().split('\n');
  expect(lines[0]).toBe('pixel,NADE (nats)');
  expect(lines).toHaveLength(786);
  expect(Number(lines.at(-1)!.split(',')[1])).toBeCloseTo(-(await digits.number('digit-nade')), 0);
});

test('a model that is not here: a sentence, and another can be chosen', async ({ digits, page }) => {
  await digits.open('digits', 'speed=instant&model=nothing');
  await expect(digits.notices.getByRole('alert')).toContainText('nothing');
  await page.getByRole('combobox', { name: 'Model' }).selectOption('markov');
  await digits.phase('done');
  await expect(digits.notices.getByRole('alert')).toBeEmpty();
  await expect(digits.metric('digit-markov')).toHaveText(/nats/);
});

test('only what is asked for is loaded', async ({ digits, page }) => {
  const weights = new Set<string>();
  page.on('request', (request) => /safetensors/.test(request.url()) && weights.add(request.url()));
  await digits.open('digits', 'speed=instant');
  await digits.phase('done');
  expect([...weights].map((url) => url.match(/models\/([^.]+)/)![1])).toEqual(['nade']);
});

test('works without isolation @plain', async ({ digits }) => {
  await digits.open('digits', 'speed=instant&view=sheet');
  await digits.phase('done');
  const mean = await digits.number('mean-nade');
  expect(mean).toBeLessThan(-50);
  expect(mean).toBeGreaterThan(-130);
});
