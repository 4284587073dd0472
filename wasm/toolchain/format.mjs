// npm run format: clang-format on every C++ file, Prettier on the rest; --check changes nothing and fails on a difference.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensure } from './needs.mjs';
import { capture, isMain, main, root, run } from './shell.mjs';
import { nodeModules, tool } from './steps.mjs';

export function format({ check }) {
  ensure('format');
  nodeModules();
  const { out } = capture('git', ['ls-files', '-co', '--exclude-standard', '*.cpp', '*.h'], { cwd: root });
  const files = out.split('\n').filter((name) => name && existsSync(join(root, name)));
  if (files.length) {
    run('clang-format', [...(check ? ['--dry-run', '--Werror'] : ['-i']), ...files], {
      why: 'clang-format (npm run format mends it)',
    });
  }
  tool('prettier', 'prettier', [check ? '--check' : '--write', '--log-level', 'warn', '.'], {
    why: 'prettier (npm run format mends it)',
  });
}

if (isMain(import.meta.url)) main(() => format({ check: process.argv.includes('--check') }));
