// What the tests do with the demos of digits, in the words of a user.
import { gzipSync } from 'node:zlib';
import { expect, test as base } from './page';
import type { Locator, Page } from '@playwright/test';

export class DigitPage {
  constructor(readonly page: Page) {}

  /** `state`: as in an address. */
  async open(id: string, state = ''): Promise<void> {
    await this.page.goto(`./#${id}${state ? `?v=1&${state}` : ''}`);
    await expect(this.page.getByRole('heading', { level: 1 })).not.toBeEmpty();
  }

  async phase(name: string, timeout = 30_000): Promise<void> {
    await expect(this.page.locator('.verbs')).toHaveAttribute('data-phase', name, { timeout });
  }

  verb(name: string): Locator {
    return this.page.locator('.verbs').getByRole('button', { name, exact: true });
  }

  get progress(): Locator {
    return this.page.locator('.progress-text');
  }

  metric(name: string): Locator {
    return this.page.locator(`[data-metric=${name}] dd`);
  }

  /** "−87.3 nats" is -87.3. */
  async number(name: string): Promise<number> {
    return Number((await this.metric(name).innerText()).replace('−', '-').match(/-?[\d.]+/)?.[0]);
  }

  get notices(): Locator {
    return this.page.locator('.notices');
  }

  /** Red values of the pixels of the i-th canvas on the stage. */
  pixels(i: number): Promise<{ width: number; height: number; red: number[] }> {
    return this.page
      .locator('.stage .panels canvas:visible')
      .nth(i)
      .evaluate((canvas: HTMLCanvasElement) => {
        const { width, height } = canvas;
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
        return { width, height, red: [...data].filter((_, k) => k % 4 === 0) };
      });
  }

  async give(name: string, buffer: Buffer): Promise<void> {
    await this.page
      .locator('.file-input')
      .first()
      .setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
  }

  /** One of choices side by side. */
  async choose(value: string): Promise<void> {
    await this.page.getByRole('radio', { name: value, exact: true }).first().check({ force: true });
  }
}

/** An IDX file of 28 x 28 pictures: bars whose place and width follow from their number. */
export function idx(count: number, side = 28): Buffer {
  const head = Buffer.from([0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, side, 0, 0, 0, side]);
  head.writeUInt32BE(count, 4);
  const pixels = Buffer.alloc(count * side * side);
  for (let i = 0; i < count; i++)
    for (let y = 4; y < side - 4; y++)
      for (let k = 0; k < 3 + (i % 3); k++) pixels[(i * side + y) * side + 6 + ((i * 5) % 12) + k] = 255;
  return Buffer.concat([head, pixels]);
}

export const zipped = (file: Buffer): Buffer => gzipSync(file);

export const test = base.extend<{ digits: DigitPage }>({
  digits: async ({ page }, use) => use(new DigitPage(page)),
});

export { expect };
