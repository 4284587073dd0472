// The whole job on a sample photo, and everything a user does on the way.
import { readFileSync } from 'node:fs';
import { png, scene } from './pictures';
import { expect, test } from './page';

test('adds noise, restores, gains 8 dB, compares, downloads, and the link gives the same again', async ({
  denoise,
  page,
}) => {
  await denoise.open('noise_sigma=24');
  await denoise.phase('running');
  const slider = page.getByRole('slider', { name: 'Added noise' });
  await slider.focus();
  for (let i = 0; i < 30 && Number(await slider.inputValue()) < 25; i++)
    await page.keyboard.press('ArrowRight');
  await expect(slider).toHaveValue('25');
  await expect(page).toHaveURL(/#denoise$/); // 25 is the default
  await expect.poll(() => denoise.metric('psnr').innerText()).toMatch(/^20\.\d\d/);
  await denoise.phase('done');
  expect(await denoise.number('gain')).toBeGreaterThanOrEqual(8);
  expect(await denoise.number('ssim')).toBeGreaterThan(0.7);
  expect(Math.abs((await denoise.metric('sigma').innerText().then(parseFloat)) - 25)).toBeLessThan(2.5);

  await expect(page.locator('.chip-before')).toHaveText(/^noisy 20\.\d\d dB$/);
  await expect(page.locator('.chip-after')).toHaveText(/^restored \d\d\.\d\d dB$/);
  const divider = page.getByRole('slider', { name: /^Divider/ });
  await divider.focus();
  await page.keyboard.press('ArrowRight');
  await expect(divider).toHaveValue('51');
  await expect(divider).toHaveAttribute('aria-valuetext', /51 % noisy .* 49 % restored/);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download PNG' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('chelsea-restored.png');
  const bytes = readFileSync(await file.path());
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([451, 300]);

  const before = await denoise.number('psnr');
  await page.waitForTimeout(500); // the address follows within 300 ms
  expect(page.url()).toContain('split=51');
  const link = page.url();
  await page.goto('about:blank');
  await page.goto(link);
  await denoise.phase('done');
  await expect(divider).toHaveValue('51');
  expect(await denoise.number('psnr')).toBeCloseTo(before, 2);
});

test('a stored result is on screen before the engine has loaded, and the live run replaces it', async ({
  denoise,
  page,
}) => {
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await denoise.open('');
  await expect(page.locator('.chip-after')).toHaveText(/stored result \d\d\.\d\d dB/);
  await expect.poll(async () => (await denoise.layers())[1]?.mean ?? 0).toBeGreaterThan(20);
  await expect(page.locator('.progress-text')).toHaveText(/Loading|Starting/);
  const stored = Number((await page.locator('.chip-after').innerText()).match(/[\d.]+/)![0]);
  release();
  await denoise.phase('done');
  await expect(page.locator('.chip-after')).toHaveText(/^restored/);
  // Else the poster is old: node web/scripts/pictures.mjs posters
  expect(Math.abs((await denoise.number('psnr')) - stored)).toBeLessThan(0.05);
});

test('Pause, Step, Stop, Reset and Run do what they say', async ({ denoise, page }) => {
  await denoise.open('image=rocket&half=true');
  await denoise.phase('running');
  await denoise.verb('Pause').click();
  await denoise.phase('paused');
  await denoise.verb('Step').click();
  await denoise.phase('paused');
  await expect(page.locator('.progress-text')).toHaveText(/^[1-9]\/\d/);
  await denoise.verb('Reset').click();
  await denoise.phase('idle');
  await expect(page.locator('.chip-after')).toBeHidden();
  await denoise.verb('Step').click();
  await denoise.phase('paused');
  await expect(page.locator('.progress-text')).toHaveText(/^1\/\d/);
  await expect(page.locator('.chip-after')).toHaveText(/restored/);
  await denoise.verb('Stop').click();
  await denoise.phase('idle');
  await expect(page.locator('.chip-after')).toHaveText(/restored/); // what there is stays in view
  await denoise.verb('Run').click();
  await denoise.phase('done');
  expect(await denoise.number('gain')).toBeGreaterThan(8);
});

test('keys: verbs, zoom, blink; only while the workbench has the focus', async ({ denoise, page }) => {
  await denoise.open();
  await denoise.phase('done');
  await page.keyboard.press('r');
  await denoise.phase('done');
  const viewport = page.locator('.compare-viewport');
  await viewport.focus();
  await page.keyboard.press('1');
  await expect(page.locator('.zoom-value')).toHaveText('100 %');
  await page.keyboard.press('3');
  await expect(page.locator('.zoom-value')).toHaveText('400 %');
  await page.keyboard.press('-');
  await expect(page.locator('.zoom-value')).toHaveText('300 %');
  await page.keyboard.press('ArrowRight');
  await expect(page).toHaveURL(/zoom=3&x=/);
  await page.keyboard.press('0');
  await expect(page).not.toHaveURL(/zoom/);
  await page.keyboard.press('b');
  await expect(page.getByRole('slider', { name: /^Divider/ })).toHaveValue('0');
  await page.keyboard.press('r');
  await denoise.phase('idle');
  await page.keyboard.press('.');
  await denoise.phase('paused');
  await page.keyboard.press(' ');
  await denoise.phase('done');
});

test('pointer: the divider follows, a zoomed picture pans, the wheel zooms at the pointer', async ({
  denoise,
  page,
}) => {
  await denoise.open();
  await denoise.phase('done');
  const box = (await page.locator('.compare-viewport').boundingBox())!;
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width / 2, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 4, y, { steps: 4 });
  await page.mouse.up();
  await expect(page.getByRole('slider', { name: /^Divider/ })).toHaveValue('25');
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -200);
  await page.keyboard.up('Control');
  await expect(page).toHaveURL(/zoom=/);
  await page.locator('.compare-viewport').focus();
  await page.keyboard.press('3');
  await expect(page).toHaveURL(/zoom=4&/);
  const at = () =>
    page.evaluate(
      () => (document.querySelector('compare-view') as unknown as { view: { x: number } }).view.x,
    );
  const before = await at();
  await page.mouse.move(box.x + 0.7 * box.width, y);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.6 * box.width, y, { steps: 4 });
  await page.mouse.up();
  expect(await at()).toBeGreaterThan(before + 5);
});

test('views: original, noisy, restored, difference', async ({ denoise, page }) => {
  await denoise.open();
  await denoise.phase('done');
  for (const [name, label] of [
    ['Original', /^original$/],
    ['Noisy', /^noisy/],
    ['Restored', /^restored/],
    ['Difference', /^noisy − restored/],
  ] as const) {
    await page.getByRole('radio', { name, exact: true }).check({ force: true });
    await expect
      .poll(async () => (await denoise.layers()).map((layer) => layer.label))
      .toEqual([expect.stringMatching(label)]);
  }
  const [difference] = await denoise.layers();
  expect(Math.abs(difference!.mean - 128)).toBeLessThan(4);
  await expect(page.locator('.compare-divider')).toBeHidden();
});

test("the dial: choices and default are the task's, and the choice is in the link", async ({
  denoise,
  page,
}) => {
  await denoise.open('half=true&quality=fast');
  const dial = page.getByRole('group', { name: 'Quality' });
  await expect(dial.getByRole('radio')).toHaveCount(3);
  await expect(dial.getByRole('radio', { name: 'Fast' })).toBeChecked();
  await denoise.phase('done');
  const fast = await denoise.number('psnr');
  await dial.getByRole('radio', { name: 'Exact' }).check({ force: true });
  await expect(page).not.toHaveURL(/quality/); // the default
  await expect.poll(() => denoise.number('psnr')).not.toBe(fast);
  await denoise.phase('done');
  expect(Math.abs((await denoise.number('psnr')) - fast)).toBeLessThan(0.5);
  await page.goBack();
  await expect(dial.getByRole('radio', { name: 'Fast' })).toBeChecked();
  await denoise.phase('done');
  expect(await denoise.number('psnr')).toBe(fast);
});

test('amount is live: it blends without another run', async ({ denoise, page }) => {
  await denoise.open();
  await denoise.phase('done');
  const full = await denoise.number('psnr');
  const slider = page.getByRole('slider', { name: 'Amount' });
  await slider.focus();
  await page.keyboard.press('Home');
  await expect.poll(() => denoise.number('psnr')).toBeLessThan(full - 5);
  await denoise.phase('done');
});

test('own pictures: file, drop, paste; no noise is added to them', async ({ denoise, page }) => {
  await denoise.open();
  const picture = png(96, 64, scene(96, 64, 20));
  await denoise.give({ name: 'My photo.PNG', mimeType: 'image/png', buffer: picture });
  await denoise.phase('done');
  await expect(page.locator('.chip-before')).toHaveText('your photo');
  await expect(denoise.metric('size')).toHaveText('96 × 64');
  await expect(page).toHaveURL(/image=own/);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'JPEG' }).click();
  expect((await download).suggestedFilename()).toBe('My photo-restored.jpg');

  const send = (type: 'drop' | 'paste', bytes: Buffer) =>
    page.evaluate(
      ([kind, base64]) => {
        const data = new DataTransfer();
        const array = Uint8Array.from(atob(base64!), (c) => c.charCodeAt(0));
        data.items.add(new File([array], 'given.png', { type: 'image/png' }));
        const event =
          kind === 'drop'
            ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
            : new ClipboardEvent('paste', { clipboardData: data, bubbles: true });
        document.body.dispatchEvent(event);
      },
      [type, bytes.toString('base64')],
    );
  await send('drop', png(80, 40, scene(80, 40, 20)));
  await expect(denoise.metric('size')).toHaveText('80 × 40');
  await send('paste', png(50, 70, scene(50, 70, 20)));
  await expect(denoise.metric('size')).toHaveText('50 × 70');
  await denoise.phase('done');
});

test('a grey picture stays grey, and alpha comes back in the download', async ({ denoise, page }) => {
  await denoise.open();
  const colour = scene(64, 48, 20);
  const pixel = (x: number, y: number): [number, number, number, number] => {
    const v = colour(x, y)[0];
    return [v, v, v, x < 32 ? 255 : 100];
  };
  await denoise.give({
    name: 'grey.png',
    mimeType: 'image/png',
    buffer: png(64, 48, pixel, { alpha: true }),
  });
  await denoise.phase('done');
  await expect(denoise.metric('size')).toHaveText('64 × 48, grey');
  await expect(denoise.notices).toContainText('Transparency is kept');
  await expect(page.getByRole('slider', { name: 'Colour noise' })).toBeHidden();
  const restored = (await denoise.layers())[1]!;
  expect(new Set(restored.first.slice(0, 3)).size).toBe(1);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download PNG' }).click();
  const bytes = readFileSync(await (await download).path());
  const pixels = await page.evaluate(async (base64) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    const canvas = new OffscreenCanvas(64, 48);
    canvas.getContext('2d')!.drawImage(bitmap, 0, 0);
    return [...canvas.getContext('2d')!.getImageData(31, 5, 2, 1).data];
  }, bytes.toString('base64'));
  expect([pixels[3], pixels[7]]).toEqual([255, 100]);
});

test('a clean picture: the page says that it sees no noise', async ({ denoise }) => {
  await denoise.open();
  await denoise.give({ name: 'clean.png', mimeType: 'image/png', buffer: png(200, 150, scene(200, 150)) });
  await denoise.phase('done');
  await expect(denoise.notices).toContainText('No noise is seen in this picture');
});

test('camera noise: the page hints at coarse noise and offers half size', async ({ denoise, page }) => {
  await denoise.open('image=coffee&noise=camera&strength=1');
  await page.getByRole('button', { name: 'Use half size' }).click();
  await expect(denoise.metric('size')).toHaveText('300 × 200');
  await denoise.phase('done');
  await expect(page).toHaveURL(/half=true/);
});

test('presets, samples, and the back button', async ({ denoise, page }) => {
  await page.goto('./');
  await page
    .getByRole('link', { name: /Denoise a photo/ })
    .last()
    .click();
  await denoise.phase('running');
  await page.getByRole('button', { name: 'Heavy, grey' }).click();
  await expect(page).toHaveURL(/image=camera&noise_sigma=50/);
  await expect(denoise.metric('size')).toHaveText('512 × 512, grey');
  await page.getByRole('button', { name: /^Sample: Rocket/ }).click();
  await expect(page).toHaveURL(/image=rocket/);
  await page.goBack();
  await expect(page).toHaveURL(/image=camera&noise_sigma=50/);
  await expect(denoise.metric('size')).toHaveText('512 × 512, grey');
  await page.goBack();
  await expect(denoise.metric('size')).toHaveText('451 × 300');
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Image priors/);
  for (let i = 0; i < 3; i++) await page.goForward();
  await expect(page.getByRole('button', { name: /^Sample: Rocket/ })).toHaveAttribute('aria-pressed', 'true');
});

test('an address that changes while the demo is loading is the one that counts', async ({ page }) => {
  let load = () => {};
  const held = new Promise<void>((go) => (load = go));
  await page.route(/assets\/denoise-.*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('./');
  await page.evaluate(() => void (location.hash = 'denoise?image=camera&noise_sigma=50'));
  await expect(page).toHaveTitle(/Denoise/);
  await page.evaluate(() => void (location.hash = 'denoise?image=rocket'));
  load();
  await expect(page.getByRole('button', { name: /^Sample: Rocket/ })).toHaveAttribute('aria-pressed', 'true');
  await expect(page).toHaveURL(/image=rocket/);
});

test('the back button finds an own picture again; a reload says that it is gone', async ({
  denoise,
  page,
}) => {
  await denoise.open();
  await denoise.give({ name: 'mine.png', mimeType: 'image/png', buffer: png(60, 40, scene(60, 40, 20)) });
  await denoise.phase('done');
  await expect(page).toHaveURL(/image=own/);
  await page.getByRole('link', { name: 'Priorlab' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Image priors/);
  await page.goBack();
  await expect(denoise.metric('size')).toHaveText('60 × 40');
  await expect(page.locator('.chip-before')).toHaveText('your photo');
  await page.reload();
  await expect(denoise.notices).toContainText('Open the picture again');
  await denoise.verb('Stop').click();
});

test('the footer tells flavour, threads, time and rate; the same is offered as command and code', async ({
  denoise,
  page,
}) => {
  await denoise.open('half=true&seed=7');
  await denoise.phase('done');
  await expect(page.locator('.promise')).toHaveText(
    /Runs in this tab\. Nothing is uploaded\. SIMD · \d+ threads? · [\d.]+ m?s · [\d.]+ MP\/s/,
  );
  await expect(page.locator('.code').first()).toContainText(
    'priorlab restore --task add_noise chelsea.png -o noisy.png --seed 7',
  );
  await expect(page.locator('.plot-canvas')).toHaveAttribute(
    'aria-label',
    /PSNR: from \d\d\.\d\d dB to \d\d\.\d\d dB; Objective: from/,
  );
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Curve as CSV' }).click();
  const csv = readFileSync(await (await download).path(), 'utf8');
  expect(csv).toMatch(/^step,PSNR \(dB\),Objective/);
  expect(csv.trim().split('\n').length).toBeGreaterThan(4);
});

test('works without isolation and says on how many cores @plain', async ({ denoise, page }) => {
  await denoise.open();
  await denoise.phase('done');
  expect(await denoise.number('gain')).toBeGreaterThan(7);
  await expect(page.locator('.promise')).toHaveText(
    /SIMD · 1 of \d+ cores|SIMD · \d+ workers|SIMD · 1 thread/,
  );
});
