// npm test [-- native wasm wasm-mt unit e2e matrix asan tsan fuzz]: sets up what is missing and runs the suites, all of every
// day's or the named ones. The sanitizers and fuzzers are .ci/run's, or run when named; the matrix runs when named.
import { Failure, main } from './shell.mjs';
import { runAll, suites } from './suites.mjs';

const everyDay = ['native', 'wasm', 'wasm-mt', 'unit', 'e2e'];

main(() => {
  const named = process.argv.slice(2);
  const unknown = named.filter((name) => !(name in suites));
  if (unknown.length) {
    throw new Failure(`no such suite: ${unknown.join(', ')} (there are ${Object.keys(suites).join(', ')})`);
  }
  return runAll((named.length ? named : everyDay).map((name) => suites[name]));
});
