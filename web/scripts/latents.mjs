// Writes how each shipped variational autoencoder uses its latents, and for those with two latents where it puts the digits
// of the test split: posterior means and classes alone, no digits. For the demos "Latent space" and "Encode your digit":
// node web/scripts/latents.mjs DATA/mnist (after npm run build). A model that has not changed is not read again.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { format } from 'prettier';
import { root } from '../../wasm/toolchain/shell.mjs';

const [data] = process.argv.slice(2);
if (!data) {
  console.error('usage: node web/scripts/latents.mjs DATA/mnist');
  process.exit(2);
}
const command = 'node web/scripts/latents.mjs DATA/mnist';
const tableFile = join(root, 'web/src/demos/vae_latents.json');
const cloudFile = join(root, 'web/src/demos/vae_clouds.json');
const read = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).models;
  } catch {
    return {}; // the first time
  }
};
const [tables, clouds] = [read(tableFile), read(cloudFile)];

/** Two letters for each number, as web/src/lib/latents.ts reads them. */
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const packed = (v) => {
  const level = Math.round((Math.min(5, Math.max(-5, v)) * 2047) / 5) + 2047;
  return letters[level >> 6] + letters[level & 63];
};

const labels = () =>
  gunzipSync(readFileSync(join(data, 'binarized_mnist_test_labels-idx1-ubyte.gz'))).subarray(8);

const { models } = JSON.parse(readFileSync(join(root, 'shared/models/manifest.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'latents-'));
const after = { tables: {}, clouds: {} };
for (const [name, { family, sha256 }] of Object.entries(models)) {
  if (family !== 'vae') continue;
  const of = sha256.slice(0, 10);
  const known = tables[name]?.of === of;
  if (!known) {
    const csv = join(folder, `${name}.csv`);
    const options = ['--model', name, '--split', 'test', '--data', data, '--means', csv, '--json'];
    const text = execFileSync(join(root, 'build/native/priorlab'), ['eval', 'latents', ...options]);
    const { split, count, activity, kl } = JSON.parse(text);
    const figures = (values) => values.map((v) => Number(v.toPrecision(4)));
    tables[name] = { of, split, count, activity: figures(activity), kl: figures(kl) };
    delete clouds[name];
    if (activity.length === 2) {
      const rows = readFileSync(csv, 'utf8').trim().split('\n');
      const classes = labels();
      if (classes.length !== rows.length) throw new Error(`${rows.length} digits, ${classes.length} labels`);
      const points = Array.from({ length: 10 }, () => []);
      rows.forEach((row, i) => points[classes[i]].push(row.split(',').map(Number).map(packed).join('')));
      const counts = points.map((of) => of.length);
      clouds[name] = { of, split, counts, points: points.flat().join('') };
    }
  }
  after.tables[name] = tables[name];
  if (clouds[name]) after.clouds[name] = clouds[name];
  const active = tables[name].activity.filter((v) => v > 0.01).length;
  console.log(
    `${name.padEnd(16)} ${active} of ${tables[name].activity.length} latents active${known ? ', as before' : ''}`,
  );
}
rmSync(folder, { recursive: true });
const write = async (file, content) =>
  writeFileSync(
    file,
    await format(JSON.stringify({ command, models: content }), { parser: 'json', printWidth: 110 }),
  );
await write(tableFile, after.tables);
await write(cloudFile, after.clouds);
