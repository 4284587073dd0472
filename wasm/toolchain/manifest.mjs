// Writes shared/models/manifest.json, the list of the weights that ship: node wasm/toolchain/manifest.mjs, after a model
// was trained. Name = the file's stem; family and title come from the file's own metadata. The page loads models by it
// and checks what arrived; assets.mjs refuses to stage files that differ from it.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, parse, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, main, root } from './shell.mjs';

const folder = join(root, 'shared/models');
const list = join(folder, 'manifest.json');

function metadataOf(file) {
  const bytes = readFileSync(file);
  const length = Number(bytes.readBigUInt64LE(0));
  return JSON.parse(bytes.toString('utf8', 8, 8 + length)).__metadata__ ?? {};
}

/** {name: {file, family, title, bytes, sha256}} of what lies in the folder, in name order. */
export function modelsFound() {
  const models = {};
  const files = (existsSync(folder) ? readdirSync(folder, { recursive: true }) : [])
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.safetensors'))
    .sort();
  for (const file of files) {
    const { name } = parse(file);
    if (models[name])
      throw new Failure(`two model files are called ${name}: ${models[name].file} and ${file}`);
    const bytes = readFileSync(join(folder, file));
    const { family = name, title = name } = metadataOf(join(folder, file));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    models[name] = { file, family, title, bytes: bytes.length, sha256 };
  }
  return models;
}

const textOf = (models) => `${JSON.stringify({ version: 1, models }, null, 2)}\n`;

/** The models, when the manifest tells the truth about them. */
export function checkedModels() {
  const models = modelsFound();
  const told = existsSync(list) ? readFileSync(list, 'utf8') : textOf({});
  if (told !== textOf(models))
    throw new Failure(
      'shared/models/manifest.json does not match the files: run node wasm/toolchain/manifest.mjs',
    );
  return models;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(() => {
    const models = modelsFound();
    writeFileSync(list, textOf(models));
    for (const [name, { family, bytes }] of Object.entries(models))
      console.log(`${name.padEnd(24)} ${family.padEnd(16)} ${bytes} bytes`);
  });
}
