// The npm package as somebody uses it: packed, installed without a network, type-checked, bundled by Vite, run in a page.
import { expect, test } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { serve } from '../../wasm/toolchain/serve.mjs';

const main = `
import { addNoise, denoise, sampleDigits, EngineError, type Progress } from 'priorlab';
import { createEngine } from 'priorlab/engine';
import type { PriorLab } from 'priorlab/element';
import 'priorlab/element';

const photo = new ImageData(new Uint8ClampedArray(4 * 64 * 48).fill(128), 64, 48);
const noisy = await addNoise(photo, { sigma: 25, seed: 1 });
const seen: number[] = [];
const watch = ({ fraction, metrics }: Progress<'epll'>) => seen.push(fraction + 0 * (metrics.sigma ?? 0));
const clean = await denoise(noisy, { sigma: 25, quality: 'fast', onProgress: watch });
const error = (image: ImageData) => Math.max(...image.data.map((v, i) => (i % 4 === 3 ? 0 : Math.abs(v - 128))));
const [digit] = await sampleDigits({ model: 'markov', count: 1, seed: 1 });
// @ts-expect-error: there is no such quality
const wrong = await denoise(photo, { quality: 'best' }).catch((reason: EngineError) => reason.kind);
// @ts-expect-error: nor such a task
void (() => createEngine().run('nothing', {}, {}));
const figure: PriorLab = document.querySelector('prior-lab')!;
await figure.ready;
const drawn = !!figure.shadowRoot?.querySelector('canvas');
// Where there is no site, a link to another demo shows it in place, without what was said of this one.
figure.shadowRoot!.querySelector<HTMLElement>('a[href="#ladder"]')!.click();
document.title = JSON.stringify({
  gained: error(noisy) > 3 * error(clean),
  done: seen.at(-1),
  digit: digit?.width,
  wrong,
  drawn,
  demo: figure.demo,
  method: figure.getAttribute('method'),
});
`;

const files: Record<string, string> = {
  'package.json': JSON.stringify({ name: 'reader', private: true, type: 'module' }),
  'index.html':
    '<!doctype html><html lang="en"><link rel="icon" href="data:,"><body><prior-lab demo="continuous" method="ppca"></prior-lab><script type="module" src="./main.ts"></script></body></html>',
  'main.ts': main,
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      ...{ target: 'ES2022', module: 'ESNext', moduleResolution: 'bundler', strict: true, noEmit: true },
      ...{ lib: ['ES2023', 'DOM', 'DOM.Iterable'], types: [], skipLibCheck: false },
    },
    files: ['main.ts'],
  }),
};

test('installs offline, has types, and works once Vite has bundled it', async ({ page }) => {
  test.setTimeout(180_000);
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  const folder = mkdtempSync(join(tmpdir(), 'priorlab-'));
  const node = (program: string, ...args: string[]) =>
    execFileSync(process.execPath, [resolve(program), ...args], { cwd: folder, encoding: 'utf8' });
  try {
    execFileSync(process.execPath, ['web/scripts/package.mjs', folder]);
    const packed = join(
      folder,
      readdirSync(folder).find((name) => name.endsWith('.tgz'))!,
    );
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    mkdirSync(join(folder, 'node_modules'));
    execFileSync(
      'npm',
      ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', packed],
      {
        cwd: folder,
      },
    );
    node('node_modules/typescript/bin/tsc', '-p', '.');
    node('node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error');
    const { server, url } = await serve(join(folder, 'dist'), { port: 4190, host: '127.0.0.1' });
    try {
      await page.goto(url);
      await expect.poll(async () => errors[0] ?? page.title(), { timeout: 60_000 }).toContain('gained');
      expect(JSON.parse(await page.title())).toEqual({
        gained: true,
        done: 1,
        digit: 28,
        wrong: 'user',
        drawn: true,
        ...{ demo: 'ladder', method: null },
      });
    } finally {
      server.close();
    }
    const manifest = JSON.parse(
      readFileSync(join(folder, 'node_modules/priorlab/custom-elements.json'), 'utf8'),
    );
    const [element] = manifest.modules[0].declarations;
    expect(element.tagName).toBe('prior-lab');
    expect(element.attributes.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['demo', 'controls', 'noise_sigma', 'seed']),
    );
    const fields = element.members.map(({ name }: { name: string }) => name);
    expect(fields).toEqual(expect.arrayContaining(['demo', 'seed', 'state', 'ready', 'run']));
    expect(errors).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
