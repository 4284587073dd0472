// Links of lessons, and the panel that writes them: what is hidden stays hidden while a reader works, and what the panel
// writes opens the same demo.
import { violations } from './axe';
import { expect, test } from './page';

test('a link shows the controls it names, keeps doing so, and lets the reader have the rest', async ({
  page,
}) => {
  await page.goto('./#gmm?v=1&seed=5&controls=seed,temperature');
  const shown = () =>
    page
      .locator('.rail [data-control]')
      .evaluateAll((all) =>
        all.filter((it) => it.checkVisibility()).map((it) => (it as HTMLElement).dataset.control),
      );
  await expect.poll(shown).toEqual(['temperature', 'seed']);
  await expect(page.locator('.rail h2:visible')).toHaveText(['Drawing']);
  await page.getByRole('spinbutton', { name: 'Seed' }).fill('9');
  await page.getByRole('spinbutton', { name: 'Seed' }).press('Enter');
  await expect(page).toHaveURL(/#gmm\?v=1&seed=9&controls=seed,temperature$/);

  await page.getByRole('button', { name: 'Show all controls' }).click();
  await expect(page).toHaveURL(/#gmm\?v=1&seed=9$/);
  expect(await shown()).toContain('presets');
  await page.goBack();
  await expect.poll(shown).toEqual(['temperature', 'seed']);

  await page.goto('./#gmm?v=1&controls=');
  await expect(page.locator('.rail')).toBeHidden();
});

test('a link of a version to come opens the demo as it is, with a sentence', async ({ page }) => {
  await page.goto('./#digits?v=99&seed=5');
  await expect(page.locator('.lesson-note')).toContainText('later version');
  await expect(page.getByRole('spinbutton', { name: 'Seed' })).toHaveValue('1');
  await page.goto('./#digits?v=1&seed=5');
  await expect(page.locator('.lesson-note')).toHaveCount(0);
});

test('the panel writes the state at hand, by keyboard, and its link opens what it shows', async ({
  page,
}) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('./#digits?v=1&seed=5');
  const open = page.getByRole('button', { name: 'Embed' });
  await open.dblclick(); // one panel, whatever the reader is used to
  const panel = page.getByRole('dialog', { name: 'Embed this demo' });
  await expect(panel.locator('code')).toHaveText('{{< prior-lab digits seed=5 >}}');
  await panel.getByRole('button', { name: 'None' }).click();
  await panel.getByRole('checkbox', { name: 'Temperature' }).check();
  await panel.getByRole('radio', { name: 'Dark' }).check({ force: true });
  await expect(panel.locator('code')).toHaveText(
    '{{< prior-lab digits seed=5 controls=temperature theme=dark >}}',
  );
  await panel.getByRole('tab', { name: 'Quarto' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(panel.getByRole('tab', { name: 'HTML' })).toBeFocused();
  await expect(panel.locator('code')).toContainText('<prior-lab demo="digits" seed="5"');
  await page.keyboard.press('End');
  expect(await violations(page)).toEqual([]);
  await panel.getByRole('button', { name: 'Copy' }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/#digits\?v=1&seed=5&controls=temperature$/);
  await page.keyboard.press('Escape');
  await expect(panel).toHaveCount(0);
  await expect(open).toBeFocused();
  await page.goto(link);
  await expect(page.locator('.rail .control:visible')).toHaveCount(1);
});
