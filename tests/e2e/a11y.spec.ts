// axe on every page, light and dark, narrow and wide; the keyboard walk; narrow screens and large text.
import { violations } from './axe';
import { expect, test } from './page';

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [320, 1280])
    test(`axe finds nothing: ${colorScheme}, ${width} px`, async ({ page, denoise }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await page.goto('./');
      expect(await violations(page)).toEqual([]);
      await page.goto('./#bench');
      await expect(page.locator('.benchmark-table')).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await denoise.open();
      await denoise.phase('done');
      await page.locator('summary', { hasText: 'More' }).click();
      await denoise.give({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
      await expect(denoise.notices.getByRole('alert')).not.toBeEmpty();
      expect(await violations(page)).toEqual([]);
    });

test('keyboard: every control is reached in order, and its focus is seen', async ({ page, denoise }) => {
  await denoise.open();
  await denoise.phase('done');
  const reached: string[] = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const it = await page.evaluate(() => {
      const e = document.activeElement as HTMLElement;
      if (e === document.body) return undefined;
      const name =
        e.getAttribute('aria-label') ||
        e.closest('label')?.textContent ||
        (e.id && document.querySelector(`label[for="${e.id}"]`)?.textContent) ||
        e.textContent;
      // Hidden native inputs show their focus on what stands for them.
      const shown = [e, e.parentElement!, e.nextElementSibling, document.querySelector('.compare-grip')].some(
        (x) => x && getComputedStyle(x).outlineStyle !== 'none',
      );
      return { name: name?.trim() ?? '', shown };
    });
    if (!it) break;
    expect(it.shown, `focus of "${it.name}"`).toBe(true);
    reached.push(it.name);
  }
  const order = [
    'Skip to the content',
    'Priorlab',
    'Open',
    'Sample: Chelsea',
    'Reset',
    'Run',
    'Divider',
    'Compare',
    'Zoom out',
    'Download PNG',
    'Copy link',
    'Textbook',
    'White',
    'Added noise',
    'Exact',
    'Noise level',
    'Amount',
    'More',
  ];
  let at = -1;
  for (const name of order) {
    const next = reached.findIndex((it, i) => i > at && it.includes(name));
    expect(next, `"${name}" after ${reached[at] ?? 'the start'} in ${reached.join(' | ')}`).toBeGreaterThan(
      at,
    );
    at = next;
  }
});

test('buttons are at least 24 pixels high and wide', async ({ page, denoise }) => {
  await page.setViewportSize({ width: 320, height: 800 });
  await denoise.open();
  await denoise.phase('done');
  const small = await page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'button, select, summary, .segments label, .button, .check input',
      ),
    ]
      .filter((e) => e.offsetParent && !e.matches('.skip'))
      .map((e) => ({ text: e.textContent, ...e.getBoundingClientRect().toJSON() }))
      .filter(({ width, height }) => width < 24 || height < 24),
  );
  expect(small).toEqual([]);
});

for (const [name, width, zoom] of [
  ['320 px', 320, 1],
  ['200 % text at 640 px', 640, 2],
] as const)
  test(`nothing is cut off or scrolls sideways: ${name}`, async ({ page, denoise }) => {
    await page.setViewportSize({ width, height: 800 });
    for (const address of ['', '#bench', 'image=camera&half=true']) {
      if (address.includes('=')) await denoise.open(address);
      else await page.goto(`./${address}`);
      if (zoom > 1)
        await page.evaluate((factor) => (document.documentElement.style.fontSize = `${16 * factor}px`), zoom);
      if (address.includes('=')) await denoise.phase('done');
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
    }
  });

test('the live summary speaks when a run is done', async ({ page, denoise }) => {
  await denoise.open();
  await denoise.phase('done');
  await expect(page.locator('[aria-live=polite]')).toHaveText(
    /^Done in .*: PSNR from \d\d\.\d\d dB to \d\d\.\d\d dB\.$/,
    { timeout: 10_000 },
  );
});

test('reduced motion: no transition is left', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('./#denoise');
  const moving = await page.evaluate(
    () =>
      [...document.querySelectorAll('*')].filter(
        (e) =>
          parseFloat(getComputedStyle(e).transitionDuration) > 0 ||
          getComputedStyle(e).animationName !== 'none',
      ).length,
  );
  expect(moving).toBe(0);
});
