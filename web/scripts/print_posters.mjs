// Posters of the demos as JPEG, for books in PDF and EPUB, which know no WebP: node web/scripts/print_posters.mjs, after new
// cards have been made (web/scripts/cards.mjs).
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { findChromium } from '../../wasm/toolchain/needs.mjs';
import { root } from '../../wasm/toolchain/shell.mjs';

const from = join(root, 'shared/images/posters');
const to = join(root, 'web/quarto/_extensions/priorlab/posters');
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
const page = await browser.newPage();
mkdirSync(to, { recursive: true });
for (const name of readdirSync(from).filter((it) => it.endsWith('-card.webp'))) {
  const base64 = await page.evaluate(
    async (data) => {
      const blob = await (await fetch(`data:image/webp;base64,${data}`)).blob();
      const bitmap = await createImageBitmap(blob);
      const canvas = Object.assign(document.createElement('canvas'), {
        width: bitmap.width,
        height: bitmap.height,
      });
      canvas.getContext('2d').drawImage(bitmap, 0, 0);
      return canvas.toDataURL('image/jpeg', 0.82).split(',')[1];
    },
    readFileSync(join(from, name)).toString('base64'),
  );
  const bytes = Buffer.from(base64, 'base64');
  writeFileSync(join(to, name.replace('-card.webp', '.jpg')), bytes);
  console.log(name.replace('-card.webp', '.jpg').padEnd(20), `${bytes.length} bytes`);
}
await browser.close();
