// Writes how log p(x) of real digits is distributed under each shipped model, for the demo "Your digit": counts alone, no
// digits. Reads the test split of the fixed binarisation of MNIST, for a model once: node web/scripts/histograms.mjs DATA/mnist
// (after npm run build).
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { root } from '../../wasm/toolchain/shell.mjs';

const [data] = process.argv.slice(2);
if (!data) {
  console.error('usage: node web/scripts/histograms.mjs DATA/mnist');
  process.exit(2);
}
const file = join(root, 'web/src/demos/digit_histograms.json');
const before = JSON.parse(readFileSync(file, 'utf8')).models;
const { models } = JSON.parse(readFileSync(join(root, 'shared/models/manifest.json'), 'utf8'));
const after = {};
for (const [name, { family, sha256 }] of Object.entries(models)) {
  if (family !== 'autoregressive' || name === 'orderless') continue;
  const known = before[name]?.of === sha256.slice(0, 10);
  if (!known) {
    const options = ['--model', name, '--split', 'test', '--data', data, '--width', '4', '--json'];
    const text = execFileSync(join(root, 'build/native/priorlab'), ['eval', 'histogram', ...options]);
    const { split, count, mean, from, width, counts } = JSON.parse(text);
    before[name] = {
      of: sha256.slice(0, 10),
      split,
      count,
      mean: Number(mean.toFixed(3)),
      from,
      width,
      counts,
    };
  }
  after[name] = before[name];
  console.log(`${name.padEnd(16)} mean ${after[name].mean} nats${known ? ', as before' : ''}`);
}
const text = JSON.stringify({ command: 'node web/scripts/histograms.mjs DATA/mnist', models: after });
writeFileSync(file, await format(text, { parser: 'json', printWidth: 110 }));
