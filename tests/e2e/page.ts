// What the tests do with the page, in the words of a user.
import { expect, test as base, type Locator, type Page } from '@playwright/test';

export type File = { name: string; mimeType: string; buffer: Buffer };

export type SeenLayer = { label: string; width: number; height: number; mean: number; first: number[] };

/** Pictures on the stage, as they are: not as drawn. */
export const layersOf = (page: Page): Promise<SeenLayer[]> =>
  page.evaluate(() => {
    type Layer = { picture: HTMLCanvasElement; label: string; width: number; height: number };
    const view = document.querySelector('compare-view') as unknown as { layers: Layer[] };
    return view.layers.map(({ picture, label, width, height }) => {
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width, height });
      const context = canvas.getContext('2d')!;
      context.drawImage(picture, 0, 0, width, height);
      const { data } = context.getImageData(0, 0, width, height);
      let sum = 0;
      for (let i = 0; i < data.length; i++) if (i % 4 < 3) sum += data[i]!;
      return { label, width, height, mean: sum / (3 * width * height), first: [...data.slice(0, 4)] };
    });
  });

export class DenoisePage {
  readonly stage: Locator;
  readonly notices: Locator;

  constructor(readonly page: Page) {
    this.stage = page.locator('.compare-viewport canvas');
    this.notices = page.locator('.notices');
  }

  /** `state`: as in an address. Tests that need no full size take a quarter of the pixels. */
  async open(state = 'half=true'): Promise<void> {
    await this.page.goto(`./#denoise${state ? `?v=1&${state}` : ''}`);
    await expect(this.page.getByRole('heading', { level: 1 })).toHaveText('Denoise a photo');
  }

  /** 30 s: a run takes at most 3 s on a quiet machine with two cores. */
  async phase(name: string, timeout = 30_000): Promise<void> {
    await expect(this.page.locator('.verbs')).toHaveAttribute('data-phase', name, { timeout });
  }

  verb(name: 'Run' | 'Pause' | 'Step' | 'Stop' | 'Reset'): Locator {
    return this.page.locator('.verbs').getByRole('button', { name, exact: true });
  }

  async give(file: File): Promise<void> {
    await this.page.locator('.file-input').setInputFiles(file);
  }

  metric(name: string): Locator {
    return this.page.locator(`[data-metric=${name}] dd`);
  }

  /** The last number of a figure: "20.17 → 29.10 dB" is 29.1. */
  async number(name: string): Promise<number> {
    return Number((await this.metric(name).innerText()).match(/-?[\d.]+(?=[^\d]*$)/)?.[0]);
  }

  layers(): Promise<SeenLayer[]> {
    return layersOf(this.page);
  }
}

/** Fails a test that leaves errors on the console, unless it expects them by adding to `expected`. */
export const test = base.extend<{ expected: RegExp[]; denoise: DenoisePage }>({
  expected: [
    async ({ page }, use) => {
      const expected: RegExp[] = [];
      const errors: string[] = [];
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      page.on('pageerror', (error) => errors.push(String(error)));
      await use(expected);
      expect(errors.filter((error) => !expected.some((pattern) => pattern.test(error)))).toEqual([]);
    },
    { auto: true },
  ],
  denoise: async ({ page }, use) => use(new DenoisePage(page)),
});

export { expect };
