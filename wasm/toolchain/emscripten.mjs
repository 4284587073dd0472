// Finds Emscripten >= 3.1.61 or installs it, in this order:
//   1. `emcc` on the PATH, or below $EMSDK;
//   2. Debian: the private prefix in the user's cache folder, made on first use (trixie's emscripten and binaryen with
//      bookworm's LLVM 19: bookworm's own emscripten 3.1.6 lacks standard relaxed SIMD and ahead-of-time embind);
//   3. otherwise one sentence with the two emsdk commands.
// Run as a program it prints the folder that holds emcc; `--find` never installs.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { arch } from 'node:os';
import { isDebian, openArchive } from './debian.mjs';
import { Failure, cacheFolder, capture, compareVersions, main, which, isMain } from './shell.mjs';

const minimum = '3.1.61';
const llvm = '1:19.1.7-3~deb12u1';

// release, name, version; `new` packages go beside the others because binaryen 120 needs a newer C library than bookworm's.
const recipe = [
  ['trixie', 'emscripten', '3.1.69+dfsg-3'],
  ['trixie', 'node-acorn', ''],
  ['trixie', 'binaryen', '120-4'],
  ['trixie', 'libc6', ''],
  ['trixie', 'libstdc++6', ''],
  ['trixie', 'libgcc-s1', ''],
  ['bookworm', 'clang-19', llvm],
  ['bookworm', 'lld-19', llvm],
  ['bookworm', 'llvm-19', llvm],
  ['bookworm', 'libllvm19', llvm],
  ['bookworm', 'libclang-cpp19', llvm],
  ['bookworm', 'libclang-common-19-dev', llvm],
  ['bookworm', 'libz3-4', ''],
  ['bookworm', 'libedit2', ''],
  ['bookworm', 'libbsd0', ''],
  ['bookworm', 'libmd0', ''],
  ['bookworm', 'libffi8', ''],
  ['bookworm', 'libxml2', ''],
  ['bookworm', 'libicu72', ''],
  ['bookworm', 'libtinfo6', ''],
].map(([release, name, version]) => ({ release, name, version }));
const newerCLibrary = new Set(['binaryen', 'libc6', 'libstdc++6', 'libgcc-s1']);

/** Raised whenever the way of unpacking changes, so that an older prefix is not taken for this one. */
const revision = 1;
const prefix = join(cacheFolder, `emscripten-3.1.69-r${revision}-${arch()}`);

function versionOf(emcc) {
  const { ok, out } = capture(emcc, ['--version']);
  return ok ? (/emcc.*? (\d+\.\d+\.\d+)/.exec(out) || [])[1] || '' : '';
}

function usable(emcc) {
  const version = emcc && existsSync(emcc) ? versionOf(emcc) : '';
  return version !== '' && compareVersions(version, minimum) >= 0;
}

/** The folder of emcc in our own prefix when that is complete, or null. */
function ownPrefix() {
  const stamp = join(prefix, 'stamp.json');
  const folder = join(prefix, 'usr/share/emscripten');
  const complete =
    existsSync(join(folder, 'emcc')) &&
    existsSync(stamp) &&
    JSON.parse(readFileSync(stamp, 'utf8')).revision === revision;
  return complete ? folder : null;
}

/** {folder, source} of an Emscripten that is here already, or null. */
export function findEmscripten() {
  const onPath = which('emcc');
  if (usable(onPath)) return { folder: dirname(onPath), source: 'PATH' };
  const sdk = process.env.EMSDK ? join(process.env.EMSDK, 'upstream/emscripten/emcc') : null;
  if (usable(sdk)) return { folder: dirname(sdk), source: 'EMSDK' };
  return ownPrefix() ? { folder: ownPrefix(), source: 'cache' } : null;
}

/** Unpacks a .deb; `skip` are tar patterns left out. */
function unpack(file, into, skip = []) {
  mkdirSync(into, { recursive: true });
  const script =
    'set -o pipefail; deb=$1; into=$2; shift 2; dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$into" "$@"';
  const result = spawnSync(
    'bash',
    ['-c', script, 'unpack', file, into, ...skip.map((s) => `--exclude=${s}`)],
    { stdio: 'inherit' },
  );
  if (result.status !== 0) throw new Failure(`unpacking ${file} failed (disk full?)`);
}

/** Moves every shared library of the prefix beside LLVM's own: its programs look for libraries in $ORIGIN/../lib alone. */
function gatherLibraries(stage) {
  const target = join(stage, 'usr/lib/llvm-19/lib');
  for (const base of ['usr/lib', 'lib']) {
    const folder = join(stage, base);
    if (!existsSync(folder)) continue;
    for (const triplet of readdirSync(folder).filter((name) => name.endsWith('-linux-gnu'))) {
      for (const file of readdirSync(join(folder, triplet)).filter((name) => /\.so(\.|$)/.test(name))) {
        rmSync(join(target, file), { force: true });
        renameSync(join(folder, triplet, file), join(target, file));
      }
    }
  }
}

/** Each binaryen program becomes a script that starts the real one through the newer C library's own loader. */
function wrapBinaryen(stage) {
  const bin = join(stage, 'binaryen/bin');
  mkdirSync(bin, { recursive: true });
  const libraries = readdirSync(join(stage, 'new/usr/lib')).find((name) => name.endsWith('-linux-gnu'));
  const loader = readdirSync(join(stage, 'new/usr/lib', libraries)).find((name) =>
    /^ld-linux.*\.so\.\d$/.test(name),
  );
  for (const program of readdirSync(join(stage, 'new/usr/bin'))) {
    const text = `#!/bin/sh
root=${prefix}/new/usr
exec "$root/lib/${libraries}/${loader}" --library-path "$root/lib/${libraries}" "$root/bin/${program}" "$@"
`;
    writeFileSync(join(bin, program), text, { mode: 0o755 });
  }
}

/** Emscripten reads the file .emscripten beside emcc, so no environment variable is needed afterwards. */
function configure(stage) {
  const folder = join(stage, 'usr/share/emscripten');
  const text = `EMSCRIPTEN_ROOT = '${prefix}/usr/share/emscripten'
LLVM_ROOT = '${prefix}/usr/lib/llvm-19/bin'
BINARYEN_ROOT = '${prefix}/binaryen'
NODE_JS = '${process.execPath}'
CACHE = '${prefix}/usr/share/emscripten/cache'
FROZEN_CACHE = False
`;
  rmSync(join(folder, '.emscripten'), { force: true });
  writeFileSync(join(folder, '.emscripten'), text);
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync('../../nodejs/acorn', join(folder, 'node_modules/acorn'));
}

function installPrivatePrefix() {
  console.log(
    `Installing Emscripten below ${cacheFolder} (about 310 MB to download, 800 MB on disk; once per user).`,
  );
  mkdirSync(cacheFolder, { recursive: true });
  for (const name of readdirSync(cacheFolder).filter((entry) => entry.startsWith('staging-'))) {
    const abandoned = Date.now() - statSync(join(cacheFolder, name)).mtimeMs > 3_600_000;
    if (abandoned) rmSync(join(cacheFolder, name), { recursive: true, force: true });
  }
  const stage = mkdtempSync(join(cacheFolder, 'staging-'));
  try {
    const download = openArchive(join(stage, 'apt'), ['trixie', 'bookworm']);
    const packages = download(recipe, join(stage, 'debs'));
    const version = packages.find(({ name }) => name === 'emscripten').version;
    if (compareVersions(version.replace(/[^\d.].*/, ''), minimum) < 0) {
      throw new Failure(`the Debian archive serves Emscripten ${version}; ${minimum} or newer is needed`);
    }
    for (const { name, file } of packages) {
      // Link-time-optimised and position-independent copies of the system libraries are 1.2 GB that nothing here links.
      const skip =
        name === 'emscripten'
          ? [
              '*/wasm32-emscripten/lto',
              '*/wasm32-emscripten/lto-pic',
              '*/wasm32-emscripten/pic',
              './usr/share/emscripten/test',
            ]
          : [];
      unpack(file, newerCLibrary.has(name) ? join(stage, 'new') : stage, skip);
    }
    for (const folder of ['debs', 'apt']) rmSync(join(stage, folder), { recursive: true });
    gatherLibraries(stage);
    wrapBinaryen(stage);
    configure(stage);
    writeFileSync(
      join(stage, 'stamp.json'),
      JSON.stringify({ revision, packages: packages.map(({ name, version: v }) => `${name} ${v}`) }, null, 1),
    );
    if (!ownPrefix()) {
      rmSync(prefix, { recursive: true, force: true });
      renameSync(stage, prefix);
    } // else another checkout was faster
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
  const emcc = join(prefix, 'usr/share/emscripten/emcc');
  if (!usable(emcc)) {
    const { err } = capture(emcc, ['--version']);
    rmSync(prefix, { recursive: true, force: true });
    throw new Failure(`the installed Emscripten does not run here: ${err.trim().split('\n').pop()}`);
  }
}

/** Finds Emscripten or installs it; throws a Failure that says what to do where neither works. */
export function ensureEmscripten() {
  const found = findEmscripten();
  if (found) return found;
  if (!isDebian || !which('python3')) {
    throw new Failure(
      `Emscripten ${minimum} or newer is needed (with python3): in a clone of the emsdk repository of the Emscripten project run ` +
        '`./emsdk install 3.1.69 && ./emsdk activate 3.1.69`, then `source ./emsdk_env.sh` in this shell.',
    );
  }
  installPrivatePrefix();
  return findEmscripten();
}

if (isMain(import.meta.url)) {
  main(() => {
    if (process.argv.includes('--find')) {
      const found = findEmscripten();
      if (!found)
        throw new Failure('no Emscripten here yet: node wasm/toolchain/emscripten.mjs installs it.');
      process.stdout.write(`${found.folder}\n`);
    } else {
      process.stdout.write(`${ensureEmscripten().folder}\n`);
    }
  });
}
