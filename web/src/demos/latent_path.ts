// The way between two points of a latent space: a strip of digits, how far from the origin it leads, an animation.
import { columnsFor, planes, sheet, picture } from '../lib/digits';
import { h } from '../lib/dom';
import { length, path, pointsTensor, type Point, type Way } from '../lib/latents';
import { saveGif } from '../lib/save';
import { PixelView } from '../ui/pixels';
import { Plot } from '../ui/plot';
import { button, type Workbench } from '../ui/workbench';

/** Between two frames of the animation, ms; the ends stay longer. */
const FRAME_MS = 120;
const END_MS = 600;
/** A narrow page shows the strip in two rows. */
const WIDE = 640;

export class PathSection {
  readonly element: HTMLElement;
  readonly plot = new Plot('t', { shared: true });
  readonly gif = button('Download GIF', () => void this.saveGif());
  points: Point[] = [];
  private readonly strip = new PixelView('path', { width: 118, height: 28 });
  private frames: ArrayLike<number>[] = [];
  private name = '';

  constructor(
    private readonly bench: () => Workbench,
    actions: readonly HTMLElement[],
  ) {
    this.strip.element.classList.add('strip');
    this.element = h(
      'section',
      { class: 'side-by-side' },
      h(
        'div',
        { class: 'stage-tools' },
        h('h2', {}, 'From A to B'),
        h('div', { class: 'actions' }, [...actions]),
      ),
      this.strip.element,
      h(
        'details',
        { class: 'curve', open: true },
        h('summary', {}, 'Distance from the origin along the way'),
        this.plot.canvas,
      ),
    );
  }

  async show(model: string, a: Point, b: Point, count: number, way: Way): Promise<void> {
    const { engine, signal } = this.bench();
    const points = path(a, b, count, way);
    this.points = points;
    this.showLengths(a, b, count, way);
    const { outputs } = await engine.call(
      'vae_decode',
      { model },
      { z: pointsTensor(points) },
      ['probabilities'],
      { signal, lane: 'path' },
    );
    if (points !== this.points) return;
    this.frames = planes(outputs.probabilities);
    this.name = `${model}-${way}`;
    const columns =
      this.strip.canvas.clientWidth < WIDE ? Math.max(columnsFor(count), Math.ceil(count / 2)) : count;
    this.strip.show(
      sheet(this.frames, undefined, columns),
      `${count} digits from A to B, ${way}`,
      `${count} digits on the ${way} path from A to B`,
    );
  }

  private showLengths(a: Point, b: Point, count: number, way: Way): void {
    const at = Array.from({ length: count }, (_, i) => Number((i / (count - 1)).toFixed(4)));
    const both = [
      ['spherical', '--accent'],
      ['linear', '--second'],
    ] as const;
    this.plot.show(
      both.map(([name, colour]) => ({
        ...{ name, unit: '', digits: 2, colour, at, dashed: name !== way },
        values: path(a, b, count, name).map(length),
      })),
      1,
    );
  }

  private async saveGif(): Promise<void> {
    const bench = this.bench();
    if (!this.frames.length) return bench.flash('Wait until there are digits.');
    const there = this.frames.map((values, i) => ({
      image: picture(values),
      ms: i === 0 || i === this.frames.length - 1 ? END_MS : FRAME_MS,
    }));
    try {
      await saveGif([...there, ...there.slice(1, -1).reverse()], 8, this.name);
      bench.flash('Saved: from A to B and back.');
    } catch (error) {
      bench.flash((error as Error).message);
    }
  }
}
