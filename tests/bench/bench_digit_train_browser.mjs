// Learning digits in the browser: seconds that an epoch of 10,000 digits of 28x28 pixels takes, mini-batches of 100, in
// Chromium on every flavour and the pool. The digits are drawn from the Markov chain that ships (time depends on how many
// pixels are on, not on what they show). Median of the epochs after the first, which warms up.
//
//   node tests/bench/bench_digit_train_browser.mjs [--rounds EPOCHS] [--flavours simd,...,pool]
import { epochTimes, markovDigits, median, onEveryFlavour, option } from './browser.mjs';

const epochs = Number(option('rounds', 3)) + 1;
const kinds = [
  { name: 'fvsbn', params: { kind: 'fvsbn' } },
  { name: 'nade-64', params: { kind: 'nade', hidden: 64 } },
  { name: 'made-64', params: { kind: 'made', hidden: 64 } },
];

await onEveryFlavour({ task: 'digit_train', inPage: [markovDigits, epochTimes] }, async ({ page, row }) => {
  await page.evaluate(async () => void (window.input = await window.markovDigits(window.engine)));
  for (const { name, params } of kinds) {
    const times = await page.evaluate(
      ({ params, epochs }) =>
        window.epochTimes(window.engine, 'digit_train', window.input, { ...params, batch: 100, epochs }),
      { params, epochs },
    );
    row(`digit_train/${name}/10000`, 'epoch', median(times) / 1000, 's');
  }
});
