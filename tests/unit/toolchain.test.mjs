// The scripts behind npm start and npm test: the static server's headers and limits, version order, and the counting of
// test reports.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { columns, compare } from '../../wasm/toolchain/bench_table.mjs';
import { onChange } from '../../wasm/toolchain/dev.mjs';
import { serve, serveOptions } from '../../wasm/toolchain/serve.mjs';
import { compareVersions } from '../../wasm/toolchain/shell.mjs';
import { countGoogleTest } from '../../wasm/toolchain/suites.mjs';

describe('the static server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'priorlab-serve-'));
  const site = join(folder, 'site');
  let running;
  let plain;
  const port = () => running.server.address().port;

  beforeAll(async () => {
    mkdirSync(join(site, 'assets'), { recursive: true });
    mkdirSync(join(site, 'sub'));
    writeFileSync(join(folder, 'secret.txt'), 'secret');
    writeFileSync(join(site, 'index.html'), '<!doctype html>home');
    writeFileSync(join(site, 'sub/index.html'), '<!doctype html>sub');
    writeFileSync(join(site, 'assets/module-12345678.wasm'), 'wasm');
    running = await serve(site, { port: 0, host: '127.0.0.1' });
    plain = await serve(site, { port: 0, host: '127.0.0.1', isolation: false });
  });
  afterAll(() => {
    running.server.close();
    plain.server.close();
    rmSync(folder, { recursive: true });
  });

  test('isolates the page, or not when told so', async () => {
    const headers = (await fetch(running.url)).headers;
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect((await fetch(plain.url)).headers.get('cross-origin-opener-policy')).toBeNull();
  });

  test('allows no eval and no third party', async () => {
    const policy = (await fetch(running.url)).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(policy).not.toMatch(/ 'unsafe-eval'|https?:/);
  });

  test('knows media types, caches hashed names for ever and revalidates the rest', async () => {
    const module = await fetch(`${running.url}assets/module-12345678.wasm`);
    expect(module.headers.get('content-type')).toBe('application/wasm');
    expect(module.headers.get('cache-control')).toContain('immutable');
    const home = await fetch(running.url);
    expect(home.headers.get('cache-control')).toBe('no-cache');
    const again = await fetch(running.url, { headers: { 'If-None-Match': home.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  test('redirects a folder to its slash and serves its page', async () => {
    const answer = await fetch(`${running.url}sub`);
    expect(answer.redirected).toBe(true);
    expect(await answer.text()).toContain('sub');
  });

  test('never leaves its folder', async () => {
    const raw = (path) =>
      new Promise((done) => {
        const socket = connect(port(), '127.0.0.1', () =>
          socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
        );
        let text = '';
        socket.on('data', (data) => (text += data));
        socket.on('close', () => done(text));
      });
    for (const path of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/sub/..%2f..%2fsecret.txt',
      '/%00',
      '/nothing',
    ]) {
      expect(await raw(path)).toMatch(/^HTTP\/1.1 404/);
    }
    expect(await raw('/%zz')).toMatch(/^HTTP\/1.1 400/);
    expect((await fetch(running.url, { method: 'POST' })).status).toBe(405);
  });

  test('takes the next port unless one was asked for', async () => {
    const second = await serve(site, { port: port(), host: '127.0.0.1' });
    expect(second.server.address().port).not.toBe(port());
    second.server.close();
    await expect(serve(site, { port: port(), host: '127.0.0.1', insist: true })).rejects.toThrow(/in use/);
  });

  test('refuses options it does not know', () => {
    expect(serveOptions(['--port', '81', '--no-isolation'])).toMatchObject({
      port: 81,
      isolation: false,
      insist: true,
    });
    expect(serveOptions(['--host=0.0.0.0'])).toMatchObject({ host: '0.0.0.0' });
    expect(() => serveOptions(['--port', 'x'])).toThrow(/number/);
    expect(() => serveOptions(['--port'])).toThrow(/value/);
    expect(() => serveOptions(['--prot', '1'])).toThrow(/unknown option --prot/);
  });
});

test('a benchmark run is compared with itself: to native at as many threads, to its own matrix products', () => {
  const row = (name, flavour, threads, metric, value) => ({
    name,
    flavour,
    threads,
    metric,
    value,
    unit: '',
  });
  const name = 'epll/exact/481x321/s25';
  const { derived, table } = compare([
    row(name, 'simd', 1, 'time', 4),
    row(name, 'native', 1, 'time', 2),
    row(name, 'native', 1, 'flop', 100),
    row(name, 'native', 2, 'time', 1),
    row('gemm', 'simd', 1, 'rate', 50),
    row('gemm', 'native', 1, 'rate', 100),
    row('prior/k200', 'native', 1, 'time', 9),
  ]);
  const value = (flavour, metric) =>
    derived.find((r) => r.flavour === flavour && r.threads === 1 && r.metric === metric)?.value;
  expect(value('simd', 'ratio')).toBe(2);
  expect(value('simd', 'gemm_share')).toBe(0.5);
  expect(value('native', 'gemm_share')).toBe(0.5);
  expect(value('native', 'ratio')).toBeUndefined();
  expect(table.slice(1).map(([, flavour, threads]) => `${flavour} ${threads}`)).toEqual([
    'native 1',
    'native 2',
    'simd 1',
  ]);
  expect(
    columns([
      ['a', 'bb'],
      ['ccc', 'd'],
    ]),
  ).toBe('a    bb\nccc  d');
});

test('npm run dev builds once after a burst of changes, in folders made later too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'priorlab-watch-'));
  let builds = 0;
  const end = onChange([folder, join(folder, 'nothing')], () => builds++, 100);
  const built = async (count) => {
    for (let i = 0; builds < count && i < 100; i++) await new Promise((done) => setTimeout(done, 20));
    await new Promise((done) => setTimeout(done, 200)); // and no more
    expect(builds).toBe(count);
  };
  try {
    for (const name of ['a.cpp', 'b.cpp', 'a.cpp']) writeFileSync(join(folder, name), '1');
    await built(1);
    mkdirSync(join(folder, 'models'));
    await built(2);
    writeFileSync(join(folder, 'models/c.cpp'), '1');
    await built(3);
  } finally {
    end();
    rmSync(folder, { recursive: true });
  }
});

test('versions are ordered by number, not by text', () => {
  expect(compareVersions('3.1.69', '3.1.61')).toBeGreaterThan(0);
  expect(compareVersions('3.1.6', '3.1.61')).toBeLessThan(0);
  expect(compareVersions('4.0.0', '3.10.0')).toBeGreaterThan(0);
  expect(compareVersions('3.1.61', '3.1.61')).toBe(0);
});

test('a GoogleTest report is counted by what ran', () => {
  const run = { status: 'RUN', result: 'COMPLETED', time: '0.1s' };
  const report = {
    testsuites: [
      {
        name: 'S',
        testsuite: [
          { ...run, name: 'passes' },
          { ...run, name: 'fails', failures: [{ failure: 'x' }], time: '7.5s' },
          { ...run, name: 'skips', result: 'SKIPPED' },
          { name: 'DISABLED_later', status: 'NOTRUN', result: 'SUPPRESSED', time: '0s' },
          { name: 'of_another_shard', status: 'NOTRUN', result: 'SUPPRESSED', time: '0s' },
        ],
      },
    ],
  };
  expect(countGoogleTest(report)).toEqual({ passed: 1, failed: 1, skipped: 2, slow: ['S.fails 7.5s'] });
});
