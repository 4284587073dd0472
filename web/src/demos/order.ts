// "Order matters": which pixels a pixel may look at, in four orders of one small MADE; samples drawn in that order; a plain
// autoencoder beside it; how many parameters each model of the chapter has.
import {
  PIXELS,
  SIDE,
  columnsFor,
  digitOf,
  greysOrUnknown,
  picture,
  planes,
  sheet,
  upTo,
  type Digit,
} from '../lib/digits';
import { h } from '../lib/dom';
import { PixelView, joined } from '../ui/pixels';
import { Plot } from '../ui/plot';
import { whenThemeChanges } from '../ui/theme';
import { Verbs, type Phase } from '../ui/verbs';
import { Workbench } from '../ui/workbench';
import '../ui/styles/digits.css';
import { nats, orderOfModel, type Order } from './digit_models';
import type { DemoContext, MountedDemo } from './index';
import { WorkbenchDemo } from './workbench_demo';
import { AutoencoderRow } from './order_autoencoder';
import { SHOWN, countText, counts, fields, modelOf, orders } from './order_state';
import { code, command, words } from './order_text';

/** Pixels a second, when it walks. */
const SPEED = 24;
const HIDDEN = 500;
const PLOTTED = 64;

type Shown = Order & { model: string; samples: Digit[]; logLikelihood: ArrayLike<number> };

/** Colours of the picture of what a pixel sees. */
const palette = {
  itself: [255, 214, 10],
  seen: [86, 164, 245],
  before: [58, 74, 96],
  later: [22, 25, 29],
} as const;

function swatch(colour: readonly number[]): HTMLElement {
  const box = h('i', { class: 'swatch solid' });
  box.style.setProperty('--swatch', `rgb(${colour.join(' ')})`);
  return box;
}

class OrderMatters extends WorkbenchDemo {
  protected readonly bench: Workbench;
  private readonly verbs: Verbs;
  private readonly plot = new Plot('pixels n', true);
  private readonly readout = h('dl', { class: 'readout' });
  private readonly mask = new PixelView('what it sees', { pick: (x, y) => this.pick(x, y), picks: 'pixel' });
  private readonly growing = new PixelView('a sample, so far', {
    pick: (x, y) => this.pick(x, y),
    picks: 'pixel',
  });
  private readonly sheet = new PixelView('samples', { width: 118 });
  private readonly autoencoder = new AutoencoderRow(
    () => this.bench,
    () => void this.encode(),
  );
  private shown: Shown | undefined;
  private sees: { pixel: number; values: ArrayLike<number>; seen: number } | undefined;
  private phase: Phase = 'loading';
  private timer = 0;
  private turn = 0;

  constructor(context: DemoContext) {
    super();
    this.verbs = new Verbs(
      {
        run: () => this.walk(),
        pause: () => this.rest(),
        step: () => this.goTo(this.place + 1),
        stop: () => this.goTo(PIXELS - 1),
        reset: () => this.goTo(0),
      },
      'Last',
    );
    this.bench = new Workbench(context, {
      ...{ id: 'order', fields, words, verbs: this.verbs },
      stage: h(
        'div',
        { class: 'stage' },
        h('div', { class: 'panels panels-3' }, this.mask.element, this.growing.element, this.sheet.element),
        h(
          'p',
          { class: 'legend' },
          (
            [
              ['itself', 'the pixel'],
              ['seen', 'seen by it'],
              ['before', 'before it, not seen'],
              ['later', 'later'],
            ] as const
          ).map(([id, text]) => h('span', {}, swatch(palette[id]), text)),
        ),
      ),
      below: [this.readout, this.autoencoder.element],
      sections: [
        { title: 'MADE', controls: ['order', 'pixel', 'seed'] },
        { title: 'Autoencoder', controls: ['iterations'] },
      ],
      more: [],
      csv: () => this.csv(),
      picture: () => {
        const images = [this.mask, this.growing].flatMap(({ image }) => image ?? []);
        return images.length
          ? { image: joined(images, 12), name: `${this.bench.state.order}-pixel-${this.pixel}` }
          : undefined;
      },
      command,
      code,
      changed: (names, live) => this.changed(names, live),
      retry: () => void this.load(),
    });
    this.autoencoder.element.after(this.parameters());
    const { signal } = this.bench;
    whenThemeChanges(() => this.plot.redraw(), signal);
    this.show();
    void this.load();
  }

  private get pixel(): number {
    return Number(this.bench.state.pixel);
  }

  /** Of the pixel in the order, from 0. */
  private get place(): number {
    return this.shown ? this.shown.ranks[this.pixel]! : 0;
  }

  private changed(names: ReadonlySet<string>, live: boolean): void {
    if (names.has('order') || names.has('seed')) return void this.load();
    if (names.has('iterations')) void this.encode();
    if (names.has('pixel')) {
      if (!live) this.rest();
      void this.look();
    }
  }

  // ---- Computing

  private async load(): Promise<void> {
    const turn = ++this.turn;
    const { engine, signal, state } = this.bench;
    const model = modelOf(state);
    try {
      const order = await orderOfModel(engine, model, signal);
      const params = { model, count: SHOWN, seed: Number(state.seed) };
      const { outputs } = await engine.call('digits', params, {}, ['samples', 'log_likelihood'], { signal });
      if (turn !== this.turn) return;
      const samples = planes(outputs.samples).map(digitOf);
      this.shown = { ...order, model, samples, logLikelihood: outputs.log_likelihood.data };
      if (this.phase === 'loading') this.phase = 'paused';
      this.bench.notices.clear('run');
      await this.look();
      await this.encode();
    } catch (error) {
      if (turn === this.turn) this.failed(error);
    }
  }

  private failed(error: unknown): void {
    this.phase = this.shown ? 'paused' : 'idle';
    this.show();
    this.bench.fail(error);
  }

  /** What the pixel sees. */
  private async look(): Promise<void> {
    const { engine, signal } = this.bench;
    const { pixel, shown } = this;
    if (!shown) return;
    this.show();
    try {
      const { outputs, metrics } = await engine.call(
        'digit_model',
        { model: shown.model, pixel },
        {},
        ['sees'],
        { signal, lane: 'sees' },
      );
      if (shown !== this.shown) return;
      this.sees = { pixel, values: outputs.sees.data, seen: metrics.seen ?? 0 };
      this.show();
      if (this.phase !== 'running') this.speak();
    } catch (error) {
      this.bench.fail(error);
    }
  }

  private async encode(): Promise<void> {
    const { state } = this.bench;
    if (!this.shown) return;
    try {
      await this.autoencoder.show(this.shown.samples, Number(state.iterations), Number(state.seed));
    } catch (error) {
      this.bench.fail(error, 'autoencoder');
    }
  }

  // ---- Walking along the order

  private goTo(place: number): void {
    this.rest();
    if (!this.shown || place >= PIXELS) return;
    this.bench.follow({ pixel: this.shown.order[place]! });
    void this.look();
  }

  private walk(): void {
    if (!this.shown) return void this.load();
    if (this.place >= PIXELS - 1) this.bench.follow({ pixel: this.shown.order[0]! });
    clearInterval(this.timer);
    this.phase = 'running';
    this.timer = window.setInterval(() => {
      const next = this.place + 1;
      if (!this.shown || next >= PIXELS) return this.rest();
      this.bench.follow({ pixel: this.shown.order[next]! });
      void this.look();
    }, 1000 / SPEED);
    this.show();
  }

  private rest(): void {
    clearInterval(this.timer);
    if (this.phase !== 'loading') this.phase = 'paused';
    this.show();
  }

  private pick(x: number, y: number): void {
    const at = (v: number) => Math.min(SIDE - 1, Math.max(0, Math.floor(v * SIDE)));
    this.bench.change({ pixel: at(y) * SIDE + at(x) });
  }

  // ---- Showing

  private where(): string {
    return `row ${Math.floor(this.pixel / SIDE) + 1}, column ${(this.pixel % SIDE) + 1}`;
  }

  private show(): void {
    const { shown, sees, place, pixel } = this;
    this.verbs.show(this.phase === 'paused' && shown && place === PIXELS - 1 ? 'done' : this.phase);
    const none = { unit: 0, units: 0, ms: 0, name: '' };
    if (!shown) return this.verbs.progress(none, this.phase === 'loading' ? 'Loading' : 'Not loaded');
    this.verbs.progress(
      { ...none, fraction: (place + 1) / PIXELS },
      `pixel ${place + 1} of ${PIXELS} in this order`,
    );
    const image = new ImageData(SIDE, SIDE);
    for (let i = 0; i < PIXELS; i++) {
      const kind =
        i === pixel ? 'itself' : shown.ranks[i]! > place ? 'later' : sees?.values[i] ? 'seen' : 'before';
      image.data.set([...palette[kind], 255], 4 * i);
    }
    const seen = sees?.pixel === pixel ? `sees ${sees.seen} of ${place} before it` : '…';
    this.mask.show(image, `${this.where()}: ${seen}`, `What the pixel in ${this.where()} sees: ${seen}`);
    const sample = picture(upTo(shown.samples[0]!, shown.ranks, place + 1), greysOrUnknown);
    sample.data.set([...palette.itself, 255], 4 * pixel);
    this.growing.show(sample, 'a sample, so far');
    this.sheet.show(sheet(shown.samples, undefined, columnsFor(SHOWN)), `${SHOWN} samples in this order`);
    this.showFigures(shown, seen);
  }

  private showFigures({ logLikelihood, parameters }: Shown, seen: string): void {
    const mean = Array.from(logLikelihood).reduce((a, b) => a + b, 0) / logLikelihood.length;
    const rows = [
      ['pixel', 'Pixel', this.where()],
      ['seen', 'It', seen],
      ['mean', `log p, mean of ${SHOWN} samples`, nats(mean)],
      ['parameters', 'Parameters', parameters.toLocaleString('en')],
    ] as const;
    this.readout.replaceChildren(
      ...rows.map(([id, name, text]) =>
        h('div', { 'data-metric': id }, h('dt', {}, name), h('dd', {}, text)),
      ),
    );
  }

  private speak(): void {
    const { sees } = this;
    const name = orders.find(({ value }) => value === this.bench.state.order)!.label;
    if (sees)
      this.bench.say(
        `${name}: the pixel in ${this.where()} is number ${this.place + 1} and sees ${sees.seen} pixels.`,
      );
  }

  // ---- Parameters

  private parameters(): HTMLElement {
    this.plot.canvas.classList.add('tall');
    const colours = ['--muted', '--ink', '--accent', '--second', '--error'];
    this.plot.show(
      counts.map(({ short, log10 }, k) => ({
        ...{ name: short, unit: '', digits: 1, colour: colours[k]! },
        values: Array.from({ length: PLOTTED + 1 }, (_, n) => (n ? log10(n, HIDDEN) : undefined)),
      })),
      PLOTTED,
    );
    const sizes = [16, 100, PIXELS];
    return h(
      'section',
      { class: 'side-by-side' },
      h('h2', {}, 'How many numbers each model learns'),
      h(
        'div',
        { class: 'table-scroll', tabindex: 0, role: 'group', 'aria-label': 'Parameters' },
        h(
          'table',
          { class: 'models-table' },
          h(
            'thead',
            {},
            h(
              'tr',
              {},
              h('th', { scope: 'col' }, 'Model'),
              h('th', { scope: 'col' }, 'n pixels'),
              sizes.map((n) => h('th', { scope: 'col', class: 'number' }, `n = ${n}`)),
            ),
          ),
          h(
            'tbody',
            {},
            counts.map(({ id, name, formula, log10 }) =>
              h(
                'tr',
                { 'data-model': id },
                h('th', { scope: 'row' }, name),
                h('td', {}, formula),
                sizes.map((n) => h('td', { class: 'number' }, countText(log10(n, HIDDEN)))),
              ),
            ),
          ),
        ),
      ),
      h(
        'details',
        { class: 'curve', open: true },
        h('summary', {}, `Logarithm to base 10 of the number against n, d = ${HIDDEN}`),
        this.plot.canvas,
        this.bench.csvButton,
      ),
    );
  }

  private csv(): string {
    const head = ['n', ...counts.map(({ name }) => `log10 ${name.replace(',', '')}`)];
    const rows = Array.from({ length: PIXELS }, (_, i) =>
      [i + 1, ...counts.map(({ log10 }) => log10(i + 1, HIDDEN).toFixed(4))].join(','),
    );
    return `${[head.join(','), ...rows].join('\n')}\n`;
  }

  // ---- The page's side

  take(): void {
    this.bench.notices.tell({
      topic: 'file',
      text: 'This demo takes no file. "Your digit" and "Complete a digit" do.',
    });
  }

  unmount(): void {
    this.turn++;
    clearInterval(this.timer);
    this.bench.unmount();
  }
}

export const mount = (context: DemoContext): MountedDemo => new OrderMatters(context);
