// npm run bench [-- NAME... --rounds N]: runs the native benchmarks (tests/bench/bench_*.cpp) and those in the browser
// and node (tests/bench/bench_*.mjs), prints their rows as a table and writes build/bench.json; with names only those
// whose name contains one of them, and the rows of the others are kept. Then one table of EPLL for people, which compares
// the variants and flavours of this run with each other (bench_table.mjs).
//
// A benchmark is given `--data DIR` where the data folder is there, tells people what it does on standard error and
// writes each result as one line of JSON on standard output: {name, flavour, threads, metric, value, unit}.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compare, columns } from './bench_table.mjs';
import { findChromium } from './needs.mjs';
import { Failure, heading, main, root } from './shell.mjs';
import { built, cmake, page, pageInputs } from './steps.mjs';

const keys = ['name', 'flavour', 'threads', 'metric', 'value', 'unit'];

const notes = `
x native: time over that of the native program with as many threads. work: share of the multiply-adds of dense scoring.
of products: rate of the multiply-adds done, in all of the time, over the rate of plain matrix products measured in the
same run with the same flavour. memory: peak of the process; in the browser of the page's process, for all variants.
dense: the paper's five passes scored in full, measured on 8192 patches and scaled; gives what exact gives.`;

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

main(() => {
  const wanted = process.argv.slice(2);
  const place = wanted.indexOf('--rounds');
  const rounds = place < 0 ? [] : wanted.splice(place, 2);
  const chosen = (name) => !wanted.length || wanted.some((part) => name.includes(part));
  const folder = join(root, 'tests/bench');
  const files = readdirSync(folder).filter((name) => /^bench_\w+\.(cpp|mjs)$/.test(name) && chosen(name));
  if (!files.length) throw new Failure(`no benchmark in tests/bench matches ${wanted.join(', ')}`);
  pageInputs();
  page();
  cmake('native', built('native'), ['priorlab_bench']);
  const data = resolve(root, '../shared/data');
  const args = [...(existsSync(data) ? ['--data', data] : []), ...rounds];
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
  const { derived, table } = compare(rows);
  rows.push(...derived);
  const all = [...kept.filter((old) => !rows.some((row) => same(row, old))), ...rows];
  heading('Results');
  const digits = (value) => String(Number(value.toPrecision(4)));
  console.log(
    columns([keys, ...rows.map((row) => keys.map((k) => (k === 'value' ? digits(row[k]) : String(row[k]))))]),
  );
  if (table.length > 1) {
    heading('EPLL, 481x321, sigma 25');
    console.log(columns(table));
    console.log(notes);
  }
  writeFileSync(file, `[\n${all.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`);
  console.log('\nbuild/bench.json is written.');
  if (failed.length) throw new Failure(`${failed.join(', ')} failed`);
});
