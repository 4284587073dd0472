// The library without a page: every example of web/docs/library.md runs as it stands and prints what stands under it.
import { expect, test, type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';

const text = readFileSync(new URL('../../web/docs/library.md', import.meta.url), 'utf8');
const examples = [
  ...text.matchAll(/^## (.*)\n(?:(?!^## )[^])*?```js\n([^]*?)```\n\n```text\n([^]*?)```/gm),
].map(([, title, code, printed]) => ({ title: title!, code: code!, printed: printed!.trim().split('\n') }));

/** Lines that a module prints, with the library as the package it imports. */
async function run(page: Page, code: string): Promise<string[]> {
  const lines: string[] = [];
  page.on('console', (message) => lines.push(message.text()));
  const body = code.replaceAll("'priorlab'", "'./lib/priorlab.js'");
  await page.route('**/example.js', (route) => route.fulfill({ body, contentType: 'text/javascript' }));
  await page.goto('./lib/priorlab.js');
  await page.evaluate((address) => import(address), new URL('/example.js', page.url()).href);
  return lines;
}

test('there are as many examples as chapters on what the library does', () => {
  expect(examples.map(({ title }) => title)).toEqual([...text.matchAll(/^## (.*)$/gm)].map(([, it]) => it));
});

for (const { title, code, printed } of examples)
  test(`example: ${title}`, async ({ page }) => {
    expect(await run(page, code)).toEqual(printed);
    if (code.includes('dispose()')) await expect.poll(() => page.workers().length).toBe(0);
    else expect(page.workers().length).toBeGreaterThan(0);
  });

test('importing starts no worker and loads neither engine nor model @plain', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await run(page, "import * as lib from 'priorlab'; console.log(Object.keys(lib).length > 5);");
  expect(asked.filter((path) => /\.(wasm|safetensors)$|describe/.test(path))).toEqual([]);
  expect(page.workers()).toEqual([]);
});
