// npm test [-- native wasm wasm-mt unit e2e asan tsan fuzz]: sets up what is missing and runs every suite, or the named ones.
// asan, tsan and fuzz run only when named; .ci/run names them.
import { Failure, main } from './shell.mjs';
import { asan, e2e, fuzz, native, runAll, tsan, unit, wasmPlain, wasmThreads } from './suites.mjs';

const suites = {
  native: ['C++ suite, native', native],
  wasm: ['C++ suite, wasm under node', wasmPlain],
  'wasm-mt': ['C++ suite, wasm with threads under node', wasmThreads],
  unit: ['TypeScript (Vitest)', unit],
  e2e: ['Page in Chromium (Playwright)', e2e],
  asan: ['C++ suite, address + undefined sanitizers', asan],
  tsan: ['Threads* suites, thread sanitizer', tsan],
  fuzz: ['Fuzzers, 20 s each', fuzz],
};
const everyDay = ['native', 'wasm', 'wasm-mt', 'unit', 'e2e'];

main(async () => {
  const named = process.argv.slice(2);
  const unknown = named.filter((name) => !(name in suites));
  if (unknown.length)
    throw new Failure(`no such suite: ${unknown.join(', ')} (there are ${Object.keys(suites).join(', ')})`);
  await runAll((named.length ? named : everyDay).map((name) => [suites[name][0], () => suites[name][1]()]));
});
