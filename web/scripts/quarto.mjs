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

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The version, and title, line and what the poster shows of each demo, as the extension reads them. */
async function demoTable() {
  globalThis.location ??= new URL('http://localhost/'); // pictures have addresses
  const { module } = await runnerImport(join(root, 'web/src/demos/index.ts'));
  const rows = module.demos.map(
    ({ id, title, line, pictureAlt }) =>
      `  ${id} = { title = ${quoted(title)}, line = ${quoted(line)}, alt = ${quoted(pictureAlt)} },`,
  );
  return [
    '-- Written by web/scripts/quarto.mjs.',
    `return { version = ${quoted(version)}, demos = {`,
    ...rows,
    '} }',
    '',
  ].join('\n');
}

/** There is one version: package.json's. */
const withVersion = (name, bytes) =>
  name.endsWith('_extension.yml') ? Buffer.from(`${bytes.toString().trim()}\nversion: ${version}\n`) : bytes;

const inside = '_extensions/priorlab/';

/** [name, bytes] of the extension without a copy of the site: for books that name a hosted one. */
export const bareExtension = async () => [
  ...filesBelow(source).map((name) => [name, withVersion(name, readFileSync(join(source, name)))]),
  [`${inside}demos.lua`, Buffer.from(await demoTable())],
];

/** The same with it. */
async function contents() {
  const site = filesBelow(dist).filter((name) => wanted.test(name));
  return [
    ...(await bareExtension()),
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
