// The service worker on a host that sends no headers: threads from the second visit on, the site without a network, a new
// version of the site. Each test serves a copy of the built site of its own.
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { serve } from '../../wasm/toolchain/serve.mjs';
import { expect, test as base } from './page';

type Site = {
  url: string;
  folder: string;
  server: Server;
  /** Files that are answered by a page: of a host that has them not yet. */
  missing: RegExp | undefined;
  end(): void;
};

/** `dist` as a static host has it; what a test alters is copied, the rest linked. */
async function host(isolation: boolean): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'priorlab-site-'));
  for (const name of readdirSync('dist')) {
    if (/^(engine|models|images)$/.test(name))
      symlinkSync(join(process.cwd(), 'dist', name), join(folder, name));
    else cpSync(join('dist', name), join(folder, name), { recursive: true });
  }
  const site = { folder, missing: undefined } as unknown as Site;
  const more = (path: string) => (site.missing?.test(path) ? { 'Content-Type': 'text/html' } : {});
  const { server, url } = await serve(folder, { port: 0, host: '127.0.0.1', isolation, more });
  const end = () => {
    server.closeAllConnections();
    server.close();
  };
  return Object.assign(site, { url, server, end });
}

const test = base.extend<{ isolation: boolean; site: Site }>({
  isolation: [false, { option: true }],
  site: async ({ isolation }, use) => {
    const site = await host(isolation);
    await use(site);
    site.end();
    rmSync(site.folder, { recursive: true });
  },
});
test.use({ serviceWorkers: 'allow' });

const demo = '#denoise?v=1&half=true&quality=fast';

/** Opens the demo, waits for its result and says on what it was computed. */
async function restored(page: Page, url: string): Promise<string> {
  await page.goto(url);
  await expect(page.locator('.verbs')).toHaveAttribute('data-phase', 'done', { timeout: 30_000 });
  return page.locator('.facts-line').innerText();
}

/** Addresses in the cache, below the site's root. */
const kept = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const names = await caches.keys();
    const found = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return found.flat().map(({ url }) => new URL(url).pathname.slice(1));
  });

/** Once the page is in the cache all that it needs is. */
const settled = (page: Page, name = 'index.html') =>
  expect.poll(() => kept(page), { timeout: 20_000 }).toContain(name);

test('the second visit has threads, the third needs no network @plain', async ({ page, site }) => {
  expect(await restored(page, site.url + demo)).toMatch(/workers|of \d cores/);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await settled(page);
  expect(await page.evaluate(() => performance.getEntriesByType('navigation').length)).toBe(1); // it did not reload
  await page.goto('about:blank');
  expect(await restored(page, site.url + demo)).toMatch(/threads/);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await page.goto('about:blank');
  site.end();
  expect(await restored(page, site.url + demo)).toMatch(/threads/);
  await page.goto(`${site.url}index.html?from=notes#kl`); // not opened before
  await expect(page.getByRole('heading', { level: 1 })).not.toBeEmpty();
});

test('?sw=off removes it @plain', async ({ page, site }) => {
  await page.goto(site.url);
  await settled(page);
  expect(await restored(page, `${site.url}?sw=off${demo}`)).not.toMatch(/threads/);
  await expect
    .poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length))
    .toBe(0);
  expect(await kept(page)).toEqual([]);
});

test('a new version of the site is there at the next visit, and drops the old one @plain', async ({
  page,
  site,
}) => {
  await page.goto(site.url);
  await settled(page);
  const scripts = readdirSync(join(site.folder, 'assets')).filter((name) => name.endsWith('.js'));
  const renamed = (text: string) => scripts.reduce((it, name) => it.replaceAll(name, `new-${name}`), text);
  for (const name of ['index.html', 'sw.js', ...scripts.map((it) => `assets/${it}`)]) {
    const text = renamed(readFileSync(join(site.folder, name), 'utf8'));
    rmSync(join(site.folder, name));
    writeFileSync(join(site.folder, renamed(name)), text);
  }
  await page.goto('about:blank');
  await page.goto(site.url);
  await expect.poll(() => page.evaluate(() => document.scripts[0]!.src)).toContain('/new-index-');
  await settled(page, `assets/new-${scripts[0]}`);
  await expect.poll(() => kept(page)).not.toContain(`assets/${scripts[0]}`);
});

test('a page in place of a script is not kept @plain', async ({ page, site, expected }) => {
  expected.push(/MIME type of "text\/html"/);
  site.missing = /assets\/kl-.*js/;
  await page.goto(site.url);
  await settled(page);
  expect((await kept(page)).filter((it) => site.missing!.test(it))).toEqual([]);
  site.missing = undefined;
  await page.goto(`${site.url}#kl`);
  await expect(page.getByRole('heading', { level: 1 })).not.toBeEmpty();
});

test.describe(() => {
  test.use({ isolation: true });
  test('it changes nothing where the server isolates its pages @plain', async ({ page, site }) => {
    for (const visit of [1, 2]) {
      expect(await restored(page, site.url + demo), `visit ${visit}`).toMatch(/threads/);
      await settled(page);
      await page.goto('about:blank');
    }
  });
});
