// Learning digits in the browser: seconds that an epoch of 10,000 digits of 28x28 pixels takes, mini-batches of 100, in
// Chromium on every flavour and the pool. The digits are drawn from the Markov chain that ships (time depends on how many
// pixels are on, not on what they show). Median of the epochs after the first, which warms up.
//
//   node tests/bench/bench_digit_train_browser.mjs [--rounds EPOCHS] [--flavours simd,...,pool]
import { median, onEveryFlavour, option } from './browser.mjs';

const epochs = Number(option('rounds', 3)) + 1;
const kinds = [
  { name: 'fvsbn', params: { kind: 'fvsbn' } },
  { name: 'nade-64', params: { kind: 'nade', hidden: 64 } },
  { name: 'made-64', params: { kind: 'made', hidden: 64 } },
];

/** In the page: 10,000 digits of the Markov chain as the engine's input. */
async function digits(engine) {
  const data = new Float32Array(10000 * 784);
  for (let first = 0; first < 10000; first += 2500) {
    const { outputs } = await engine.call('digits', { model: 'markov', count: 2500, first }, {}, ['samples']);
    data.set(outputs.samples.data, first * 784);
  }
  return { dtype: 'f32', shape: [10000, 28, 28], data };
}

/** In the page: ms of each epoch but the first. */
async function epochTimes(engine, input, params, epochs) {
  const run = engine.run('digit_train', { ...params, batch: 100, epochs }, { digits: input });
  await run.created;
  const times = [];
  let begin = performance.now();
  let done = 0;
  const ended = run.watch(() => {
    const epoch = Math.floor(run.status.metrics?.epoch ?? 0);
    if (epoch <= done) return;
    const now = performance.now();
    times.push((now - begin) / (epoch - done));
    [begin, done] = [now, epoch];
  });
  run.play();
  await run.finished;
  ended();
  run.stop();
  return times.slice(1);
}

await onEveryFlavour({ task: 'digit_train', inPage: [digits, epochTimes] }, async ({ page, row }) => {
  await page.evaluate(async () => void (window.input = await window.digits(window.engine)));
  for (const { name, params } of kinds) {
    const times = await page.evaluate(
      ({ params, epochs }) => window.epochTimes(window.engine, window.input, params, epochs),
      { params, epochs },
    );
    row(`digit_train/${name}/10000`, 'epoch', median(times) / 1000, 's');
  }
});
