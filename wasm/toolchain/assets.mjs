// Gathers what the page loads at run time into build/public (Vite's publicDir: served by the dev server, copied into
// dist/), every file under a name that carries the hash of its contents, so that hosts may cache it for ever and an old
// page never meets a new module. build/assets.json says which name that is; the page imports it:
//   engine: { <module>: { <flavour>: { script, wasm, bytes, sha256 } } }   bytes and sha256 of the wasm file
//   tasks: { <task>: <module> }, families: { <family of models>: <module> }
//   models: { "<name>": { url, bytes, sha256, family, title } }   shared/models/manifest.json, checked
//   images: { "<file>": { url, bytes } }
// All addresses are relative to the site's root.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { checkedModels } from './manifest.mjs';
import { Failure, root } from './shell.mjs';

const target = join(root, 'build/public');

const sha256 = (...files) => {
  const hash = createHash('sha256');
  files.forEach((file) => hash.update(readFileSync(file)));
  return hash.digest('hex');
};
const digest = (...files) => sha256(...files).slice(0, 10);

function filesBelow(folder, prefix = '') {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory()
        ? filesBelow(join(folder, entry.name), `${prefix}${entry.name}/`)
        : [`${prefix}${entry.name}`],
    );
}

/** Copies unless the same name (thus the same contents) is there; returns the address. */
function place(file, url, kept) {
  const to = join(target, url);
  kept.add(url);
  if (!existsSync(to) || statSync(to).size !== statSync(file).size) {
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(file, to);
  }
  return url;
}

/** Which module has which task and takes which family of models, from the table of all tasks; "pictures" comes first. */
function modulesOf(tasks) {
  const found = { engine: { pictures: {} }, tasks: {}, families: {} };
  for (const [id, { module, params }] of Object.entries(tasks)) {
    found.engine[module] ??= {};
    found.tasks[id] = module;
    for (const { family } of params) if (family) found.families[family] = module;
  }
  return found;
}

export function stageAssets(flavours) {
  const kept = new Set();
  const { tasks } = JSON.parse(readFileSync(join(root, 'build/describe.json'), 'utf8'));
  const assets = { ...modulesOf(tasks), models: {}, images: {} };
  for (const [module, files] of Object.entries(assets.engine)) {
    for (const flavour of flavours) {
      const [script, wasm] = ['mjs', 'wasm'].map((ending) =>
        join(root, 'build/wasm', flavour, `${module}.${ending}`),
      );
      if (!existsSync(wasm)) throw new Failure(`${wasm} is missing`);
      const folder = `engine/${flavour}.${digest(script, wasm)}`; // the script looks for the module beside itself
      files[flavour] = {
        script: place(script, `${folder}/${module}.mjs`, kept),
        wasm: place(wasm, `${folder}/${module}.wasm`, kept),
        bytes: statSync(wasm).size,
        sha256: sha256(wasm),
      };
    }
  }
  for (const kind of ['models', 'images']) {
    const folder = join(root, 'shared', kind);
    for (const name of filesBelow(folder)) {
      const file = join(folder, name);
      const { dir, name: stem, ext } = parse(name);
      if (ext === '.md') {
        place(file, `${kind}/${name}`, kept); // credits, licences and training records keep their names
      } else if (kind === 'images' && ext !== '.json') {
        const url = `images/${dir ? `${dir}/` : ''}${stem}.${digest(file)}${ext}`;
        assets.images[name] = { url: place(file, url, kept), bytes: statSync(file).size };
      }
    }
  }
  for (const [name, { file, ...entry }] of Object.entries(checkedModels())) {
    const url = `models/${name}.${entry.sha256.slice(0, 10)}.safetensors`;
    assets.models[name] = { url: place(join(root, 'shared/models', file), url, kept), ...entry };
  }
  for (const name of filesBelow(target)) if (!kept.has(name)) rmSync(join(target, name));
  const text = `${JSON.stringify(assets, null, 1)}\n`;
  const file = join(root, 'build/assets.json');
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}
