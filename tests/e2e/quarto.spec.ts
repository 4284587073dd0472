// The Quarto extension on a small book: pandoc makes the chapters, with a stub in the place of Quarto (tests/quarto/stub.lua).
// As HTML they run; for print they have posters, captions and the way to the live ones.
import { expect, test } from './page';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { serve } from '../../wasm/toolchain/serve.mjs';

test.skip(spawnSync('pandoc', ['--version']).status !== 0, 'pandoc is not there');

const folder = mkdtempSync(join(tmpdir(), 'priorlab-quarto-'));
const extension = join(folder, '_extensions/priorlab');

test.beforeAll(() => {
  execFileSync(process.execPath, ['web/scripts/quarto.mjs', folder]);
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What pandoc makes of a text, or says against it; `meta`: YAML. */
function pandoc(text: string, to: string, { out = '-', meta = '' } = {}) {
  const [yaml, copies] = [join(folder, 'meta.yml'), join(folder, 'copies.txt')];
  writeFileSync(yaml, `title: Notes\nlang: en\n${meta}`);
  const args = ['--standalone', '--from=markdown-smart', `--to=${to}`, `--metadata-file=${yaml}`];
  const { status, stdout, stderr } = spawnSync(
    'pandoc',
    [...args, '--lua-filter=tests/quarto/stub.lua', '-o', out],
    { input: text, encoding: 'utf8', env: { ...process.env, EXTENSION: extension, COPIES: copies } },
  );
  return { status, stdout, stderr: stderr.replaceAll('\\', ''), copies }; // Lua quotes quotes
}

const chapter = (name: string) => readFileSync(`tests/quarto/book/${name}.qmd`, 'utf8');

test('chapters of a book show live demos, in place and in a frame', async ({ page }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const book = join(folder, '_book');
  for (const name of ['index', 'priors']) {
    const { status, stderr, copies } = pandoc(chapter(name), 'html', { out: join(folder, `${name}.html`) });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    mkdirSync(book, { recursive: true });
    cpSync(join(folder, `${name}.html`), join(book, `${name}.html`));
    for (const line of readFileSync(copies, 'utf8').split('\n')) {
      const [to, from] = line.split('\t');
      mkdirSync(dirname(join(book, to!)), { recursive: true });
      cpSync(from!, join(book, to!));
    }
  }
  const { server, url } = await serve(book, { port: 4190, host: '127.0.0.1', isolation: false });
  try {
    await page.goto(url);
    const figures = page.locator('prior-lab');
    await expect(figures).toHaveCount(2);
    await expect(figures.first()).toHaveAttribute('noise_sigma', '40');
    await expect(page.locator('figcaption')).toHaveText('Noise goes, edges & textures stay.');
    await figures.nth(1).scrollIntoViewIfNeeded();
    await expect(figures.nth(1).locator('.density-canvas').first()).toBeVisible({ timeout: 30_000 });
    await expect(figures.first().locator('.rail [data-control=noise_sigma]')).toBeAttached();
    await figures.nth(1).getByRole('button', { name: 'Copy link' }).click();
    await page.goto(await page.evaluate(() => navigator.clipboard.readText()));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('KL and maximum likelihood');
    await page.goto(`${url}priors.html`);
    const frame = page.frameLocator('iframe');
    await expect(frame.locator('prior-lab')).toHaveAttribute('seed', '7');
    await expect(frame.locator('prior-lab canvas').first()).toBeVisible({ timeout: 30_000 });
  } finally {
    server.close();
  }
});

test('a hosted copy is used where the metadata names one, its script once', () => {
  const meta = 'priorlab:\n  base: https://example.org/lab\n';
  const { stdout, copies } = pandoc(chapter('index'), 'html', { meta });
  expect(stdout.match(/src="https:\/\/example\.org\/lab\/lib\/prior-lab\.js"/g)).toHaveLength(1);
  expect(stdout.match(/href="https:\/\/example\.org\/lab\/lib\/prior-lab\.css"/g)).toHaveLength(1);
  expect(readFileSync(copies, 'utf8')).toBe('');
  expect(pandoc(chapter('priors'), 'html', { meta }).stdout).toContain(
    '<iframe src="https://example.org/lab/embed.html?demo=digits&amp;controls=&amp;seed=7"',
  );
});

test('print has the poster, the caption and the permalink', () => {
  const meta = 'priorlab:\n  permalink: https://example.org/lab/\n';
  const latex = pandoc(chapter('index'), 'latex', { meta }).stdout;
  expect(latex).toMatch(/\\includegraphics\[[^\]]*\]\{[^}]*posters\/denoise\.jpg\}/);
  expect(latex).toContain('Noise goes, edges \\& textures stay.');
  expect(latex).toMatch(
    /example\.org\/lab\/\\#denoise\?v=1\\&controls=noise\\?_sigma,image\\&half=true\\&noise\\?_sigma=40/,
  );
  expect(pandoc(chapter('index'), 'latex').stdout).toContain('It is live in the online edition.');
  for (const to of ['epub', 'docx']) {
    const out = join(folder, `book.${to}`);
    expect(pandoc(chapter('index'), to, { meta, out }).status).toBe(0);
    expect(execFileSync('pandoc', [out, '-t', 'native'], { encoding: 'utf8' })).toContain('#denoise?v=1');
  }
});

test('what cannot be shown ends in a sentence', () => {
  const refused = (words: string) => pandoc(`{{< prior-lab ${words} >}}`, 'html');
  expect(refused('denoize').stderr).toContain(
    'there is no demo "denoize". There are: completion, components',
  );
  expect(refused('').stderr).toContain('there is no demo ""');
  expect(refused('kl mode=popup').stderr).toContain('mode is element or iframe, not "popup"');
  expect(refused('kl mode=popup').status).not.toBe(0);
});
