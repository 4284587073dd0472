// Small helpers of the toolchain scripts: run a program, say a heading, fail in one sentence. No dependencies, so that
// they work straight after `git clone`.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Where downloads that any checkout can use are kept: $XDG_CACHE_HOME/priorlab or ~/.cache/priorlab. */
export const cacheFolder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'priorlab');

/** A failure whose message is all a user needs to read: main() prints it without a stack. */
export class Failure extends Error {}

/** First program of this name on the PATH, or null. */
export function which(name) {
  for (const folder of (process.env.PATH || '').split(delimiter)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // not in this folder
    }
  }
  return null;
}

/** Runs a program with its output shown; throws a Failure that names it when it does not succeed. */
export function run(command, args, options = {}) {
  const { why, ...rest } = options;
  const result = spawnSync(command, args, { stdio: 'inherit', cwd: root, ...rest });
  if (result.error) throw new Failure(`${why || command}: cannot start ${command} (${result.error.code})`);
  if (result.status !== 0) {
    throw new Failure(
      `${why || [command, ...args].join(' ')} failed (${result.signal || `exit ${result.status}`})`,
    );
  }
}

/** Runs a program and returns {ok, out, err}; never throws. */
export function capture(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  return {
    ok: result.status === 0,
    out: result.stdout || '',
    err: result.stderr || String(result.error || ''),
  };
}

export function heading(text) {
  process.stdout.write(`\n== ${text}\n`);
}

/** Runs an async main; a Failure ends the process with its sentence and exit 1, anything else keeps its stack. */
export function main(body) {
  Promise.resolve()
    .then(body)
    .catch((error) => {
      process.stderr.write(`\n${error instanceof Failure ? `priorlab: ${error.message}` : error.stack}\n`);
      process.exitCode = 1;
    });
}

/** Whether the module at this address is the program that node was asked to run. */
export const isMain = (url) => Boolean(process.argv[1]) && resolve(process.argv[1]) === fileURLToPath(url);

/** a.b.c -> comparable; negative when a < b. */
export function compareVersions(a, b) {
  const [x, y] = [a, b].map((v) => v.split('.').map(Number));
  for (let i = 0; i < 3; i++) if ((x[i] || 0) !== (y[i] || 0)) return (x[i] || 0) - (y[i] || 0);
  return 0;
}
