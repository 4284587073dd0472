// The test suites that `npm test` and .ci/run are made of. Each runs for real, prints what failed and answers
// {passed, failed, skipped}; the counts come from the frameworks' own reports, never from reading their text.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ensureEmscripten } from './emscripten.mjs';
import { ensure, findChromium, findFirefox, findMiniBrowser } from './needs.mjs';
import { Failure, capture, root } from './shell.mjs';
import { built, cmake, nodeModules, page, pageInputs } from './steps.mjs';

const reports = built('reports');

/** Starts a program in the checkout; resolves to {code, text}. Shown live when `live`. */
function start(command, args, { env = {}, live = false } = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: live ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    child.stdout?.on('data', (data) => (text += data));
    child.stderr?.on('data', (data) => (text += data));
    child.on('error', (error) => done({ code: -1, text: String(error) }));
    child.on('close', (code, signal) =>
      done({ code: code ?? -1, text: signal ? `${text}\nended by ${signal}\n` : text }),
    );
  });
}

/** The end of a program's output; node quotes the line of a trap, which in a minified module is the whole module. */
const tail = (text, length) =>
  text
    .slice(-200_000)
    .split('\n')
    .map((line) => (line.length > 1000 ? `${line.slice(0, 200)} ... (${line.length} characters)` : line))
    .join('\n')
    .slice(-length);

/** Counts of one GoogleTest report. */
export function countGoogleTest(report) {
  const counts = { passed: 0, failed: 0, skipped: 0, slow: [] };
  for (const suite of report.testsuites) {
    for (const test of suite.testsuite) {
      if (test.failures?.length) counts.failed++;
      else if (test.status !== 'RUN') counts.skipped += /^DISABLED_|\/DISABLED_/.test(test.name) ? 1 : 0;
      else if (test.result === 'SKIPPED') counts.skipped++;
      else counts.passed++;
      if (parseFloat(test.time) >= 5) counts.slow.push(`${suite.name}.${test.name} ${test.time}`);
    }
  }
  return counts;
}

/** Why tests were skipped, each reason once: GoogleTest's report does not say it, its output does. */
const skipReasons = (text) => [
  ...new Set([...text.matchAll(/: Skipped\n(.*)/g)].map(([, reason]) => reason)),
];

/** Runs a GoogleTest program in `shards` processes at a time and adds up their reports. */
async function googleTest(name, command, args, { shards = 1, env = {} } = {}) {
  mkdirSync(reports, { recursive: true });
  const total = { passed: 0, failed: 0, skipped: 0 };
  const parts = await Promise.all(
    Array.from({ length: shards }, async (_, index) => {
      const report = join(reports, `${name}-${index}.json`);
      rmSync(report, { force: true });
      const result = await start(command, [...args, '--gtest_brief=1', `--gtest_output=json:${report}`], {
        env: { ...env, GTEST_TOTAL_SHARDS: String(shards), GTEST_SHARD_INDEX: String(index) },
      });
      return { ...result, report };
    }),
  );
  for (const { code, text, report } of parts) {
    const counts = existsSync(report) ? countGoogleTest(JSON.parse(readFileSync(report, 'utf8'))) : null;
    if (code !== 0 || !counts) process.stdout.write(tail(text, 20_000));
    if (!counts || (code !== 0 && counts.failed === 0)) {
      console.log(`The program ended early (exit ${code}); this counts as one failure.`);
      total.failed++;
    }
    if (!counts) continue;
    for (const key of ['passed', 'failed', 'skipped']) total[key] += counts[key];
    for (const line of counts.slow) console.log(`slow: ${line}`);
  }
  for (const reason of skipReasons(parts.map(({ text }) => text).join('\n')))
    console.log(`skipped: ${reason}`);
  if (total.passed + total.failed === 0) throw new Failure(`${name}: no tests ran`);
  return total;
}

async function native() {
  ensure('build', 'test');
  cmake('native', built('native'));
  return googleTest('native', built('native/priorlab_tests'), [], { shards: availableParallelism() });
}

async function wasm(preset) {
  ensure('build', 'test');
  process.env.PRIORLAB_EMSCRIPTEN = ensureEmscripten().folder;
  const folder = built('wasm', preset.slice('wasm-'.length));
  cmake(preset, folder);
  // Node 20 has relaxed SIMD behind a flag, later ones have no such flag.
  const flag = '--experimental-wasm-relaxed-simd';
  const flags = capture(process.execPath, ['--v8-options']).out.includes(flag) ? [flag] : [];
  return googleTest(preset, process.execPath, [...flags, join(folder, 'priorlab_tests.js')], {
    shards: availableParallelism(),
  });
}

/** The suite under address and undefined-behaviour sanitizers. */
async function asan() {
  ensure('build', 'test');
  cmake('asan', built('asan'));
  return googleTest('asan', built('asan/priorlab_tests'), [], {
    shards: availableParallelism(),
    env: {
      ASAN_OPTIONS: 'detect_stack_use_after_return=1:allocator_may_return_null=1',
      UBSAN_OPTIONS: 'print_stacktrace=1',
    },
  });
}

/** Suites named Threads... under the thread sanitizer. */
async function tsan() {
  ensure('build', 'test');
  cmake('tsan', built('tsan'), ['priorlab_tests']);
  return googleTest('tsan', built('tsan/priorlab_tests'), ['--gtest_filter=Threads*'], {
    env: { TSAN_OPTIONS: 'halt_on_error=1' },
  });
}

/** Each fuzzer for `seconds`, starting from tests/fuzz/corpus/<name>; two at a time. */
async function fuzz(seconds = 20) {
  ensure('build', 'fuzz');
  cmake('fuzz', built('fuzz'));
  const names = readdirSync(built('fuzz')).filter((name) => /^fuzz_\w+$/.test(name));
  if (!names.length) throw new Failure('no fuzzer was built');
  const total = { passed: 0, failed: 0, skipped: 0 };
  const queue = [...names];
  const one = async () => {
    for (let name; (name = queue.shift());) {
      const grown = built('fuzz-corpus', name);
      mkdirSync(grown, { recursive: true });
      const seeds = join(root, 'tests/fuzz/corpus', name.slice('fuzz_'.length));
      const { code, text } = await start(built('fuzz', name), [
        `-max_total_time=${seconds}`,
        '-rss_limit_mb=2048',
        '-timeout=10',
        '-print_final_stats=1',
        `-artifact_prefix=${built('reports')}/${name}-`,
        grown,
        ...(existsSync(seeds) ? [seeds] : []),
      ]);
      const runs = (/number_of_executed_units: (\d+)/.exec(text) || [])[1];
      console.log(`${name}: ${runs || 'no'} inputs in ${seconds} s`);
      if (code === 0 && Number(runs) > 0) total.passed++;
      else {
        process.stdout.write(tail(text, 8000));
        total.failed++;
      }
    }
  };
  mkdirSync(reports, { recursive: true });
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, one));
  return total;
}

/** A Vitest or Playwright run: its own report on the terminal, its JSON report for the counts. */
async function nodeRunner(name, script, args, env, count) {
  mkdirSync(reports, { recursive: true });
  const report = join(reports, `${name}.json`);
  rmSync(report, { force: true });
  const { code } = await start(process.execPath, [join(root, 'node_modules', script), ...args(report)], {
    env: env(report),
    live: true,
  });
  const counts = existsSync(report)
    ? count(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0 };
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  if (counts.passed + counts.failed === 0) throw new Failure(`${name}: no tests ran`);
  return counts;
}

async function unit() {
  pageInputs();
  return nodeRunner(
    'unit',
    'vitest/vitest.mjs',
    (report) => ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    () => ({}),
    (r) => ({
      passed: r.numPassedTests,
      failed: r.numFailedTests + (r.numFailedTestSuites && !r.numFailedTests ? 1 : 0),
      skipped: r.numPendingTests + r.numTodoTests,
    }),
  );
}

/** A browser for Playwright: the system's Chromium, else Debian's package, else Playwright's own download. */
function browser() {
  if (findChromium()) return findChromium();
  try {
    ensure('browser');
    return findChromium();
  } catch (error) {
    console.log('No Chromium on this system; asking Playwright for its own.');
    const { ok } = capture(
      process.execPath,
      [join(root, 'node_modules/@playwright/test/cli.js'), 'install', 'chromium'],
      { cwd: root },
    );
    if (!ok) throw error;
    return '';
  }
}

/** A port of 127.0.0.1 that nobody listens on at the moment. */
const freePort = () =>
  new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

async function e2e() {
  pageInputs();
  page();
  const ports = [await freePort(), await freePort()].join();
  const chromium = browser();
  try {
    ensure('quarto');
  } catch (error) {
    console.log(`${error.message} Without it the tests of the Quarto extension are skipped.`);
  }
  return nodeRunner(
    'e2e',
    '@playwright/test/cli.js',
    () => ['test', '--reporter=list,json'],
    (report) => ({
      PLAYWRIGHT_JSON_OUTPUT_NAME: report,
      PRIORLAB_PORTS: ports,
      ...(chromium ? { PRIORLAB_CHROMIUM: chromium } : {}),
    }),
    (r) => ({
      passed: r.stats.expected + r.stats.flaky,
      failed: r.stats.unexpected + (r.errors?.length ? 1 : 0),
      skipped: r.stats.skipped,
    }),
  );
}

/** The isolation matrix in three browsers, which writes its table into the docs. */
async function matrix() {
  pageInputs();
  page();
  ensure('browsers');
  const { openers, runMatrix } = await import('../../tests/matrix/matrix.mjs'); // npm's packages are there by now
  const programs = { chromium: browser(), firefox: findFirefox(), webkit: findMiniBrowser() };
  const opened = Object.entries(openers).map(([name, open]) => [name, () => open(programs[name])]);
  return runMatrix(Object.fromEntries(opened));
}

/** name on the command line: [title, body] */
export const suites = {
  native: ['C++ suite, native', native],
  wasm: ['C++ suite, wasm under node', () => wasm('wasm-test')],
  'wasm-mt': ['C++ suite, wasm with threads under node', () => wasm('wasm-test-mt')],
  unit: ['TypeScript (Vitest)', unit],
  e2e: ['Page in Chromium (Playwright)', e2e],
  matrix: ['Isolation matrix: Chromium, Firefox, WebKitGTK', matrix],
  asan: ['C++ suite, address + undefined sanitizers', asan],
  tsan: ['Threads* suites, thread sanitizer', tsan],
  fuzz: ['Fuzzers, 20 s each', fuzz],
};

/**
 * Runs [title, suite] pairs under headings, then a summary; ends with `N passed, N failed, N skipped` alone on a line.
 * A suite that cannot be built or started counts as one failure, and the others still run.
 */
export async function runAll(list) {
  const rows = [];
  for (const [title, suite] of list) {
    process.stdout.write(`\n== ${title}\n`);
    const begin = performance.now();
    let counts;
    try {
      counts = { passed: 0, failed: 0, skipped: 0, ...(await suite()) };
    } catch (error) {
      process.stdout.write(`${error instanceof Failure ? error.message : error.stack}\n`);
      counts = { passed: 0, failed: 1, skipped: 0 };
    }
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    rows.push({ title, ...counts, seconds });
    console.log(`${title}: ${counts.failed ? 'FAILED' : 'ok'} (${seconds} s)`);
  }
  process.stdout.write('\n== Summary\n');
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const row of rows) {
    console.log(
      `${row.title.padEnd(44)} ${String(row.passed).padStart(5)} passed ${String(row.failed).padStart(4)} failed ` +
        `${String(row.skipped).padStart(4)} skipped ${row.seconds.padStart(7)} s`,
    );
    for (const key of Object.keys(sum)) sum[key] += row[key];
  }
  console.log(`\n${sum.passed} passed, ${sum.failed} failed${sum.skipped ? `, ${sum.skipped} skipped` : ''}`);
  if (sum.failed) process.exitCode = 1;
}
