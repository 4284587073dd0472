// Long runs in a real Chromium, through lib/engine.js: the same bits with and without threads, cancelling within 50 ms,
// workers lost in the middle of a run, models lost or altered on their way.
import { expect, test } from '@playwright/test';
import { engineWorker, lastRun, open, playLongRun, restoreSmall } from './engine_open';

/** [least, lower quartile]: what happens when no other program is in the way, and how often something is. */
function spread(values: number[]): [number, number] {
  values.sort((a, b) => a - b);
  return [values[0]!, values[values.length >> 2]!];
}

test('restores the same bits with and without threads, and nearly the same with relaxed SIMD', async ({
  page,
}) => {
  await open(page);
  const { digests, worst } = await page.evaluate(async () => {
    const clean = window.picture(72, 90);
    const { outputs } = await window.engine.call('add_noise', { sigma: 25 }, { image: clean }, ['noisy']);
    const digests: Record<string, string> = {};
    const pictures: Record<string, Float32Array> = {};
    for (const flavour of ['simd', 'simd-mt', 'relaxed', 'relaxed-mt'] as const) {
      const engine = window.lib.createEngine({ flavour });
      const run = engine.run('epll', { sigma: 25 }, { image: outputs.noisy });
      run.play();
      await run.finished;
      const restored = await run.output('restored');
      digests[flavour] = await window.digest(restored);
      pictures[flavour] = restored.data as Float32Array;
      engine.dispose();
    }
    const worst = pictures.simd!.reduce((w, v, i) => Math.max(w, Math.abs(v - pictures.relaxed![i]!)), 0);
    return { digests, worst };
  });
  expect(digests['simd-mt']).toBe(digests.simd);
  expect(digests['relaxed-mt']).toBe(digests.relaxed);
  expect(worst).toBeLessThan(1e-4);
});

test('pauses, stops and answers questions in the middle of a run', async ({ page }) => {
  await open(page);
  await playLongRun(page);
  const times = await page.evaluate(async () => {
    const { run } = window as unknown as { run: import('../../web/src/engine').Run<'epll'> };
    const { engine, picture, reached } = window;
    const pause: number[] = [];
    const question: number[] = [];
    const stop: number[] = [];
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    for (let round = 0; round < 9; round++) {
      await wait(40 + 17 * round); // at another place of the slices each time
      let begin = performance.now();
      await engine.call('add_noise', {}, { image: picture(8, 8) }, ['noisy']);
      question.push(performance.now() - begin);
      begin = performance.now();
      run.pause();
      await reached(run as never, 'paused');
      pause.push(performance.now() - begin);
      run.play();
    }
    const { unit, progress } = run.status;
    for (let round = 0; round < 5; round++) {
      const begin = performance.now();
      const other = engine.run('epll', { sigma: 25 }, { image: picture(321, 481) });
      other.play();
      await reached(other as never, 'running');
      await wait(30 + 17 * round);
      run.stop();
      const asked = performance.now();
      other.stop();
      await engine.describe(); // answered once the worker has obeyed
      stop.push(performance.now() - asked);
      if (asked < begin) throw new Error('time runs backwards');
    }
    return { pause, question, stop, unit, progress, state: run.state };
  });
  const measured = [times.pause, times.question, times.stop].map(spread);
  test.info().annotations.push({
    type: 'ms: pause, question, stop',
    description: JSON.stringify(measured),
  });
  expect(times.state).toBe('stopped');
  expect(times.progress).toBeGreaterThan(0);
  for (const [least, quarter] of measured) {
    expect(least).toBeLessThanOrEqual(50);
    expect(quarter).toBeLessThanOrEqual(150);
  }
});

test('gives a picture of a run under way, and one unit per step', async ({ page }) => {
  await open(page);
  const found = await page.evaluate(async () => {
    const { outputs } = await window.engine.call('add_noise', {}, { image: window.picture(72, 90) }, [
      'noisy',
    ]);
    const run = window.engine.run('epll', { sigma: 25 }, { image: outputs.noisy });
    const units: number[] = [];
    for (let pass = 0; pass < 2; pass++) {
      run.step();
      await window.reached(run as never, 'running');
      await window.reached(run as never, 'paused');
      units.push(run.status.unit);
    }
    const preview = await run.output('restored', { as: 'rgba8', scale: 3 });
    run.stop();
    return { units, shape: preview.shape, ms: run.status.ms };
  });
  expect(found.units).toEqual([1, 2]);
  expect(found.shape).toEqual([24, 30, 4]);
  expect(found.ms).toBeGreaterThan(0);
});

test('changes live parameters in the middle of a run, and refuses the others', async ({ page }) => {
  await open(page);
  const found = await page.evaluate(async () => {
    const image = window.picture(40, 48);
    const { outputs } = await window.engine.call('add_noise', {}, { image }, ['noisy']);
    const run = window.engine.run('epll', { sigma: 25 }, { image: outputs.noisy });
    run.step();
    await window.reached(run as never, 'running');
    await window.reached(run as never, 'paused');
    const full = (await run.output('restored')).data;
    await run.set({ amount: 0 });
    const none = (await run.output('restored')).data;
    const refused = await window.refusal(run.set({ sigma: 30 }));
    run.play(); // the refusal did no harm
    await run.finished;
    const clipped = Array.from(outputs.noisy.data, (v) => Math.min(1, Math.max(0, v)));
    const distance = (a: ArrayLike<number>) =>
      clipped.reduce((w, v, i) => Math.max(w, Math.abs(v - a[i]!)), 0);
    return { full: distance(full), none: distance(none), refused };
  });
  expect(found.full).toBeGreaterThan(0.001); // the first pass of the schedule is a gentle one
  expect(found.none).toBeLessThan(1e-6);
  expect(found.refused).toMatchObject({
    kind: 'user',
    message: '"Noise level" cannot be changed during a run.',
  });
});

test('replaces a worker that breaks down in the middle of a run', async ({ page }) => {
  await open(page);
  await playLongRun(page);
  await (
    await engineWorker(page)
  ).evaluate(() => {
    setTimeout(() => {
      throw new Error('unreachable executed');
    });
  });
  await expect.poll(async () => (await lastRun(page)).state).toBe('failed');
  const { kind, message, retry } = await lastRun(page);
  expect({ kind, retry }).toEqual({ kind: 'lost', retry: true });
  expect(message).toContain('The computation broke down and was ended; you can go on (');
  expect(await restoreSmall(page)).toBe(1);
});

test('replaces a worker that hangs when asked to stop @plain', async ({ page }) => {
  await open(page);
  await playLongRun(page);
  await (
    await engineWorker(page)
  ).evaluate(() => {
    setTimeout(() => {
      for (;;);
    });
  });
  const replaced = page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        let loading = false;
        window.engine.watch(({ state }) => {
          loading ||= state === 'loading';
          if (loading && state === 'ready') resolve();
        });
      }),
  );
  await page.evaluate(() => (window as unknown as { run: { stop(): void } }).run.stop());
  expect((await lastRun(page)).state).toBe('stopped');
  await replaced;
  expect(await restoreSmall(page)).toBe(1);
});

test('says that a model was lost, cut off or altered on its way; Retry works without reload', async ({
  page,
}) => {
  await open(page);
  await page.evaluate(() => window.engine.start());
  let mode: 'lost' | 'half' | 'altered' = 'lost';
  await page.route('**/*.safetensors', async (route) => {
    if (mode === 'lost') return route.abort('connectionreset');
    const body = Buffer.from(await (await route.fetch()).body());
    body[body.length >> 1]! ^= 1;
    return route.fulfill({ body: mode === 'half' ? body.subarray(0, body.length >> 1) : body });
  });
  const attempt = () =>
    page.evaluate(() =>
      window.refusal(window.engine.run('epll', {}, { image: window.picture(16, 16) }).created),
    );
  expect(await attempt()).toMatchObject({ kind: 'network', retry: true });
  mode = 'half';
  expect((await attempt()).message).toMatch(/^The model ".+" could not be loaded: \d+ of \d+ bytes came\.$/);
  mode = 'altered';
  expect((await attempt()).message).toContain('its contents are not what they should be');
  await page.unroute('**/*.safetensors');
  expect(await restoreSmall(page)).toBe(1);
});
