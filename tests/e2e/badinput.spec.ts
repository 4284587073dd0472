// Every bad input ends in a sentence a person understands, and the page goes on without reload.
import type { Page } from '@playwright/test';
import { heic, png, pngOfSize, raw, scene, withOrientation } from './pictures';
import { expect, test, type DenoisePage } from './page';

const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/octet-stream', buffer });
const good = file('good.png', png(64, 48, scene(64, 48, 20)));

async function goesOn(denoise: DenoisePage): Promise<void> {
  await denoise.give(good);
  await expect(denoise.metric('size')).toHaveText('64 × 48');
  await denoise.phase('done');
  await expect(denoise.notices.getByRole('alert')).toBeEmpty();
}

/** A file the browser itself encodes. */
async function encoded(page: Page, type: string, width: number, height: number): Promise<Buffer> {
  const base64 = await page.evaluate(
    async ([mime, w, h]) => {
      const canvas = new OffscreenCanvas(w as number, h as number);
      const context = canvas.getContext('2d')!;
      context.fillStyle = '#286';
      context.fillRect(0, 0, w as number, h as number);
      context.fillStyle = '#fff';
      context.fillRect(0, 0, (w as number) / 4, (h as number) / 4);
      const bytes = new Uint8Array(
        await (await canvas.convertToBlob({ type: mime as string })).arrayBuffer(),
      );
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    },
    [type, width, height],
  );
  return Buffer.from(base64, 'base64');
}

const refused: [string, () => Buffer, RegExp][] = [
  [
    'not an image, although its name says so',
    () => Buffer.from('Dear all, please find attached.'),
    /not a picture that this page knows/,
  ],
  ['empty', () => Buffer.alloc(0), /empty \(0 bytes\)/],
  ['a header without a picture', () => good.buffer.subarray(0, 40), /PNG file is damaged or cut short/],
  ['HEIC', () => heic, /HEIC photo, the format of iPhones.*Export it as JPEG/],
  ['camera raw', () => raw, /Canon raw \(CR2\) file: the sensor's own data.*Export it as PNG or JPEG/],
  ['no pixels', () => pngOfSize(0, 5), /it holds no picture/],
  [
    'more pixels than browsers decode',
    () => pngOfSize(40_000, 30_000),
    /1200 MP\), more than browsers decode/,
  ],
];

for (const [name, buffer, sentence] of refused)
  test(`refused: ${name}`, async ({ denoise }) => {
    await denoise.open();
    await denoise.give(file('photo.jpg', buffer()));
    await expect(denoise.notices.getByRole('alert')).toContainText(sentence);
    await goesOn(denoise);
  });

test('truncated: what there is is used, and the page says so', async ({ denoise, page }) => {
  await denoise.open();
  const jpeg = await encoded(page, 'image/jpeg', 300, 200);
  await denoise.give(file('cut.jpg', jpeg.subarray(0, Math.floor(jpeg.length * 0.7))));
  await expect(denoise.notices).toContainText(/cut short/);
  await goesOn(denoise);
});

test('animated: the first frame is used', async ({ denoise }) => {
  await denoise.open();
  const picture = png(40, 30, (x) => (x < 20 ? [255, 0, 0] : [0, 0, 255]), { animated: true });
  await denoise.give(file('moving.png', picture));
  await expect(denoise.notices).toContainText('animated: its first frame is used');
  await denoise.phase('done');
  expect((await denoise.layers())[0]!.first).toEqual([255, 0, 0, 255]);
});

test('16-bit PNG: eight bits are used, and the page says so', async ({ denoise }) => {
  await denoise.open();
  await denoise.give(file('deep.png', png(40, 30, scene(40, 30, 20), { depth: 16 })));
  await expect(denoise.notices).toContainText('16 bits per channel; browsers hand over 8');
  await denoise.phase('done');
});

test('EXIF rotation: the photo stands upright', async ({ denoise, page }) => {
  await denoise.open();
  const jpeg = withOrientation(await encoded(page, 'image/jpeg', 60, 40), 6);
  await denoise.give(file('turned.jpg', jpeg));
  await denoise.phase('done');
  await expect(denoise.metric('size')).toHaveText('40 × 60');
  await expect(denoise.notices).toContainText('turned upright');
});

for (const [width, height] of [
  [1, 1],
  [7, 3],
  [3, 200],
] as const)
  test(`${width} x ${height} pixels`, async ({ denoise, page }) => {
    await denoise.open();
    await denoise.give(file('tiny.png', png(width, height, scene(width, height, 10))));
    await denoise.phase('done');
    await expect(denoise.metric('size')).toHaveText(new RegExp(`^${width} × ${height}`));
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download PNG' }).click();
    expect((await download).suggestedFilename()).toBe('tiny-restored.png');
  });

test('50 megapixels: known from the header, a smaller size is offered', async ({ denoise }) => {
  await denoise.open();
  await denoise.give(file('huge.png', pngOfSize(8660, 5774)));
  await expect(denoise.notices.getByRole('alert')).toContainText('8660 × 5774 pixels (50 MP)');
  await expect(denoise.notices.getByRole('button', { name: 'Use 3463 × 2309' })).toBeVisible();
  await goesOn(denoise);
});

test('on a device with little memory a smaller size is offered earlier', async ({ denoise, page }) => {
  await page.addInitScript(() =>
    Object.defineProperty(Navigator.prototype, 'deviceMemory', { get: () => 4 }),
  );
  await denoise.open();
  await denoise.give(file('large.png', pngOfSize(3000, 2000)));
  const alert = denoise.notices.getByRole('alert');
  await expect(alert).toContainText(
    /3000 × 2000 pixels \(6\.0 MP\); on this device [\d.]+ MP fit into memory/,
  );
  const offer = alert.getByRole('button', { name: /^Use / }).first();
  const [width, height] = (await offer.innerText()).match(/\d+/g)!.map(Number) as [number, number];
  expect(width * height).toBeLessThan(5.3e6); // 350 MB, 25 of them fixed, at 62 bytes a pixel, the page's own included
  expect(width * height).toBeGreaterThan(1e6);
});

test('above the limit for real: the smaller size is made and restored', async ({ denoise, page }) => {
  test.setTimeout(180_000);
  await denoise.open();
  const jpeg = await encoded(page, 'image/jpeg', 6600, 4500);
  await denoise.give(file('large.jpg', jpeg));
  const offer = denoise.notices.getByRole('button', { name: /^Use / }).last();
  await expect(offer).toHaveText('Use 1712 × 1167');
  await offer.click();
  await expect(denoise.metric('size')).toHaveText('1712 × 1167');
  await expect(denoise.notices).toContainText('Made smaller, from 6600 × 4500');
  await denoise.phase('done'); // a picture without noise: one step
});

test('a drop without a file, a paste without a picture', async ({ denoise, page }) => {
  await denoise.open();
  await denoise.phase('done'); // a picture that opens meanwhile takes the notices of the one before with it
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'words');
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true }));
  });
  await expect(denoise.notices).toContainText('What was dropped is not a file');
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'words');
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
  });
  await expect(denoise.notices).toContainText('The clipboard holds no picture');
  await goesOn(denoise);
});

test('wrong values in the address become what is allowed', async ({ denoise, page }) => {
  await denoise.open('half=true&sigma=NaN&amount=7&colour=pink&image=nothing&seed=-3&zoom=banana');
  await denoise.phase('done');
  await expect(page.getByRole('slider', { name: 'Amount' })).toHaveValue('1');
  await expect(page).toHaveURL(/#denoise\?v=1&half=true&seed=0$/);
});

test('a link made with an own picture says what is missing', async ({ denoise }) => {
  await denoise.open('image=own&sigma=12&half=true');
  await expect(denoise.notices).toContainText('a picture that never left its owner’s browser');
  await denoise.phase('done');
});

test('lost network while the engine loads: a sentence and Retry', async ({ denoise, page, expected }) => {
  expected.push(/Failed to load resource/);
  await page.route('**/*.wasm', (route) => route.abort());
  await denoise.open();
  await expect(denoise.notices.getByRole('alert')).toContainText(/The engine could not be loaded/);
  await page.unroute('**/*.wasm');
  // Something else may ask for the engine first: then the page has gone on by itself.
  const retry = denoise.notices.getByRole('button', { name: 'Retry' });
  await retry.click({ timeout: 3000 }).catch(() => expect(retry).toHaveCount(0));
  await denoise.phase('done');
  await expect(denoise.notices.getByRole('alert')).toBeEmpty();
});

test('lost network while the weights load: a sentence and Run again', async ({ denoise, page, expected }) => {
  expected.push(/Failed to load resource/);
  await page.route('**/*.safetensors', (route) => route.abort());
  await denoise.open();
  await expect(denoise.notices.getByRole('alert')).toContainText(/could not be loaded/);
  await page.unroute('**/*.safetensors');
  await denoise.notices.getByRole('button', { name: 'Run again' }).click();
  await denoise.phase('done');
});

test('altered weights: a sentence', async ({ denoise, page }) => {
  await page.route('**/*.safetensors', async (route) => {
    const response = await route.fetch();
    const body = Buffer.from(await response.body());
    body[body.length >> 1]! ^= 255;
    await route.fulfill({ response, body });
  });
  await denoise.open();
  await expect(denoise.notices.getByRole('alert')).toContainText(/not what they should be/);
});

test('lost network while a sample loads: a sentence and Retry', async ({ denoise, page, expected }) => {
  expected.push(/Failed to load resource/);
  await denoise.open();
  await denoise.phase('done');
  await page.route('**/images/rocket.*', (route) => route.abort());
  await page.getByRole('button', { name: /^Sample: Rocket/ }).click();
  await expect(denoise.notices.getByRole('alert')).toContainText('"Rocket on the pad" could not be loaded');
  await page.unroute('**/images/rocket.*');
  await denoise.notices.getByRole('button', { name: 'Retry' }).click();
  await expect(denoise.metric('size')).toHaveText('640 × 427');
  await denoise.verb('Stop').click();
});

test('a worker lost in the middle of a run: a sentence, and it runs again', async ({
  denoise,
  page,
  expected,
}) => {
  expected.push(/./);
  // The page's Worker, kept by the test so that it can be made to fail as a dying one does.
  await page.addInitScript(() => {
    const Real = Worker;
    const all: Worker[] = [];
    Object.assign(window, { workers: all });
    window.Worker = class extends Real {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        all.push(this);
      }
    };
  });
  await denoise.open('image=rocket&half=true');
  await denoise.phase('running');
  await page.evaluate(() => {
    const [worker] = (window as unknown as { workers: Worker[] }).workers;
    worker!.terminate();
    worker!.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }));
  });
  await expect(denoise.notices.getByRole('alert')).toContainText(/./);
  await denoise.notices.getByRole('button', { name: 'Run again' }).click();
  await denoise.phase('done');
  expect(await denoise.number('gain')).toBeGreaterThan(8);
});

test('a browser without wasm SIMD: the stored result and a sentence', async ({ denoise, page }) => {
  await page.addInitScript(() => {
    WebAssembly.validate = () => false;
  });
  await denoise.open('');
  await expect(denoise.notices.getByRole('alert')).toContainText('lacks WebAssembly SIMD');
  await expect(page.locator('.chip-after')).toHaveText(/stored result/);
  await expect(denoise.verb('Run')).toHaveAttribute('aria-disabled', 'true');
});

test('without JavaScript the page says what it needs', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL });
  const page = await context.newPage();
  await page.goto('./');
  await expect(page.locator('noscript p')).toBeVisible();
  expect(await page.locator('noscript').innerHTML()).toContain('needs JavaScript');
  await context.close();
});
