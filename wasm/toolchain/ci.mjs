// .ci/run: formatting, warnings as errors, type check, npm test's suites, sanitizers, fuzzers, size budgets.
import { Failure, capture, main, root } from './shell.mjs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from './format.mjs';
import { checkSizes } from './sizes.mjs';
import { pageInputs, tool } from './steps.mjs';
import { runAll, suites } from './suites.mjs';

/** A check without counts of its own is one test. */
const asTest = (body) => async () => {
  await body();
  return { passed: 1 };
};

/** tsc on every tsconfig.json of the repository (page, workers and tests have different globals). */
function typeCheck() {
  pageInputs(); // the types of the engine are generated
  const { out } = capture('git', ['ls-files', '-co', '--exclude-standard', '*tsconfig*.json'], { cwd: root });
  for (const file of out.split('\n').filter(Boolean)) {
    console.log(file);
    tool('typescript', 'tsc', ['--noEmit', '-p', file]);
  }
}

/** No registry or mirror address may get into the lock file. */
function lockFile() {
  if (/"resolved"/.test(readFileSync(join(root, 'package-lock.json'), 'utf8'))) {
    throw new Failure(
      'package-lock.json names a registry ("resolved"); npm install with the .npmrc of the repository',
    );
  }
}

main(() =>
  runAll([
    ['Formatting', asTest(() => format({ check: true }))],
    ['Lock file', asTest(lockFile)],
    ['Types', asTest(typeCheck)],
    ...['native', 'wasm', 'wasm-mt', 'unit', 'e2e', 'asan', 'tsan', 'fuzz'].map((name) => suites[name]),
    ['Size budgets', asTest(checkSizes)],
  ]),
);
