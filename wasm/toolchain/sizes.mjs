// Size budgets of the built site, in bytes after gzip -9: shell + worker 25 kB, each wasm 300 kB; each weight file 1.6 MB
// as it is. node wasm/toolchain/sizes.mjs prints the table and fails above a budget.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Failure, isMain, main, root } from './shell.mjs';

const dist = join(root, 'dist');
const gz = (file) => gzipSync(readFileSync(file), { level: 9 }).length;

function below(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}

/** The files a page, or a script for other pages, needs before anything is asked of it: itself, its styles, its scripts and
 * what these import statically. */
function shellOf(page) {
  const found = new Set();
  const visit = (file) => {
    if (found.has(file) || !existsSync(file)) return;
    found.add(file);
    if (!file.endsWith('.js')) return;
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/(?:\bfrom|\bimport)\s*["'](\.[^"']+)["']/g)) {
      visit(join(file, '..', name));
    }
  };
  visit(page);
  if (page.endsWith('.html'))
    for (const [, name] of readFileSync(page, 'utf8').matchAll(/(?:src|href)="([^":]+\.(?:js|css))"/g))
      visit(join(page, '..', name));
  return found;
}

export function checkSizes() {
  const pages = below(dist).filter((file) => file.endsWith('.html'));
  if (!pages.length) throw new Failure('dist/ holds no page: npm run build');
  const worker = below(join(dist, 'assets')).filter((file) => /worker[^/]*\.js$/i.test(file));
  const element = join(dist, 'lib/prior-lab.js');
  const rows = [...pages, element].map((page) => {
    const files = new Set([...shellOf(page), ...worker]);
    return [
      `${page.slice(dist.length + 1)} + worker`,
      [...files].reduce((sum, file) => sum + gz(file), 0),
      25_000,
    ];
  });
  const modules = below(join(dist, 'engine')).filter((file) => file.endsWith('.wasm'));
  const weights = below(join(dist, 'models')).filter((file) => file.endsWith('.safetensors'));
  if (!modules.length || !weights.length)
    throw new Failure('dist/ holds no engine or no weights: npm run build');
  for (const file of modules) rows.push([file.slice(dist.length + 1), gz(file), 300_000]);
  for (const file of weights) rows.push([file.slice(dist.length + 1), statSync(file).size, 1_600_000]);
  let over = 0;
  for (const [name, bytes, budget] of rows) {
    const verdict = bytes > budget ? '  OVER BUDGET' : '';
    if (verdict) over++;
    console.log(
      `${name.padEnd(52)} ${String(bytes).padStart(8)} of ${String(budget).padStart(8)} bytes${verdict}`,
    );
  }
  if (over) throw new Failure(`${over} of ${rows.length} files are over their size budget`);
}

if (isMain(import.meta.url)) main(checkSizes);
