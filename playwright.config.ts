// The built site in a real Chromium, served as a host with isolation headers would (project "isolated") and as any
// static host does (project "plain": only tests tagged @plain, which every way of running without threads needs).
import { availableParallelism } from 'node:os';
import { defineConfig } from '@playwright/test';

const chromium = process.env.PRIORLAB_CHROMIUM;
// A quiet browser: no calls home, no first-run pages; the software renderer where there is no display.
const quiet = [
  ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
];
// npm test finds two free ports, so that two checkouts can be tested at once.
const [isolated, plain] = (process.env.PRIORLAB_PORTS ?? '4173,4174').split(',');
const site = (port: string | undefined) => `http://127.0.0.1:${port}/`;
const serve = (port: string | undefined, more = '') =>
  ({
    command: `node wasm/toolchain/serve.mjs --host 127.0.0.1 --port ${port} ${more}`,
    url: site(port),
    reuseExistingServer: false,
  }) as const;

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  fullyParallel: false,
  workers: Math.min(2, availableParallelism()), // much of a test is waiting
  retries: 1, // a machine with two cores that something else keeps busy; what passed only then is listed as flaky
  timeout: 90_000,
  use: {
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      args: process.getuid?.() === 0 ? [...quiet, '--no-sandbox'] : quiet,
    },
    screenshot: 'only-on-failure',
    serviceWorkers: 'block', // what it answers, a test cannot intercept; offline.spec.ts allows it
  },
  projects: [
    { name: 'isolated', grepInvert: /@plain/, use: { baseURL: site(isolated) } },
    { name: 'plain', grep: /@plain/, use: { baseURL: site(plain) } },
  ],
  webServer: [serve(isolated), serve(plain, '--no-isolation')],
});
