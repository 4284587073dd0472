// Super-resolution as a user meets it, on small pictures.
import { scene } from './pictures';
import { expect, test } from './restore_page';

test('a picture made small first comes back better than by bicubic; then at another scale', async ({
  demo,
  page,
}) => {
  await demo.open('superres', 'scale=4');
  await demo.picture(121, 81, scene(121, 81));
  await demo.choose('Make it small first');
  await page.getByRole('slider', { name: 'Scale' }).fill('2');
  await expect(page).not.toHaveURL(/scale/);
  await demo.phase('done');
  await expect(demo.metric('size')).toHaveText('120 × 80');
  const [bicubic, ours] = await demo.numbers('psnr');
  expect(ours).toBeGreaterThan(bicubic! + 0.5);
  expect((await demo.layers()).map(({ label }) => label.split(' ')[0])).toEqual(['bicubic', 'restored']);
  await demo.choose('Small');
  await expect.poll(async () => (await demo.layers()).map(({ label }) => label)).toEqual(['small, 60 × 40']);
  await expect(page.locator('.stage-note')).toContainText('9,600 pixels, 2,400 numbers');
});

test('a small picture of one’s own becomes larger; without the truth no figures; Step and Stop', async ({
  demo,
  page,
}) => {
  await demo.open('superres', 'scale=3');
  await demo.picture(30, 22, scene(30, 22));
  await expect(page).toHaveURL(/from=own/);
  await demo.phase('done');
  await expect(demo.metric('size')).toHaveText('90 × 66');
  await expect(demo.metric('psnr')).toHaveCount(0);
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download PNG' }).click();
  expect((await coming).suggestedFilename()).toBe('mine-superres.png');
  await demo.verb('Reset').click();
  await demo.phase('idle');
  await demo.verb('Step').click();
  await demo.phase('paused');
  await demo.verb('Stop').click();
  await demo.phase('idle');
});
