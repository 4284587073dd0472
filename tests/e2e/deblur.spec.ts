// Deblurring as a user meets it, on small pictures.
import { scene } from './pictures';
import { expect, test } from './restore_page';

const kernel = (text: string) => ({ name: 'kernel.txt', mimeType: 'text/plain', buffer: Buffer.from(text) });

test('a clean picture is blurred and comes back: PSNR and SSIM rise; a wrong kernel loses it', async ({
  demo,
  page,
}) => {
  await demo.open('deblur', 'kernel=given');
  await demo.picture(96, 80, scene(96, 80));
  await expect(page).toHaveURL(/from=own/); // a picture of one's own is blurred already, unless one says otherwise
  await demo.choose('Blur it first');
  await page.getByLabel('Kernel', { exact: true }).selectOption('disk');
  await demo.phase('done');
  await expect(page.locator('.kernel-row figcaption', { hasText: 'Kernel, 7 × 7' })).toBeVisible();
  const [before, right] = await demo.numbers('psnr');
  expect(right).toBeGreaterThan(before! + 3);
  const [soft, sharp] = await demo.numbers('ssim');
  expect(sharp).toBeGreaterThan(soft!);
  expect((await demo.layers()).map(({ label }) => label.split(' ')[0])).toEqual(['blurred', 'restored']);
  await page.getByRole('slider', { name: 'Assumed kernel' }).fill('1.4');
  await expect(page.locator('.stage-note')).toContainText('ring');
  await expect(page).toHaveURL(/factor=1.4/);
  await expect.poll(() => demo.last('psnr')).toBeLessThan(right! - 1);
  await expect(page.locator('.kernel-row figcaption', { hasText: 'Assumed kernel' })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/kernel=given/);
  await page.goForward();
  await expect(page).toHaveURL(/factor=1.4/);
  await page.getByRole('slider', { name: 'Assumed kernel' }).fill('1');
  await expect.poll(() => demo.last('psnr')).toBe(right);
});

test('the path of a shake is drawn on the pad, shown as a kernel, and kept in the address', async ({
  demo,
  page,
}) => {
  await demo.open('deblur', 'kernel=given');
  await demo.picture(96, 80, scene(96, 80));
  await page.getByLabel('Kernel', { exact: true }).selectOption('path');
  const caption = page.locator('.kernel-row figcaption', { hasText: 'Kernel, ' });
  await expect(caption).toHaveText(/Kernel, \d+ × \d+/);
  const first = await caption.innerText();
  const pad = page.locator('.path-pad');
  await pad.scrollIntoViewIfNeeded();
  const box = (await pad.boundingBox())!;
  await page.mouse.move(box.x + 30, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + 60, box.y + 46, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/path=\w+/);
  await expect(caption).not.toHaveText(first);
  await demo.phase('done');
  await expect(demo.metric('psnr')).toHaveCount(0); // nobody knows the truth
  await demo.verb('Run').click();
  await demo.verb('Stop').click();
  await demo.phase('idle');
});

test('kernel files: wrong ones are told in words, one larger than the picture, too', async ({
  demo,
  page,
}) => {
  await demo.open('deblur', 'kernel=given');
  await demo.picture(40, 30, scene(40, 30));
  await expect(page.locator('.stage-note')).toContainText('No kernel yet');
  const input = page.getByLabel('Open kernel file');
  await input.setInputFiles(kernel('1 2\n3 x'));
  await expect(demo.notices).toContainText('Line 2 of the kernel holds “x”, which is no number.');
  await input.setInputFiles(kernel(Array(9).fill('1 '.repeat(61)).join('\n')));
  await expect(demo.notices).toContainText('larger than the picture');
  await input.setInputFiles(kernel('0 1 0\n1 4 1\n0 1 0'));
  await demo.phase('done');
  await expect(page.locator('.kernel-row figcaption').filter({ visible: true })).toHaveText([
    'Kernel, 3 × 3',
  ]);
});
