// Previews while a slider is dragged, results that are kept, and how soon an older request gives way to a newer one.
import type { Page } from '@playwright/test';
import { expect, test } from './page';

const sigma = (page: Page) => page.getByRole('slider', { name: /^Noise level/ });
const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

type Patch = { picture: object; part: { x: number; y: number; width: number; height: number } };

/** From now on: ms from each input event to the first frame that shows its preview. */
async function watchPreviews(page: Page): Promise<void> {
  await page.evaluate(() => {
    const view = document.querySelector('compare-view') as unknown as { layers: { patch?: Patch }[] };
    const shown = () => view.layers[1]?.patch?.picture;
    const seen: number[] = [];
    Object.assign(window, { previews: seen });
    addEventListener(
      'input',
      ({ timeStamp }) => {
        const before = shown();
        const look = () => {
          if (shown() && shown() !== before) seen.push(performance.now() - timeStamp);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      },
      { capture: true },
    );
  });
}
const previews = (page: Page) => page.evaluate(() => (window as unknown as { previews: number[] }).previews);
const patch = (page: Page) =>
  page.evaluate(() => {
    const view = document.querySelector('compare-view') as unknown as { layers: { patch?: Patch }[] };
    return view.layers[1]?.patch?.part;
  });

/** What is asked of the engine's worker, and ms until each `destroy` was answered. */
async function watchWorker(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const asked: string[] = [];
    const ended: number[] = [];
    Object.assign(window, { asked, ended });
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (
      this: Worker,
      message: { op?: string; id?: number },
      ...rest: never[]
    ) {
      if (message.op) asked.push(message.op);
      if (message.op === 'destroy') {
        const start = performance.now();
        const answered = ({ data }: MessageEvent) => {
          if (data.id !== message.id) return;
          ended.push(performance.now() - start);
          this.removeEventListener('message', answered);
        };
        this.addEventListener('message', answered);
      }
      post.call(this, message, ...rest);
    };
  });
}
const asked = (page: Page) => page.evaluate(() => (window as unknown as { asked: string[] }).asked);
const ended = (page: Page) => page.evaluate(() => (window as unknown as { ended: number[] }).ended);

test('dragging sigma shows a preview in time and settles to the full result on release', async ({
  denoise,
  page,
}) => {
  await denoise.open('sigma=20&quality=balanced');
  await denoise.phase('done');
  const before = await denoise.number('psnr');
  await sigma(page).scrollIntoViewIfNeeded();
  const box = (await sigma(page).boundingBox())!;
  const at = (share: number) => [box.x + share * box.width, box.y + box.height / 2] as const;
  await page.mouse.move(...at(0.2));
  await page.mouse.down();
  await page.mouse.move(...at(0.25)); // the first one finds out how fast this machine is
  await expect(page.locator('.chip-after')).toHaveText('preview');
  await expect(page.locator('.readout')).toHaveClass(/stale/);
  await expect(page.locator('.facts-line')).toHaveText(/preview in \d+ ms, at 1\/\d size/);
  await page.waitForTimeout(300);
  await watchPreviews(page);
  for (let i = 0; i < 12; i++) {
    await page.mouse.move(...at(0.26 + 0.015 * i));
    await page.waitForTimeout(180);
  }
  await expect(page.locator('.chip-after')).toHaveText('preview');
  const part = (await patch(page))!;
  expect([part.x, part.y]).toEqual([0, 0]); // all of the picture, but for a remainder of its division
  expect(part.width).toBeGreaterThan(451 - 12);
  expect(part.height).toBeGreaterThan(300 - 12);
  const seen = await previews(page);
  test.info().annotations.push({ type: 'previews, ms', description: seen.map(Math.round).join(' ') });
  console.log(`previews: median ${median(seen).toFixed(0)} ms, longest ${Math.max(...seen).toFixed(0)} ms`);
  expect(seen.length).toBeGreaterThan(8);
  expect(median(seen)).toBeLessThan(300); // 100 on a machine that does nothing else
  await page.mouse.up();
  await denoise.phase('done');
  await expect(page.locator('.chip-after')).toHaveText(/^restored \d\d\.\d\d dB$/);
  await expect(page.locator('.readout')).not.toHaveClass(/stale/);
  expect(await patch(page)).toBeUndefined();
  expect(Number(await sigma(page).inputValue())).toBeGreaterThan(30);
  await expect(denoise.metric('sigma')).toHaveText(`${await sigma(page).inputValue()}.0/255`);
  expect(await denoise.number('psnr')).not.toBe(before);
});

test('by keyboard, zoomed in: the preview is of the visible part, at full size where that is small', async ({
  denoise,
  page,
}) => {
  await denoise.open('sigma=20&zoom=16&x=100&y=80&quality=fast');
  await denoise.phase('done');
  await sigma(page).focus();
  await watchPreviews(page);
  await page.keyboard.press('ArrowRight');
  await expect(sigma(page)).toHaveValue('21');
  await expect.poll(async () => (await previews(page)).length).toBe(1);
  await denoise.phase('done');
  await expect(page.locator('.chip-after')).toHaveText(/^restored/);
  await expect(denoise.metric('sigma')).toHaveText('21.0/255');
  // Several at once, as a key that is held: one request is under way, the newest waits, the last is what counts.
  const part = page.evaluate(async () => {
    const view = document.querySelector('compare-view') as unknown as { layers: { patch?: Patch }[] };
    for (let i = 0; i < 600; i++) {
      const part = view.layers[1]?.patch?.part;
      if (part) return part;
      await new Promise(requestAnimationFrame);
    }
  });
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  const { x, y, width, height } = (await part)!;
  expect(width).toBeLessThan(80);
  expect(x).toBeLessThan(100);
  expect(x + width).toBeGreaterThan(100);
  expect(y).toBeLessThan(80);
  expect(y + height).toBeGreaterThan(80);
  await expect(denoise.metric('sigma')).toHaveText('24.0/255');
  await denoise.phase('done');
  await expect(page.locator('.chip-after')).toHaveText(/^restored/);
});

test('earlier results come back at once: by the slider and by the back button, without work', async ({
  denoise,
  page,
}) => {
  await watchWorker(page);
  await denoise.open('half=true&sigma=20&quality=fast');
  await denoise.phase('done');
  const first = await denoise.number('psnr');
  await sigma(page).focus();
  await page.keyboard.press('ArrowRight');
  await expect(denoise.metric('sigma')).toHaveText('21.0/255');
  await denoise.phase('done');
  await page.getByRole('button', { name: /^Sample: Cup/ }).click();
  await expect(denoise.metric('size')).toHaveText('600 × 400');
  await denoise.phase('done');
  const runs = async () => (await asked(page)).filter((op) => op === 'create').length;
  const before = await runs();
  await page.goBack();
  await expect(denoise.metric('size')).toHaveText('225 × 150');
  await denoise.phase('done', 1000);
  await expect(page.locator('.chip-after')).toHaveText(/^restored/);
  await sigma(page).focus();
  await page.keyboard.press('ArrowLeft');
  await expect(denoise.metric('sigma')).toHaveText('20.0/255', { timeout: 1000 });
  await denoise.phase('done', 1000);
  expect(await denoise.number('psnr')).toBe(first);
  await page.getByRole('link', { name: 'Priorlab' }).click();
  await page.goBack();
  await denoise.phase('done', 1000);
  expect(await runs()).toBe(before);
  // Run asks for it anew all the same.
  await denoise.verb('Run').click();
  await expect.poll(runs).toBe(before + 1);
  await denoise.phase('done');
  expect(await denoise.number('psnr')).toBeCloseTo(first, 6);
});

test('a newer request ends an older one within 50 ms', async ({ denoise, page }) => {
  await watchWorker(page);
  await denoise.open('image=astronaut&sigma=25');
  for (let i = 0; i < 6; i++) {
    await denoise.phase('running');
    await page.waitForTimeout(150 + 60 * i); // in the middle of different passes
    await page.getByRole('button', { name: i % 2 ? /^Sample: Astronaut/ : /^Sample: Rocket/ }).click();
    await expect.poll(async () => (await ended(page)).length).toBeGreaterThan(i);
  }
  const times = await ended(page);
  console.log(
    `ended after: median ${median(times).toFixed(0)} ms, longest ${Math.max(...times).toFixed(0)} ms`,
  );
  expect(median(times)).toBeLessThan(150); // 50 on a machine that does nothing else
  await denoise.verb('Stop').click();
});
