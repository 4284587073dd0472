// Writes the digits that the completion demo begins with, samples of the shipped NADE (seed 1), as text of six bits a
// character (web/src/lib/digits.ts). Needs the command line: npm run build && node web/scripts/examples.mjs
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { findChromium } from '../../wasm/toolchain/needs.mjs';
import { root } from '../../wasm/toolchain/shell.mjs';

/** name -> number of the sample, from 0. */
const chosen = { three: 58, seven: 6, five: 22, two: 62, six: 32 };

const folder = mkdtempSync(join(tmpdir(), 'priorlab-'));
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
const page = await browser.newPage();
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const digits = {};
for (const [name, first] of Object.entries(chosen)) {
  const file = join(folder, `${name}.png`);
  const options = ['--model', 'nade', '--count', '1', '--first', String(first), '--zoom', '1', '-o', file];
  execFileSync(join(root, 'build/native/priorlab'), ['sample', ...options]);
  const bits = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const context = new OffscreenCanvas(28, 28).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, 28, 28);
    return Array.from({ length: 784 }, (_, i) => (data[4 * i] > 127 ? '1' : '0')).join('');
  }, readFileSync(file).toString('base64'));
  const padded = bits.padEnd(786, '0');
  digits[name] = Array.from(
    { length: 131 },
    (_, i) => letters[parseInt(padded.slice(6 * i, 6 * i + 6), 2)],
  ).join('');
}
await browser.close();
rmSync(folder, { recursive: true });
const text = JSON.stringify({ command: 'node web/scripts/examples.mjs', digits }, null, 2);
writeFileSync(join(root, 'web/src/demos/digit_examples.json'), `${text}\n`);
console.log(Object.keys(digits).join(', '));
