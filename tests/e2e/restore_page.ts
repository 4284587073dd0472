// What the tests do with the demos of restoration, in the words of a user.
import { DigitPage } from './digit_page';
import { expect, layersOf, test as base, type SeenLayer } from './page';
import { png, type Pixel } from './pictures';

export class RestorePage extends DigitPage {
  layers(): Promise<SeenLayer[]> {
    return layersOf(this.page);
  }

  /** A small picture of one's own. */
  async picture(width: number, height: number, pixel: Pixel, name = 'mine.png'): Promise<void> {
    await this.give(name, png(width, height, pixel));
    await expect(this.page).toHaveURL(/image=own/);
  }

  /** The last number of a figure: "20.17 → 29.10 dB" is 29.1. */
  async last(name: string): Promise<number> {
    return Number((await this.metric(name).innerText()).match(/[\d.]+(?=[^\d]*$)/)?.[0]);
  }

  /** A figure as numbers: "20.17 → 29.10 dB" is [20.17, 29.1]. */
  async numbers(name: string): Promise<number[]> {
    return ((await this.metric(name).innerText()).match(/[\d.]+/g) ?? []).map(Number);
  }

  /** Pixels of the picture right of the divider, or the only one: [r, g, b] at each place. */
  at(places: readonly (readonly [number, number])[]): Promise<number[][]> {
    return this.page.evaluate((all) => {
      type Layer = { picture: HTMLCanvasElement };
      const view = document.querySelector('compare-view') as unknown as { layers: Layer[] };
      const context = view.layers.at(-1)!.picture.getContext('2d')!;
      return all.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)]);
    }, places);
  }

  /** With the mouse, over all of the picture, from and to parts of its width and height. */
  async drag(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
    const canvas = this.page.locator('.compare-viewport canvas');
    const spot = await canvas.evaluate(
      (it, ends) => {
        type View = {
          under(p: { x: number; y: number }): { x: number; y: number };
          layers: { width: number; height: number }[];
        };
        const view = document.querySelector('compare-view') as unknown as View;
        const { width, height } = view.layers[0]!;
        const [zero, one] = [view.under({ x: 0, y: 0 }), view.under({ x: 1, y: 1 })];
        const box = it.getBoundingClientRect();
        return ends.map(([x, y]) => [
          box.left + (x! * width - zero.x) / (one.x - zero.x),
          box.top + (y! * height - zero.y) / (one.y - zero.y),
        ]);
      },
      [from, to],
    );
    await this.page.mouse.move(spot[0]![0]!, spot[0]![1]!);
    await this.page.mouse.down();
    await this.page.mouse.move(spot[1]![0]!, spot[1]![1]!, { steps: 6 });
    await this.page.mouse.up();
  }
}

export const test = base.extend<{ demo: RestorePage }>({
  demo: async ({ page }, use) => use(new RestorePage(page)),
});

export { expect };
