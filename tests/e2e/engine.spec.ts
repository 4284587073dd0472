// The engine of the built site in a real Chromium, on its own: flavours, outputs, refusals, lost networks. Tests run in
// the page through lib/engine.js, the same module that the demos use.
import { expect, test } from '@playwright/test';
import type * as EngineModule from '../../web/src/engine/public';
import { serve } from '../../wasm/toolchain/serve.mjs';
import { open } from './engine_open';

test('boots with threads where the page is isolated, and tells the same tasks as the generated types', async ({
  page,
}) => {
  await open(page);
  const { info, same } = await page.evaluate(async () => ({
    info: await window.engine.start(),
    same: JSON.stringify(await window.engine.describe()) === JSON.stringify(window.lib.description),
  }));
  expect(info.isolated).toBe(true);
  expect(info.flavour).toMatch(info.cores > 1 ? /-mt$/ : /^(simd|relaxed)$/);
  expect(info.text).toBe(info.cores > 1 ? `SIMD · ${info.threads} threads` : 'SIMD · 1 core');
  expect(same).toBe(true);
});

test('boots a pool of workers where it is not isolated, and says so @plain', async ({ page }) => {
  await open(page);
  const { info, psnr } = await page.evaluate(async () => {
    const info = await window.engine.start();
    const noisy = await window.engine.call('add_noise', { sigma: 25 }, { image: window.picture(64, 64) }, [
      'noisy',
    ]);
    return { info, psnr: noisy.metrics.psnr };
  });
  const workers = Math.min(info.cores, 8);
  expect(info).toMatchObject({ isolated: false, threads: workers, workers });
  if (info.cores > 1) expect(info.text).toMatch(/^SIMD · \d+ workers on (\d+ of )?\d+ cores$/);
  else expect(info.text).toBe('SIMD · 1 core');
  expect(psnr).toBeGreaterThan(19);
  expect(psnr).toBeLessThan(21.5);
});

test('works below any path', async ({ page }) => {
  const { server, url } = await serve('.', { port: 4190, host: '127.0.0.1' });
  try {
    await open(page, `${url}dist/`);
    expect((await page.evaluate(() => window.engine.start())).isolated).toBe(true);
  } finally {
    server.close();
  }
});

test('draws the same noise on every flavour, to the bit', async ({ page }) => {
  await open(page);
  const digests = await page.evaluate(async () => {
    const found: Record<string, string> = {};
    for (const flavour of ['simd', 'simd-mt', 'relaxed', 'relaxed-mt'] as const) {
      const engine = window.lib.createEngine({ flavour });
      const answer = await engine.call(
        'add_noise',
        { sigma: 30, seed: 7 },
        { image: window.picture(96, 80) },
        ['noisy'],
      );
      found[flavour] = await window.digest(answer.outputs.noisy);
      engine.dispose();
    }
    return found;
  });
  expect(new Set(Object.values(digests)).size, JSON.stringify(digests)).toBe(1);
});

test('draws the same patches and dead leaves on every flavour and in a pool, to the bit', async ({
  page,
}) => {
  await open(page);
  const digests = await page.evaluate(async () => {
    const found: string[] = [];
    for (const one of [
      ...(['simd', 'simd-mt', 'relaxed', 'relaxed-mt'] as const).map((flavour) => ({ flavour })),
      { flavour: 'simd' as const, workers: 2 },
    ]) {
      const engine = window.lib.createEngine(one);
      const run = engine.run('gmm', { count: 1300, seed: 5 }, {});
      run.play();
      await run.finished;
      const leaves = await engine.call('dead_leaves', { height: 96, noise: 5 }, {}, ['image', 'labels']);
      const all = [await run.output('patches'), await run.output('component')];
      all.push(leaves.outputs.image, leaves.outputs.labels);
      found.push((await Promise.all(all.map(window.digest))).join());
      engine.dispose();
    }
    return found;
  });
  expect(new Set(digests).size, JSON.stringify(digests)).toBe(1);
});

test('gives windows, box means and canvas pixels of an output', async ({ page }) => {
  await open(page);
  const worst = await page.evaluate(async () => {
    const image = window.picture(33, 50);
    const run = window.engine.run('add_noise', { sigma: 10 }, { image });
    run.play();
    await run.finished;
    const whole = await run.output('noisy');
    const window_ = await run.output('noisy', { window: { y: 3, x: 5, height: 8, width: 9 } });
    const small = await run.output('noisy', { scale: 4 });
    const pixels = await run.output('noisy', { as: 'rgba8' });
    const at = (y: number, x: number) => whole.data[y * 50 + x]!;
    let worst = 0;
    for (let i = 0; i < 72; i++)
      worst = Math.max(worst, Math.abs(window_.data[i]! - at(3 + Math.floor(i / 9), 5 + (i % 9))));
    for (let i = 0; i < 9 * 13; i++) {
      const values: number[] = [];
      for (let y = 4 * Math.floor(i / 13); y < Math.min(33, 4 * Math.floor(i / 13) + 4); y++)
        for (let x = 4 * (i % 13); x < Math.min(50, 4 * (i % 13) + 4); x++) values.push(at(y, x));
      worst = Math.max(worst, Math.abs(small.data[i]! - values.reduce((a, b) => a + b) / values.length));
    }
    for (let i = 0; i < 33 * 50; i++) {
      const byte = Math.floor(Math.min(1, Math.max(0, whole.data[i]!)) * 255 + 0.5);
      worst = Math.max(
        worst,
        Math.abs(pixels.data[4 * i]! - byte) > 1 ? 1 : 0,
        pixels.data[4 * i + 3] === 255 ? 0 : 1,
      );
    }
    const shapes = [window_.shape, small.shape, pixels.shape, [window.lib.imageDataFrom(pixels).width]];
    return { worst, shapes: JSON.stringify(shapes) };
  });
  expect(worst.worst).toBeLessThan(1e-5);
  expect(worst.shapes).toBe('[[1,8,9],[1,9,13],[33,50,4],[50]]');
});

test('refuses in sentences what cannot be used', async ({ page }) => {
  await open(page);
  const found = await page.evaluate(async () => {
    const { engine, refusal, picture } = window;
    const image = picture(8, 8);
    const holed = picture(8, 8);
    holed.data[5] = NaN;
    const call = (params: object, inputs: object) =>
      refusal(engine.call('add_noise', params, inputs as { image: EngineModule.Tensor }, ['noisy']));
    return [
      await call({ sigma: NaN }, { image }),
      await call({ sigma: 1000 }, { image }),
      await call({ nonsense: 1 }, { image }),
      await call({}, {}),
      await call({}, { image: { dtype: 'f32', shape: [1, 8, 9], data: image.data } }),
      await call({}, { image: { dtype: 'f32', shape: [2, 4, 8], data: image.data } }),
      await call({}, { image: holed }),
      await refusal(engine.call('nobody' as 'add_noise', {}, { image }, ['noisy'])),
      await refusal(engine.call('add_noise', {}, { image }, ['nothing' as 'noisy'])),
      await refusal(engine.putModel('broken', new Uint8Array([1, 2, 3]))),
    ];
  });
  for (const { kind, message } of found) {
    expect.soft(kind, message).toBe('user');
    expect.soft(message).toMatch(/^[A-Z"].*\.$/s);
  }
});

test('says that a browser without SIMD cannot run it, and loads nothing @plain', async ({ page }) => {
  await page.addInitScript(() => {
    WebAssembly.validate = () => false;
  });
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  await open(page);
  const found = await page.evaluate(() => window.refusal(window.engine.start()));
  expect(found).toMatchObject({ kind: 'unsupported', retry: false });
  expect(found.message).toContain('lacks WebAssembly SIMD');
  expect(loaded.filter((url) => url.includes('/engine/'))).toEqual([]);
});

for (const [what, pattern] of [
  ['module', '**/*.wasm'],
  ['script', '**/pictures.mjs'],
] as const)
  test(`says that the network was lost while the ${what} was loading; Retry works without reload`, async ({
    page,
  }) => {
    await open(page);
    await page.route(pattern, (route) => route.abort('connectionreset'));
    const lost = await page.evaluate(() => window.refusal(window.engine.start()));
    expect(lost).toMatchObject({ kind: 'network', retry: true });
    expect(await page.evaluate(() => window.engine.state)).toBe('failed');
    await page.unroute(pattern);
    expect((await page.evaluate(() => window.engine.start())).threads).toBeGreaterThan(0);
    expect(await page.evaluate(() => window.engine.state)).toBe('ready');
  });

test('notices a half-downloaded and an altered module, and recovers when the second attempt is whole', async ({
  page,
}) => {
  await open(page);
  let attempts = 0;
  let mode: 'half' | 'altered' | 'once' = 'half';
  await page.route('**/*.wasm', async (route) => {
    attempts++;
    const response = await route.fetch();
    const body = await response.body();
    const changed = Buffer.from(body);
    changed[changed.length >> 1]! ^= 1;
    if (mode === 'once' && attempts > 1) return route.fulfill({ response });
    const headers = { 'content-type': 'application/wasm', 'cross-origin-resource-policy': 'cross-origin' };
    return route.fulfill({
      body: mode === 'altered' ? changed : body.subarray(0, body.length >> 1),
      headers,
    });
  });
  const half = await page.evaluate(() => window.refusal(window.engine.start()));
  expect(half.message).toMatch(/^The engine could not be loaded: \d+ of \d+ bytes came\.$/);
  expect(attempts).toBe(2);
  mode = 'altered';
  const altered = await page.evaluate(() => window.refusal(window.engine.start()));
  expect(altered.message).toContain('its contents are not what they should be');
  attempts = 0;
  mode = 'once';
  await page.evaluate(() => window.engine.start());
  expect(attempts).toBe(2);
});
