// Learning a variational autoencoder in the browser: seconds that an epoch of 10,000 digits takes, networks 784-200-200-2, in
// Chromium on every flavour and the pool; by the clock, and the time that all cores together worked. The digits are drawn from
// the Markov chain that ships. Median of the epochs after the first, which warms up.
//
//   npm run build && node tests/bench/bench_vae_train_browser.mjs [--rounds EPOCHS] [--flavours simd,...,pool] [--batch 200]
import { epochTimes, markovDigits, median, onEveryFlavour, option, workedSeconds } from './browser.mjs';

const epochs = Number(option('rounds', 5)) + 1;
const batch = Number(option('batch', 200));

await onEveryFlavour(
  { task: 'vae_train', inPage: [markovDigits, epochTimes] },
  async ({ browser, page, row }) => {
    await page.evaluate(async () => void (window.input = await window.markovDigits(window.engine)));
    const before = await workedSeconds(browser);
    const times = await page.evaluate(
      (params) => window.epochTimes(window.engine, 'vae_train', window.input, params),
      { epochs, batch },
    );
    const worked = (await workedSeconds(browser)) - before;
    row(`vae_train/784-200-2/10000`, 'epoch', median(times) / 1000, 's');
    row(`vae_train/784-200-2/10000`, 'epoch, all cores', worked / epochs, 's');
  },
);
