// dist/priorlab-quarto.zip: the Quarto extension with a copy of the built site in it, `_extensions` at its root, as `quarto add`
// takes it. `stage` makes the same as a folder, for tests.
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runnerImport } from 'vite';
import { isMain, main, root } from '../../wasm/toolchain/shell.mjs';
import { zip } from './zip.mjs';

const dist = join(root, 'dist');
const source = join(root, 'web/quarto');

/** Of the site: what elements and frames load, the page that their links lead to, the notes on weights and pictures. */
const wanted =
  /^(lib\/(prior-lab|embed-frame)\.(js|css)|\w+\.html|sw\.js|(assets|engine|models|images)\/.*)$/;

const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => String(name).replaceAll('\\', '/'))
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();

const quoted = (text) => JSON.stringify(text).replaceAll('\\u', '\\\\u');

/** id -> title, line and what its poster shows, as the extension reads it. */
async function demoTable() {
  globalThis.location ??= new URL('http://localhost/'); // pictures have addresses
  const { module } = await runnerImport(join(root, 'web/src/demos/index.ts'));
  const rows = module.demos.map(
    ({ id, title, line, pictureAlt }) =>
      `  ${id} = { title = ${quoted(title)}, line = ${quoted(line)}, alt = ${quoted(pictureAlt)} },`,
  );
  return ['-- Written by web/scripts/quarto.mjs.', 'return {', ...rows, '}', ''].join('\n');
}

/** [name, bytes] of everything in the extension. */
async function contents() {
  const inside = '_extensions/priorlab/';
  const site = filesBelow(dist).filter((name) => wanted.test(name));
  return [
    ...filesBelow(source).map((name) => [name, readFileSync(join(source, name))]),
    [`${inside}demos.lua`, Buffer.from(await demoTable())],
    [`${inside}site/files.txt`, Buffer.from(`${site.join('\n')}\n`)],
    ...site.map((name) => [`${inside}site/${name}`, readFileSync(join(dist, name))]),
  ];
}

export async function stage(folder) {
  rmSync(folder, { recursive: true, force: true });
  for (const [name, bytes] of await contents()) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

if (isMain(import.meta.url))
  await main(async () => {
    const [folder] = process.argv.slice(2);
    if (folder) await stage(folder);
    else writeFileSync(join(dist, 'priorlab-quarto.zip'), zip(await contents()));
  });
