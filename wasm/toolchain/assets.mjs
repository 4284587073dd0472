// Gathers what the page loads at run time into build/public (Vite's publicDir: served by the dev server, copied into
// dist/), every file under a name that carries the hash of its contents, so that hosts may cache it for ever and an old
// page never meets a new module. build/assets.json and build/images.json say which name that is; the page imports them:
//   engine: { <module>: { <flavour>: { script, wasm, bytes, digest } } }   of the wasm file
//   tasks: { <task>: <module> }, families: { <family of models>: [<module>] }
//   models: { "<name>": { url, bytes, digest, family, title } }   shared/models/manifest.json, checked
// A digest is the beginning of a SHA-256: the table is part of what every page loads first. The other file is
//   { "<picture>": url }
// All addresses are relative to the site's root.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmdirSync,
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
/** Enough to notice a file that was altered on its way. */
const DIGEST = 16;

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
    for (const { family } of params) {
      if (family) found.families[family] = [...new Set([...(found.families[family] ?? []), module])];
    }
  }
  return found;
}

export function stageAssets(flavours) {
  const kept = new Set();
  const { tasks } = JSON.parse(readFileSync(join(root, 'build/describe.json'), 'utf8'));
  const assets = { ...modulesOf(tasks), models: {} };
  const images = {};
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
        digest: sha256(wasm).slice(0, DIGEST),
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
        images[name] = place(file, url, kept);
      }
    }
  }
  for (const [name, { file, sha256: whole, ...entry }] of Object.entries(checkedModels())) {
    const url = `models/${name}.${whole.slice(0, 10)}.safetensors`;
    assets.models[name] = {
      url: place(join(root, 'shared/models', file), url, kept),
      ...entry,
      digest: whole.slice(0, DIGEST),
    };
  }
  for (const name of filesBelow(target)) if (!kept.has(name)) rmSync(join(target, name));
  for (const name of readdirSync(join(target, 'engine'))) {
    const folder = join(target, 'engine', name);
    if (!readdirSync(folder).length) rmdirSync(folder); // of an earlier build
  }
  for (const [name, table] of Object.entries({ assets, images })) {
    const text = `${JSON.stringify(table, null, 1)}\n`;
    const file = join(root, `build/${name}.json`);
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
  }
}
