// The demos of digits and of patches for everybody: axe, keyboard targets, narrow screens and large text.
import { violations } from './axe';
import { expect, test, type DigitPage } from './digit_page';

/** id -> what tells that it shows its result. */
const ready: Record<string, (digits: DigitPage) => Promise<void>> = {
  digits: (digits) => digits.phase('done'),
  yourdigit: (digits) => expect(digits.page.locator('.verdict')).toHaveText(/nats/),
  completion: (digits) => digits.phase('done', 60_000),
  order: (digits) => expect(digits.metric('seen')).toHaveText(/^sees \d+/),
  learn: (digits) => expect(digits.page.locator('.draw-box')).toBeVisible(),
  deblur: (digits) =>
    expect(digits.page.locator('.kernel-row figcaption', { hasText: /^Kernel, / })).toBeVisible(),
  inpaint: (digits) => digits.phase('idle'),
  superres: (digits) => expect(digits.metric('size')).toBeVisible(),
  gmm: (digits) => digits.phase('paused'),
  components: (digits) => expect(digits.metric('overlap')).toBeVisible(),
  priors: (digits) => expect(digits.page.locator('tr[data-kind=ours]')).toHaveCount(5),
  explain: (digits) => expect(digits.metric('component')).toHaveText(/^component \d+$/),
  mixture: (digits) => digits.phase('idle'),
  latent: (digits) => expect(digits.metric('around')).toHaveText(/are \ds$/),
  encode: (digits) => digits.phase('done', 60_000),
  vae: (digits) => expect(digits.page.locator('.draw-box')).toBeVisible(),
  kl: (digits) => expect(digits.metric('mean')).toHaveText(/nats/),
  leaves: (digits) => expect(digits.metric('held-out')).toHaveText(/nats/, { timeout: 30_000 }),
};
const states: Record<string, string> = {
  ...{ digits: 'speed=instant&against=markov&view=sheet', completion: 'particles=32' },
  ...{
    vae: 'source=drawn',
    kl: 'p=0.5,-2,1;0.5,2,1&show=forward',
    learn: 'source=drawn&kind=made',
    gmm: 'component=60&z=1_0_0_0_0_0',
  },
  ...{ deblur: 'kernel=path&factor=1.2', inpaint: 'mask=none&view=mask', superres: 'image=rocket&scale=4' },
  ...{ components: 'component=47&pin=86', mixture: 'source=leaves&components=64' },
};

for (const [id, done] of Object.entries(ready)) {
  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 320],
  ] as const)
    test(`${id}: axe finds nothing, nothing scrolls sideways: ${colorScheme}, ${width} px`, async ({
      digits,
      page,
    }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await digits.open(id, states[id]);
      await done(digits);
      for (const summary of await page.locator('summary', { hasText: 'More' }).all()) await summary.click();
      expect(await violations(page)).toEqual([]);
      const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(await sideways()).toBeLessThanOrEqual(0);
      const small = await page.evaluate(() =>
        [
          ...document.querySelectorAll<HTMLElement>(
            'button, select, summary, .segments label, .button, [role=option]',
          ),
        ]
          .filter((e) => e.offsetParent && !e.matches('.skip'))
          .map((e) => ({ text: e.textContent, ...e.getBoundingClientRect().toJSON() }))
          .filter(({ width, height }) => width < 24 || height < 24),
      );
      expect(small).toEqual([]);
    });

  test(`${id}: 200 % text at 640 px scrolls nothing sideways`, async ({ digits, page }) => {
    await page.setViewportSize({ width: 640, height: 800 });
    await digits.open(id, states[id]);
    await page.evaluate(() => (document.documentElement.style.fontSize = '32px'));
    await done(digits);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
  });
}

test('the live summary tells what the stage shows', async ({ digits, page }) => {
  await digits.open('digits', 'speed=instant');
  await expect(page.locator('[aria-live=polite]')).toHaveText(/^NADE: log p of digit 1 is −[\d.]+ nats\.$/, {
    timeout: 20_000,
  });
});

test('reduced motion: the digit is there at once', async ({ digits, page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await digits.open('digits');
  await digits.phase('done');
  await expect(digits.progress).toHaveText('784 of 784 pixels');
});
