// Inpainting as a user meets it. Pictures are small: what is filled in is the same.
import { png, scene, type Pixel } from './pictures';
import { expect, test } from './restore_page';

/** A grey slope with a white bar of "text" across it. */
const captioned: Pixel = (x, y) => {
  if (y >= 24 && y < 30 && x > 20 && x < 76 && x % 6 < 4) return [255, 255, 255];
  const v = 60 + x;
  return [v, v, v];
};

test('brush over the text in one’s own photo, run, and it is gone; undo, redo, clear', async ({
  demo,
  page,
}) => {
  await demo.open('inpaint', 'mask=none');
  await demo.picture(96, 54, captioned);
  await expect(page.getByRole('radio', { name: 'Mask' })).toBeChecked();
  await demo.phase('idle');
  await expect(page.locator('.stage-note')).toContainText('No pixel is missing yet');
  await page.getByRole('slider', { name: /Size of the brush/ }).fill('10');
  await demo.drag([0.18, 0.5], [0.83, 0.5]);
  await expect(page.locator('.stage-note')).toContainText('pixels (1');
  const told = await page.locator('.stage-note').innerText();
  const tool = (name: string) => page.locator('.brush-tools').getByRole('button', { name });
  await tool('Undo').click();
  await expect(page.locator('.stage-note')).toContainText('No pixel is missing yet');
  await tool('Redo').click();
  await expect(page.locator('.stage-note')).toHaveText(told);
  await demo.verb('Run').click();
  await demo.phase('done');
  await expect(page.getByRole('radio', { name: 'Compare' })).toBeChecked();
  const labels = (await demo.layers()).map(({ label }) => label);
  expect(labels).toEqual(['before', 'restored']); // what was there is not known: no figures
  const places = [
    [30, 26],
    [50, 27],
    [66, 25],
  ] as const;
  for (const [i, [r]] of (await demo.at(places)).entries())
    expect(Math.abs(r! - (60 + places[i]![0]))).toBeLessThan(12); // white is 255
  expect((await demo.at([[3, 3]]))[0]![0]).toBe(63); // known pixels stay
  await page.getByRole('radio', { name: 'Mask' }).check({ force: true });
  await tool('Clear').click();
  await demo.phase('idle');
  await demo.verb('Run').click();
  await expect(demo.notices).toContainText('brush over what should go');
});

test('the brush with keys: arrows move, Space paints, Ctrl+Z undoes', async ({ demo, page }) => {
  await demo.open('inpaint', 'mask=none&view=mask');
  await demo.phase('idle');
  await page.locator('.compare-viewport').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await expect(page.locator('.stage-note')).toContainText('were not known');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect(page.locator('.stage-note')).toContainText('No pixel is missing yet');
});

test('random pixels: PSNR above that of a smooth filling; state in the address; Stop', async ({
  demo,
  page,
}) => {
  await demo.open('inpaint', 'mask=none');
  await demo.picture(96, 72, scene(96, 72));
  await page.getByLabel('Missing', { exact: true }).selectOption('random');
  await expect(page).toHaveURL(/mask=random/);
  await demo.phase('done');
  const [before, after] = await demo.numbers('psnr');
  expect(after).toBeGreaterThan(before! + 1);
  expect((await demo.numbers('ssim'))[1]).toBeGreaterThan(0.9);
  await expect(page.locator('.stage-note')).toContainText(/of 6,912 pixels \(\d+ %\) were not known/);
  await page.getByRole('slider', { name: 'Share' }).fill('80');
  await expect(page).toHaveURL(/fraction=80/);
  await demo.phase('done');
  await page.goBack();
  await expect(page).toHaveURL(/mask=none/);
  await demo.phase('idle');
  await page.goForward();
  await expect(page).toHaveURL(/fraction=80/);
  await demo.phase('done');
  await demo.verb('Run').click();
  await demo.verb('Stop').click();
  await demo.phase('idle');
});

test('works without isolation @plain', async ({ demo, page }) => {
  await demo.open('inpaint', 'mask=none');
  await demo.picture(64, 48, scene(64, 48));
  await page.getByLabel('Missing', { exact: true }).selectOption('scratches');
  await demo.phase('done');
  expect((await demo.numbers('psnr'))[1]).toBeGreaterThan(30);
});

test('a mask file: another size is refused in words, one that fits is used', async ({ demo, page }) => {
  await demo.open('inpaint', 'mask=none');
  await demo.picture(64, 48, scene(64, 48));
  const mask = (width: number, height: number) => ({
    ...{ name: 'hole.png', mimeType: 'image/png' },
    buffer: png(width, height, (x, y) =>
      x > 20 && x < 30 && y > 20 && y < 25 ? [255, 255, 255] : [0, 0, 0],
    ),
  });
  await page.getByLabel('Missing', { exact: true }).selectOption('file');
  const input = page.getByLabel('Open mask file');
  await input.setInputFiles(mask(60, 48));
  await expect(demo.notices).toContainText('The mask has 60 × 48 pixels and the picture 64 × 48');
  await input.setInputFiles(mask(64, 48));
  await expect(page.locator('.stage-note')).toContainText('36 of 3,072 pixels');
  await demo.phase('done');
});
