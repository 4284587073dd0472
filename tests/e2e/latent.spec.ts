// "Latent space" as a user meets it.
import { readFileSync } from 'node:fs';
import { expect, idx, test, type DigitPage } from './digit_page';

const ready = async (digits: DigitPage) => {
  await digits.phase('paused');
  await expect(digits.page.locator('.facts-line')).toContainText(/a digit in .*400 in/);
};

/** 20 x 20 digits of 28 x 28 pixels. */
const sheetOf = (digits: DigitPage) =>
  digits.page
    .locator('.plane canvas')
    .first()
    .evaluate((it: HTMLCanvasElement) => {
      if (it.width !== 560) throw new Error(`${it.width} pixels`);
      return it.toDataURL();
    });

const middle = async (digits: DigitPage) => {
  await digits.page.locator('.plane').scrollIntoViewIfNeeded();
  const box = (await digits.page.locator('.plane').boundingBox())!;
  return { box, x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

test('dragging the point changes the digit live, and the link finds it again', async ({ digits, page }) => {
  await digits.open('latent');
  await ready(digits);
  await expect(digits.metric('point')).toHaveText('0.00, 0.00');
  const before = await digits.pixels(2);
  expect(before.width).toBe(28);
  const { box, x, y } = await middle(digits);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + box.width / 4, y - box.height / 7, { steps: 5 });
  await expect(digits.metric('point')).toHaveText('1.75, 1.00');
  await expect.poll(() => digits.pixels(2)).not.toEqual(before); // while the button is down
  await page.mouse.up();
  await expect(digits.metric('prior')).toHaveText('−3.9 nats'); // log N((1.75, 1); 0, I)
  await expect(page).toHaveURL(/z=[\w-]{4}/);
  const there = await digits.pixels(2);
  const link = page.url();
  await page.goto('about:blank');
  await page.goto(link);
  await ready(digits);
  await expect(digits.metric('point')).toHaveText('1.75, 1.00');
  expect(await digits.pixels(2)).toEqual(there);
});

test('the sheet follows the plane: wheel, pan, keys; the whole plane', async ({ digits, page }) => {
  await digits.open('latent', 'show=sheet');
  await ready(digits);
  const sheet = () => sheetOf(digits);
  const whole = await sheet();
  const { x, y } = await middle(digits);
  await page.locator('.plane').focus();
  await page.mouse.move(x + 40, y);
  await page.mouse.wheel(0, -400);
  await expect(page).toHaveURL(/half=1\.2\d+/);
  await expect(page).toHaveURL(/[?&]x=0\.\d/); // what is under the pointer stays there
  await expect.poll(sheet).not.toBe(whole);
  await page.keyboard.press('0');
  await expect(page).not.toHaveURL(/half=/);
  await expect.poll(sheet).toBe(whole);
  await page.mouse.down({ button: 'right' });
  await page.mouse.move(x + 60, y, { steps: 4 });
  await page.mouse.up({ button: 'right' });
  await expect(page).toHaveURL(/x=-0\.\d/);
  await expect(digits.metric('point')).toHaveText('0.00, 0.00'); // the point stays
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowUp');
  await expect(digits.metric('point')).toHaveText('0.14, 0.14');
  await page.keyboard.press('+');
  await expect(page).toHaveURL(/half=2\.8/);
});

test('two fingers zoom and move the plane, the point stays', async ({ digits, page }) => {
  await digits.open('latent', 'show=sheet&z=jMh2');
  await ready(digits);
  const place = await digits.metric('point').innerText();
  const { x, y } = await middle(digits);
  const session = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart: number) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints:
        type === 'touchEnd'
          ? []
          : [
              { x: x - apart, y, id: 0 },
              { x: x + apart, y, id: 1 },
            ],
    });
  await touch('touchStart', 40);
  for (const apart of [50, 60, 70, 80]) await touch('touchMove', apart);
  await touch('touchEnd', 80);
  // Fingers twice as far apart show half as much.
  await expect(page).toHaveURL(/half=1\.7/);
  await expect(digits.metric('point')).toHaveText(place);
});

test('test digits: their classes by colour, by letter, by hover and by neighbours', async ({
  digits,
  page,
}) => {
  await digits.open('latent', 'show=cloud');
  await digits.phase('paused');
  await expect(digits.metric('around')).toHaveText(/^\d+ are \ds$/);
  const cloud = () =>
    page.locator('.plane-overlay').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      const found: Record<string, number> = {};
      for (let i = 0; i < data.length; i += 4)
        if (data[i + 3]! > 200) {
          const key = [data[i], data[i + 1], data[i + 2]].map((v) => Math.round(v! / 16)).join(' ');
          found[key] = (found[key] ?? 0) + 1;
        }
      return found;
    });
  const zeros = [0x56, 0xb4, 0xe9].map((v) => Math.round(v / 16)).join(' ');
  const ones = [0xe6, 0x9f, 0x00].map((v) => Math.round(v / 16)).join(' ');
  await expect.poll(async () => (await cloud())[zeros] ?? 0).toBeGreaterThan(200);
  const before = (await cloud())[ones]!;
  await page.getByRole('button', { name: 'Show the digits 0' }).click();
  await expect(page.getByRole('button', { name: 'Show the digits 0' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await expect.poll(async () => (await cloud())[ones] ?? 0).toBeLessThan(before / 4); // the others are dim
  // The zeros lie at the left; the tip names the class of what is under the pointer.
  const { box, y } = await middle(digits);
  for (let share = 0.1; share < 0.3; share += 0.02) {
    await page.mouse.move(box.x + box.width * share, y);
    if (await page.locator('.plane-tip').isVisible()) break;
  }
  await expect(page.locator('.plane-tip')).toHaveText(/^test digit: \d$/);
  await page.getByRole('button', { name: 'Show the digits 0' }).click();
  await expect(page).not.toHaveURL(/lit=/);
});

test('from A to B: linear or spherical, ends set by hand, GIF and CSV', async ({ digits, page }) => {
  await digits.open('latent');
  await ready(digits);
  await expect(page.locator('.strip figcaption')).toHaveText('12 digits from A to B, spherical');
  const strip = () => page.locator('.strip canvas').evaluate((it: HTMLCanvasElement) => it.toDataURL());
  const spherical = await strip();
  let linear = '';
  await digits.choose('Linear');
  await expect(page.locator('.strip figcaption')).toHaveText('12 digits from A to B, linear');
  await expect.poll(async () => (linear = await strip())).not.toBe(spherical);
  await page.getByRole('button', { name: 'A is here' }).click();
  await expect(page).toHaveURL(/[?&]a=0(&|$)/);
  await expect.poll(strip).not.toBe(linear);
  await page.goBack();
  await expect(page).not.toHaveURL(/[?&]a=/);
  await expect.poll(strip).toBe(linear);
  await page.goBack();
  await expect.poll(strip).toBe(spherical);
  const [gif] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download GIF' }).click(),
  ]);
  expect(gif.suggestedFilename()).toBe('vae2-spherical.gif');
  expect(
    readFileSync((await gif.path())!)
      .subarray(0, 6)
      .toString(),
  ).toBe('GIF89a');
  const [csv] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Curve as CSV' }).click(),
  ]);
  const text = readFileSync((await csv.path())!, 'utf8');
  expect(text).toContain('latent,activity,point,A,B\n');
  expect(text.split('\n').filter((line) => /^\d+,\d+,0\.\d+/.test(line)).length).toBeGreaterThan(100);
  const [png] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download PNG' }).click(),
  ]);
  expect(png.suggestedFilename()).toBe('vae2-latent-space.png');
});

test('fifty latents: sliders sorted by activity, a section instead of the whole plane', async ({
  digits,
  page,
}) => {
  await digits.open('latent', 'model=vae50');
  await ready(digits);
  const activity = (await page.locator('.slides .hint').allInnerTexts()).map((it) =>
    Number(it.match(/[\d.]+/)![0]),
  );
  expect(activity).toHaveLength(12);
  expect(activity).toEqual([...activity].sort((a, b) => b - a));
  const sheet = await sheetOf(digits);
  await page.locator('.slides input').nth(4).focus();
  for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowRight');
  await expect(page).toHaveURL(/z=[\w-]{100}/);
  await expect.poll(() => sheetOf(digits)).not.toBe(sheet); // through another point
  // Its test digits are not shown, whatever the link says: the sheet is.
  await digits.open('latent', 'model=vae50&show=cloud');
  await expect.poll(() => sheetOf(digits)).toBe(sheet);
});

test('another model: points of the old one are left behind, a walk rests', async ({ digits, page }) => {
  await digits.open('latent', 'z=zzAA&a=zzzz&b=AAzz');
  await ready(digits);
  await digits.verb('Run').click();
  await digits.phase('running');
  await page.locator('select[name=model]').selectOption('vae50');
  await expect(digits.metric('active')).toHaveText(/of 50$/);
  await digits.phase('paused');
  await expect(page).not.toHaveURL(/[?&](z|a|b)=/);
  await expect(digits.notices.getByRole('alert')).toBeEmpty();
  await expect(digits.metric('point')).toHaveText('0.00, 0.00');
  await digits.open('latent', 'model=vae50&a=zzzz');
  await expect(digits.notices).toContainText('belongs to a model of another size');
  await expect(page).not.toHaveURL(/[?&]a=/);
});

test('a random walk: run, pause, one step, back', async ({ digits }) => {
  await digits.open('latent');
  await ready(digits);
  await digits.verb('Run').click();
  await digits.phase('running');
  await expect(digits.metric('point')).not.toHaveText('0.00, 0.00');
  await digits.verb('Pause').click();
  await digits.phase('paused');
  const place = await digits.metric('point').innerText();
  await digits.verb('Step').click();
  await expect(digits.metric('point')).not.toHaveText(place);
  await digits.verb('Reset').click();
  await expect(digits.metric('point')).toHaveText('0.00, 0.00');
});

test('digits of the page and of a file are put on the map; what is no file of digits', async ({
  digits,
  page,
}) => {
  await digits.open('latent');
  await ready(digits);
  await page.getByRole('button', { name: 'Digit: seven' }).click();
  await expect(digits.metric('point')).not.toHaveText('0.00, 0.00');
  const seven = await digits.metric('point').innerText();
  await digits.give('mine.idx', idx(4));
  await expect(digits.notices).toContainText('All 4 digits of mine.idx');
  await expect(digits.metric('point')).not.toHaveText(seven);
  await digits.give('cat.png', Buffer.from([137, 80, 78, 71, 13, 10, 26, 10, 0, 0]));
  await expect(digits.notices.getByRole('alert')).toContainText(/is a picture/);
});

test('works without isolation @plain', async ({ digits }) => {
  await digits.open('latent');
  await ready(digits);
});
