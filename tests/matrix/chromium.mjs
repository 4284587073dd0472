// The system's Chromium, started as people start it and driven by Playwright: what Playwright itself starts has neither
// divided storage nor, thus, service workers in frames of other sites. The interface is that of ./firefox.mjs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { begin } from './process.mjs';

const quiet = ['--headless=new', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];

export async function openChromium(binary) {
  const profile = mkdtempSync(join(tmpdir(), 'priorlab-chromium-'));
  const options = [
    '--disable-background-networking',
    '--disable-component-update',
    `--user-data-dir=${profile}`,
  ];
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const args = [...quiet, ...options, ...asRoot, '--remote-debugging-port=0', 'about:blank'];
  const program = await begin(binary || chromium.executablePath(), args, {
    sign: /DevTools listening on (ws:\S+)/,
  });
  const browser = await chromium.connectOverCDP(program.found[1]);
  const [context] = browser.contexts();
  const page = context.pages()[0] ?? (await context.newPage());
  const errors = [];
  page.on('pageerror', (error) => errors.push(`error: ${error}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(`${message.type()}: ${message.text()}`);
  });
  return {
    errors,
    open: (url) => page.goto(url),
    evaluate: (expression, inFrame = false) => page.frames()[inFrame ? 1 : 0]?.evaluate(expression),
    async close() {
      await browser.close();
      await program.end();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
