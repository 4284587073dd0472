// Writes what the pages on patch priors show: how the five priors compare (web/src/demos/patch_priors.json) and how many
// components a mixture needs (web/src/demos/gmm_components.json). Trains what is not in WORK yet, the four simple priors
// of shared/models excepted: node web/scripts/patch_tables.mjs DATA WORK [priors|components] (after npm run build).
// A table that is in WORK already is not measured again.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { root } from '../../wasm/toolchain/shell.mjs';

const [data, work, only] = process.argv.slice(2);
if (!data || !work) {
  console.error('usage: node web/scripts/patch_tables.mjs DATA WORK [priors|components]');
  process.exit(2);
}
mkdirSync(work, { recursive: true });
const sizes = [1, 2, 5, 10, 20, 50, 100, 200];
// The same for every mixture here; the shipped one has seen four times as many patches.
const mixture = ['--patches', '500000', '--steps', '150', '--batch', '10000', '--iterations', '4'];

function priorlab(...words) {
  console.error(`priorlab ${words.join(' ')}`);
  return execFileSync(join(root, 'build/native/priorlab'), words, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1 << 28,
  });
}

function trained(name, ...words) {
  const file = join(work, `${name}.safetensors`);
  if (!existsSync(file)) priorlab('train', ...words, '--out', file);
  return file;
}

function measured(name, ...words) {
  const file = join(work, `${name}.json`);
  if (!existsSync(file)) writeFileSync(file, priorlab('eval', ...words, '--json'));
  return JSON.parse(readFileSync(file, 'utf8'));
}

const rounded = (value) =>
  typeof value === 'number'
    ? Number(value.toFixed(3))
    : Array.isArray(value)
      ? value.map(rounded)
      : value && typeof value === 'object'
        ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, rounded(v)]))
        : value;

async function write(name, table) {
  const text = JSON.stringify({ command: 'node web/scripts/patch_tables.mjs DATA WORK', ...rounded(table) });
  const file = join(root, 'web/src/demos', name);
  writeFileSync(file, await format(text, { parser: 'json', printWidth: 110 }));
  console.log(`wrote ${file}`);
}

if (only !== 'components') {
  const learnedFrom = (source) =>
    ['independent', 'mvg', 'pca', 'ica', 'gmm']
      .map((kind) =>
        kind === 'gmm'
          ? trained(`${source}-gmm`, 'gmm', '--source', source, '--k', '200', ...mixture)
          : trained(`${source}-${kind}`, `patch-${kind}`, '--source', source),
      )
      .join(',');
  const [leaves, mini] = [learnedFrom('leaves'), learnedFrom('mini')];
  const photos = ['--images', '6', '--restored', '5000'];
  const natural = measured('natural', 'patch-priors', '--data', data, '--images', '17', '--restored', '5000');
  const fewer = ['--images', '3', '--restored', '2000'];
  // Pictures from posterior means: of few sweeps, since there are a million patches, and without independent pixels, whose
  // chains take longest; what is about single patches is above.
  const means = ['--by-mean', '--sweeps', '16', '--images', '6', '--restored', '100', '--patches', '1000'];
  const some = ['--priors', 'patch-mvg,patch-pca,patch-ica,gmm'];
  const { settings, rows } = measured('natural-by-mean', 'patch-priors', '--data', data, ...means, ...some);
  const { pictures, pictures_of, pictures_by, sigma, sweeps } = settings;
  const kept = ['id', 'name', ...['centre', 'tiles', 'average'].flatMap((it) => [it, `${it}_se`])];
  await write('patch_priors.json', {
    ...natural, // natural priors on natural patches and pictures
    by_mean: {
      settings: { pictures, pictures_of, pictures_by, sigma, sweeps },
      rows: rows.map((row) => Object.fromEntries(kept.map((it) => [it, row[it]]))),
    },
    leaves: measured('leaves', 'patch-priors', '--data', data, ...photos, '--priors', leaves),
    mini: measured('mini', 'patch-priors', '--data', data, ...photos, '--priors', mini),
    on_leaves: {
      natural: measured('natural-on-leaves', 'patch-priors', '--leaves', ...fewer),
      leaves: measured('leaves-on-leaves', 'patch-priors', '--leaves', ...fewer, '--priors', leaves),
      mini: measured('mini-on-leaves', 'patch-priors', '--leaves', ...fewer, '--priors', mini),
    },
  });
}
if (only !== 'priors') {
  const train = join(data, 'bsds300/train');
  const files = sizes.map((k) => trained(`gmm-${k}`, 'gmm', '--data', train, '--k', String(k), ...mixture));
  const study = measured(
    'components',
    'components',
    ...['--set', train, '--mixtures', [...files, 'gmm'].join(',')],
  );
  study.rows.at(-1).shipped = true;
  await write('gmm_components.json', study);
}
