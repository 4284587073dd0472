// Everything but Emscripten that building, testing or fuzzing needs beyond g++, cmake, ninja and node: how to see that
// it is there, and which Debian package brings it. `ensure(...)` installs what is missing with `apt-get install` where
// it may, and says in one sentence what to do where it may not.
// As a program: node wasm/toolchain/needs.mjs [build] [test] [quarto] [fuzz] [format] [browsers]
import { existsSync, readdirSync } from 'node:fs';
import { installPackages, hasApt, isRoot } from './debian.mjs';
import { Failure, capture, main, which, isMain } from './shell.mjs';

const header = (...names) =>
  ['/usr/include', '/usr/local/include', '/opt/homebrew/include'].some((folder) =>
    names.some((name) => existsSync(`${folder}/${name}`)),
  );

/** libFuzzer and the sanitizers' runtime libraries belong to clang's own version; asking clang finds them. */
function hasFuzzerRuntime() {
  const { ok, err } = capture('clang++', [
    '-fsanitize=fuzzer',
    '-###',
    '-x',
    'c++',
    '/dev/null',
    '-o',
    '/dev/null',
  ]);
  const archive = /"([^"]*libclang_rt\.fuzzer[^"]*\.a)"/.exec(err);
  return ok && archive !== null && existsSync(archive[1]);
}

/** First of the Chromium-like browsers on this machine, or null. */
export function findChromium() {
  return (
    process.env.PRIORLAB_CHROMIUM ||
    ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(which).find(Boolean) ||
    null
  );
}

/** Firefox, or null. */
export const findFirefox = () =>
  process.env.PRIORLAB_FIREFOX || ['firefox-esr', 'firefox'].map(which).find(Boolean) || null;

/** WebKitGTK's small browser, which lies beside its library; or null. */
export function findMiniBrowser() {
  const folders = ['/usr/lib', '/usr/libexec'].filter(existsSync).flatMap((folder) => [
    folder,
    ...readdirSync(folder)
      .filter((name) => /-linux-gnu/.test(name))
      .map((name) => `${folder}/${name}`),
  ]);
  const files = folders.flatMap((it) => [4.1, 6].map((api) => `${it}/webkit2gtk-${api}/MiniBrowser`));
  return files.find(existsSync) ?? null;
}

// group: [what a person calls it, is it there?, Debian package]
const needs = {
  build: [
    ['a C++ compiler', () => which('g++') || which('clang++'), 'g++'],
    ['cmake', () => which('cmake'), 'cmake'],
    ['ninja', () => which('ninja'), 'ninja-build'],
    ['python3', () => which('python3'), 'python3'],
    ['ccache', () => which('ccache'), 'ccache'],
    ['the Eigen 3 headers', () => header('eigen3/Eigen/Core', 'Eigen/Core'), 'libeigen3-dev'],
    ['the nlohmann JSON header', () => header('nlohmann/json.hpp'), 'nlohmann-json3-dev'],
    ['libpng', () => header('png.h'), 'libpng-dev'],
    ['libjpeg', () => header('jpeglib.h'), 'libjpeg-dev'],
  ],
  test: [
    [
      'the GoogleTest sources',
      () => existsSync('/usr/src/googletest/CMakeLists.txt') || process.env.PRIORLAB_GOOGLETEST,
      'googletest',
    ],
  ],
  browser: [['Chromium', findChromium, 'chromium']],
  browsers: [
    ['Firefox', findFirefox, 'firefox-esr'],
    ['WebKitGTK and its driver', () => which('WebKitWebDriver') && findMiniBrowser(), 'webkit2gtk-driver'],
    ['broadwayd', () => which('broadwayd'), 'libgtk-3-bin'],
  ],
  quarto: [['pandoc', () => which('pandoc'), 'pandoc']],
  fuzz: [
    ['clang', () => which('clang++'), 'clang'],
    ["clang's fuzzer runtime", hasFuzzerRuntime, 'libclang-rt-dev'],
  ],
  format: [['clang-format', () => which('clang-format'), 'clang-format']],
};

/** Makes sure that everything of the named groups is there. */
export function ensure(...groups) {
  const missing = () => groups.flatMap((group) => needs[group]).filter(([, present]) => !present());
  const first = missing();
  if (!first.length) return;
  const packages = first.map(([, , name]) => name);
  if (hasApt && isRoot) installPackages(packages);
  const still = hasApt && isRoot ? missing() : first;
  if (!still.length) return;
  const what = still.map(([name]) => name).join(', ');
  throw new Failure(
    hasApt
      ? `missing: ${what}. Run \`sudo apt-get install ${packages.join(' ')}\` and start again.`
      : `missing: ${what}. Install with your system's package manager (Debian's names: ${packages.join(', ')}) and start again.`,
  );
}

if (isMain(import.meta.url)) {
  main(() => {
    const groups = process.argv.slice(2);
    const unknown = groups.filter((group) => !(group in needs));
    if (unknown.length)
      throw new Failure(`no such group: ${unknown.join(', ')} (there are ${Object.keys(needs).join(', ')})`);
    ensure(...(groups.length ? groups : Object.keys(needs)));
  });
}
