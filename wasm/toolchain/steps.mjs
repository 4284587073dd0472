// The steps that the commands of package.json are made of. Each does nothing when its result is up to date; the order
// is: packages -> native command line -> describe.json and TypeScript types -> wasm flavours -> assets -> page.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { stageAssets } from './assets.mjs';
import { ensureEmscripten } from './emscripten.mjs';
import { ensure } from './needs.mjs';
import { Failure, capture, root, run } from './shell.mjs';

/** The four forms of each module; folder names below build/wasm, and how bench rows name them. */
export const flavours = ['simd', 'relaxed', 'simd-mt', 'relaxed-mt'];

export const built = (...parts) => join(root, 'build', ...parts);

/** Prints "what ... 1.2 s"; steps are few, so each gets a line. */
export function timed(what, body) {
  const start = performance.now();
  const note = body();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${what.padEnd(34)} ${seconds.padStart(7)} s${note ? `  ${note}` : ''}`);
}

/** Writes a file only when its text differs, so that what depends on it stays up to date. */
export function writeIfChanged(file, text) {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return false;
  writeFileSync(file, text);
  return true;
}

/** Hash over names and contents of files and folders (missing ones count as missing). */
export function hashOf(paths) {
  const hash = createHash('sha256');
  const visit = (path) => {
    if (!existsSync(path)) {
      hash.update(`${path} -\n`);
    } else if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) if (name !== 'node_modules') visit(join(path, name));
    } else {
      hash.update(`${path} ${statSync(path).size}\n`).update(readFileSync(path));
    }
  };
  paths.forEach(visit);
  return hash.digest('hex');
}

/** Runs `body` unless the inputs are those of the last successful run and the result is there. */
function whenChanged(name, inputs, result, body) {
  const stamp = built('stamps', name);
  const now = hashOf(inputs);
  if (existsSync(result) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return 'unchanged';
  rmSync(stamp, { force: true });
  body();
  mkdirSync(built('stamps'), { recursive: true });
  writeFileSync(stamp, now);
  return '';
}

/** `npm ci` when node_modules does not belong to package-lock.json. */
export function nodeModules() {
  timed('npm packages', () =>
    whenChanged(
      'npm',
      [join(root, 'package.json'), join(root, 'package-lock.json')],
      join(root, 'node_modules/.package-lock.json'),
      () =>
        run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
          env: { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' },
          why: 'npm ci (it needs the npm registry once)',
        }),
    ),
  );
}

/** Runs a program of node_modules through node itself. */
export function tool(pkg, bin, args, options = {}) {
  const manifest = JSON.parse(readFileSync(join(root, 'node_modules', pkg, 'package.json'), 'utf8'));
  const entry = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[bin];
  run(process.execPath, [join(root, 'node_modules', pkg, entry), ...args], {
    why: `${bin} ${args[0] || ''}`.trim(),
    ...options,
  });
}

/** Whether a configured build folder still fits: same checkout, compiler still there. */
function stillFits(folder) {
  const cache = join(folder, 'CMakeCache.txt');
  if (!existsSync(cache) || !existsSync(join(folder, 'build.ninja'))) return false;
  const text = readFileSync(cache, 'utf8');
  const value = (name) => (new RegExp(`^${name}:\\w+=(.*)$`, 'm').exec(text) || [])[1] || '';
  const toolchain = value('PRIORLAB_EMSCRIPTEN_USED');
  return (
    value('CMAKE_HOME_DIRECTORY') === root &&
    existsSync(value('CMAKE_CXX_COMPILER') || root) &&
    (!toolchain || toolchain === process.env.PRIORLAB_EMSCRIPTEN)
  );
}

/** Configures a preset where that has not happened and builds targets of it (all by default). */
export function cmake(preset, folder, targets = []) {
  if (!stillFits(folder)) {
    rmSync(folder, { recursive: true, force: true });
    const { ok, out, err } = capture('cmake', ['--preset', preset], { cwd: root });
    if (!ok) {
      rmSync(folder, { recursive: true, force: true });
      throw new Failure(`configuring ${preset} failed:\n${out}${err}`);
    }
  }
  const args = [
    '--build',
    folder,
    '-j',
    String(availableParallelism()),
    ...(targets.length ? ['--target', ...targets] : []),
  ];
  if (process.stdout.isTTY) return run('cmake', args, { why: `building ${preset}` });
  const { ok, out, err } = capture('cmake', args, { cwd: root });
  if (!ok) throw new Failure(`building ${preset} failed:\n${(out + err).slice(-20_000)}`);
}

/** A step that several suites ask for is taken once per process. */
const once = (step) => {
  let taken = false;
  return () => {
    if (!taken) step();
    taken = true;
  };
};

/** The native command line, then what is derived from it: build/describe.json and the TypeScript types. */
export function nativeAndTypes() {
  ensure('build', 'test');
  timed('native command line', () => cmake('native', built('native'), ['priorlab']));
  timed('describe.json and types', () => {
    const { ok, out, err } = capture(built('native/priorlab'), ['describe', '--json'], { cwd: root });
    if (!ok) throw new Failure(`priorlab describe --json failed: ${err.trim()}`);
    writeIfChanged(built('describe.json'), out);
    run(
      process.execPath,
      [
        join(root, 'web/scripts/types.mjs'),
        built('describe.json'),
        join(root, 'web/src/engine/describe.gen.ts'),
      ],
      { why: 'writing the TypeScript types' },
    );
  });
}

export function wasmFlavours() {
  let source;
  timed('Emscripten', () => (source = ensureEmscripten()).folder);
  process.env.PRIORLAB_EMSCRIPTEN = source.folder;
  for (const flavour of flavours) {
    timed(`wasm ${flavour}`, () => cmake(`wasm-${flavour}`, built('wasm', flavour), ['priorlab_modules']));
  }
}

/** Everything that Vite needs, dev server or build. */
export const pageInputs = once(() => {
  ensure('build', 'test');
  nodeModules();
  nativeAndTypes();
  wasmFlavours();
  timed('weights, pictures, modules', () => stageAssets(flavours));
});

/** The static site in dist/; runs on any static host, from any sub-path. */
export const page = once(() => {
  const config = readdirSync(root).filter((name) => /^(vite\.config|tsconfig)/.test(name));
  const inputs = [
    'web',
    'build/public',
    'build/assets.json',
    'build/images.json',
    'build/describe.json',
    'package-lock.json',
    ...config,
  ];
  timed('page', () =>
    whenChanged(
      'page',
      inputs.map((path) => join(root, path)),
      join(root, 'dist/index.html'),
      () => {
        tool('vite', 'vite', ['build', '--logLevel', 'warn']);
        // The Quarto extension, with a copy of the site in it.
        run(process.execPath, [join(root, 'web/scripts/quarto.mjs')], {
          why: 'packing the Quarto extension',
        });
      },
    ),
  );
});
