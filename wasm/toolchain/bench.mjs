// npm run bench [-- NAME...]: runs the native benchmarks (tests/bench/bench_*.cpp) and those in the browser and node
// (tests/bench/bench_*.mjs), prints their rows as a table and writes build/bench.json; with names only those whose name
// contains one of them, and the rows of the others are kept.
//
// A benchmark is given `--data DIR` where the data folder is there, tells people what it does on standard error and
// writes each result as one line of JSON on standard output: {name, flavour, threads, metric, value, unit}.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findChromium } from './needs.mjs';
import { Failure, heading, main, root } from './shell.mjs';
import { built, cmake, page, pageInputs } from './steps.mjs';

const keys = ['name', 'flavour', 'threads', 'metric', 'value', 'unit'];

/** The rows on a benchmark's standard output; a row that lacks a key or a finite value is an error. */
function rowsOf(program, text) {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => {
      const row = JSON.parse(line);
      const wrong = keys.filter((key) => !(key in row));
      if (wrong.length || !Number.isFinite(row.value)) throw new Failure(`${program}: malformed row ${line}`);
      return Object.fromEntries(keys.map((key) => [key, row[key]]));
    });
}

function table(rows) {
  const cells = rows.map((r) => [
    r.name,
    r.flavour,
    String(r.threads),
    r.metric,
    String(Number(r.value.toPrecision(4))),
    r.unit,
  ]);
  const widths = keys.map((key, i) => Math.max(key.length, ...cells.map((row) => row[i].length)));
  for (const row of [keys, ...cells])
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    );
}

main(() => {
  const wanted = process.argv.slice(2);
  const chosen = (name) => !wanted.length || wanted.some((part) => name.includes(part));
  const folder = join(root, 'tests/bench');
  const files = readdirSync(folder).filter((name) => /^bench_\w+\.(cpp|mjs)$/.test(name) && chosen(name));
  if (!files.length) throw new Failure(`no benchmark in tests/bench matches ${wanted.join(', ')}`);
  pageInputs();
  page();
  cmake('native', built('native'), ['priorlab_bench']);
  const data = resolve(root, '../shared/data');
  const args = existsSync(data) ? ['--data', data] : [];
  const env = { ...process.env, PRIORLAB_CHROMIUM: findChromium() || '' };
  const rows = [];
  const failed = [];
  for (const file of files) {
    const name = file.replace(/\.\w+$/, '');
    heading(name);
    const [command, ...first] = file.endsWith('.cpp')
      ? [built('native/bench', name)]
      : [process.execPath, join(folder, file)];
    const result = spawnSync(command, [...first, ...args], {
      cwd: root,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (result.status !== 0) failed.push(name);
    rows.push(...rowsOf(name, result.stdout || ''));
  }
  const file = built('bench.json');
  const same = (a, b) => keys.slice(0, 4).every((key) => a[key] === b[key]);
  const kept = wanted.length && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  const all = [...kept.filter((old) => !rows.some((row) => same(row, old))), ...rows];
  heading('Results');
  table(rows);
  writeFileSync(file, `[\n${all.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`);
  console.log('\nbuild/bench.json is written.');
  if (failed.length) throw new Failure(`${failed.join(', ')} failed`);
});
