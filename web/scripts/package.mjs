// npm run package [-- FOLDER]: the npm package, as a folder and packed: build/package and build/priorlab-VERSION.tgz, or in
// another folder. Needs what the page needs (npm run build makes it).
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { runnerImport } from 'vite';
import { Failure, capture, isMain, main, root } from '../../wasm/toolchain/shell.mjs';
import { tool } from '../../wasm/toolchain/steps.mjs';
import { customElements } from './custom_elements.mjs';
import { bareExtension } from './quarto.mjs';

const target = resolve(process.argv[2] ?? join(root, 'build'));
const folder = join(target, 'package');
const read = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'));
const write = (name, value) => writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);

/** Copies what the scripts load at run time, under plain names: a package has a version, a bundler adds hashes. */
function stageFiles() {
  const files = [];
  const place = (from, to, edit) => {
    const at = join(folder, to);
    mkdirSync(dirname(at), { recursive: true });
    if (edit) writeFileSync(at, edit(readFileSync(join(root, 'build/public', from), 'utf8')));
    else copyFileSync(join(root, 'build/public', from), at);
    files.push(to);
    return to;
  };
  const assets = read('build/assets.json');
  for (const [module, flavours] of Object.entries(assets.engine))
    for (const [flavour, it] of Object.entries(flavours)) {
      // With threads the script starts workers from itself, by a name that a bundler changes.
      const own = new RegExp(`new URL\\("${module}\\.mjs",\\s*import\\.meta\\.url\\)`, 'g');
      const threaded = flavour.endsWith('-mt');
      it.script = place(it.script, `engine/${flavour}/${module}.mjs`, (text) => {
        if (threaded && !own.test(text))
          throw new Failure(`${module}.mjs (${flavour}) does not start workers as this script expects`);
        return text.replace(own, 'new URL(import.meta.url)');
      });
      it.wasm = place(it.wasm, `engine/${flavour}/${module}.wasm`);
    }
  for (const [name, it] of Object.entries(assets.models))
    it.url = place(it.url, `models/${name}.safetensors`);
  const images = Object.fromEntries(
    Object.entries(read('build/images.json')).map(([name, url]) => [name, place(url, `images/${name}`)]),
  );
  write('files.json', { assets, images, files });
  for (const kind of ['models', 'images'])
    for (const name of readdirSync(join(root, 'shared', kind), { recursive: true }))
      if (name.endsWith('.md')) cpSync(join(root, 'shared', kind, name), join(folder, kind, name));
}

/** What this build was to leave alone is for the next one, which has a helper of the same name. */
function prepareForBundlers() {
  const lib = join(folder, 'lib');
  for (const name of readdirSync(lib).filter((it) => it.endsWith('.js'))) {
    const text = readFileSync(join(lib, name), 'utf8');
    const ignored = /\/\* @vite-ignore \*\/\s*(?=["']\.\.\/)/g;
    writeFileSync(join(lib, name), text.replace(ignored, '').replaceAll('__vitePreload', 'loadPart'));
  }
}

/** Files that these load, at once or later, by what they import. */
function closure(names, pattern) {
  const found = new Set();
  const visit = (file) => {
    if (found.has(file) || !existsSync(file)) return;
    found.add(file);
    for (const [, name] of readFileSync(file, 'utf8').matchAll(pattern)) {
      const at = join(dirname(file), name);
      visit(file.endsWith('.d.ts') ? (existsSync(`${at}.d.ts`) ? `${at}.d.ts` : join(at, 'index.d.ts')) : at);
    }
  };
  names.forEach(visit);
  return found;
}

const IMPORTED = /(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)["']/g;

/** Declarations of the entries and what they name. The table of all tasks is a constant whose type is longer than itself:
 * its declaration says what a reader wants to know. */
function declare(entries) {
  const out = join(target, 'types');
  rmSync(out, { recursive: true, force: true });
  tool('typescript', 'tsc', ['-p', join(root, 'web/package/tsconfig.json'), '--outDir', out]);
  const table = readFileSync(join(root, 'web/src/engine/describe.gen.ts'), 'utf8');
  writeFileSync(
    join(out, 'web/src/engine/describe.gen.d.ts'),
    "import type { Tensor } from './api';\nimport type { Description } from './describe';\n\n" +
      `export declare const description: Description;\n\n${table.slice(table.indexOf('export type Tasks'))}`,
  );
  const src = join(out, 'web/src');
  const files = closure(
    entries.map((name) => join(src, name)),
    IMPORTED,
  );
  for (const file of files) {
    const to = join(folder, 'types', relative(src, file));
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(file, to);
  }
}

/** Scripts that no function of the library needs: those of the element register it and bring styles. */
function withEffects() {
  const lib = join(folder, 'lib');
  const pure = closure(
    ['priorlab.js', 'engine.js'].map((name) => join(lib, name)),
    IMPORTED,
  );
  return readdirSync(lib)
    .filter((name) => /\.(js|css)$/.test(name) && !pure.has(join(lib, name)) && !/^worker/.test(name))
    .map((name) => `./lib/${name}`)
    .sort();
}

function manifest() {
  const { version, description, license } = read('package.json');
  const entry = (types, script) => ({ types: `./types/${types}.d.ts`, default: `./lib/${script}.js` });
  write('package.json', {
    ...{ name: 'priorlab', version, description, license, type: 'module' },
    keywords: ['denoising', 'epll', 'image-prior', 'autoregressive', 'vae', 'wasm', 'custom-element'],
    exports: {
      '.': entry('library/index', 'priorlab'),
      './element': entry('element/prior_lab', 'prior-lab'),
      './prior-lab.css': './lib/prior-lab.css',
      './engine': entry('engine/public', 'engine'),
      './wasm/*': './engine/*',
      './models/*': './models/*',
      './images/*': './images/*',
      './quarto/*': './quarto/*',
      './custom-elements.json': './custom-elements.json',
      './package.json': './package.json',
    },
    types: './types/library/index.d.ts',
    sideEffects: withEffects(),
    customElements: 'custom-elements.json',
    files: ['lib', 'types', 'engine', 'models', 'images', 'quarto', 'custom-elements.json'],
  });
}

async function elements() {
  globalThis.location ??= new URL('http://localhost/'); // pictures have addresses
  const { module } = await runnerImport(join(root, 'web/package/fields.ts'));
  write('custom-elements.json', customElements(module));
}

/** Returns the packed file. */
export async function makePackage() {
  if (!existsSync(join(root, 'build/assets.json'))) throw new Failure('npm run build comes first');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  stageFiles();
  tool(
    'vite',
    'vite',
    ['build', '--config', join(root, 'web/package/vite.config.ts'), '--logLevel', 'warn'],
    {
      env: { ...process.env, PRIORLAB_PACKAGE: folder },
    },
  );
  rmSync(join(folder, 'files.json'));
  prepareForBundlers();
  declare(['library/index.d.ts', 'engine/public.d.ts', 'element/prior_lab.d.ts']);
  await elements();
  cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  cpSync(join(root, 'web/package/README.md'), join(folder, 'README.md'));
  for (const [name, bytes] of await bareExtension()) {
    mkdirSync(dirname(join(folder, 'quarto', name)), { recursive: true });
    writeFileSync(join(folder, 'quarto', name), bytes);
  }
  manifest();
  const { ok, out, err } = capture(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', target],
    { cwd: folder },
  );
  if (!ok) throw new Failure(`npm pack failed: ${err.trim()}`);
  const [{ filename }] = JSON.parse(out);
  return join(target, filename);
}

if (isMain(import.meta.url))
  await main(async () => {
    const file = await makePackage();
    console.log(`${relative(process.cwd(), file)}: ${(statSync(file).size / 1e6).toFixed(1)} MB`);
  });
