// The sampling demo: one digit drawn pixel by pixel with its probabilities, or a sheet, by one or two models that share
// their random numbers. A sheet is computed at once; what is drawn slowly is that result, in the model's order.
import { h } from '../lib/dom';
import {
  PIXELS,
  columnsFor,
  digitAt,
  greysOrUnknown,
  heatOrUnknown,
  paint,
  picture,
  plane,
  running,
  sheet,
  surprises,
  upTo,
} from '../lib/digits';
import { duration } from '../lib/format';
import { saveGif } from '../lib/save';
import { defaults } from '../lib/state';
import type { Tensor } from '../engine';
import { viewTabs } from '../ui/bench';
import { PixelView, joined } from '../ui/pixels';
import { Plot } from '../ui/plot';
import { whenThemeChanges } from '../ui/theme';
import { Verbs, type Phase } from '../ui/verbs';
import { Workbench, button } from '../ui/workbench';
import '../ui/styles/digits.css';
import { learnedModels, nats, orderOfModel, shortName, type Order } from './digit_models';
import { SHEET, fields, paramsOf, speeds, views } from './digits_state';
import { code, command, words } from './digits_text';
import type { DemoContext, MountedDemo } from './index';
import { WorkbenchDemo } from './workbench_demo';

/** What a model has drawn. */
type Drawn = Order & {
  model: string;
  name: string;
  samples: Tensor;
  probabilities: Tensor;
  logLikelihood: ArrayLike<number>;
};

const start = defaults(fields);
const GIF_FRAMES = 98;

const zoom = (width: number) => Math.max(1, Math.floor(480 / width));

class Digits extends WorkbenchDemo {
  protected readonly bench: Workbench;
  private readonly verbs: Verbs;
  private readonly plot = new Plot('pixel', true);
  private readonly readout = h('dl', { class: 'readout' });
  private readonly panels = h('div', { class: 'panels' });
  private readonly viewTabs = viewTabs(
    views.map(({ value, label }) => ({ id: value, label })),
    (view) => this.bench.change({ view }),
  );
  private readonly speedTabs = viewTabs(
    ['slow', 'normal', 'fast', 'instant'].map((id) => ({ id, label: id[0]!.toUpperCase() + id.slice(1) })),
    (speed) => this.bench.change({ speed }),
    'Speed',
  );
  private shown: { view: string; parts: { digit: PixelView; map: PixelView }[] } | undefined;
  private drawn: Drawn[] = [];
  private turn = 0;
  /** Pixels drawn so far; a fraction while it moves. */
  private at = 0;
  private phase: Phase = 'loading';
  private frame = 0;
  private ms = 0;

  constructor(context: DemoContext) {
    super();
    this.verbs = new Verbs(
      {
        run: () => this.play(this.at >= PIXELS ? 0 : this.at),
        pause: () => this.pause(),
        step: () => this.hold(Math.min(PIXELS, Math.floor(this.at) + 1)),
        stop: () => this.hold(PIXELS),
        reset: () => this.hold(0),
      },
      'Finish',
    );
    this.bench = new Workbench(context, {
      ...{ id: 'digits', fields, words, verbs: this.verbs, looks: ['speed'] },
      stage: h(
        'div',
        { class: 'stage' },
        this.panels,
        h('div', { class: 'stage-tools' }, this.viewTabs.element, this.speedTabs.element),
      ),
      below: [this.readout],
      sections: [
        { title: 'Models', controls: ['model', 'against'] },
        { title: 'Drawing', controls: ['temperature', 'seed', 'digit'] },
      ],
      more: ['first'],
      actions: [button('Animated GIF', () => void this.saveGif())],
      csv: () => this.plot.csv(),
      picture: () => this.picture(),
      command: (state) => command(state, start),
      code: (state) => code(state, start),
      changed: (names, live) => this.changed(names, live),
      retry: () => void this.draw(true),
    });
    this.readout.after(
      h(
        'details',
        { class: 'curve', open: true },
        h('summary', {}, 'Nats so far: −log p of the pixels drawn'),
        this.plot.canvas,
        this.bench.csvButton,
      ),
    );
    const { signal } = this.bench;
    whenThemeChanges(() => this.plot.redraw(), signal);
    if (context.file) this.take();
    this.show();
    void this.draw(true);
  }

  private get state() {
    return this.bench.state;
  }

  private changed(names: ReadonlySet<string>, live: boolean): void {
    const drawnAnew = ['model', 'against', 'temperature', 'seed', 'first'].some((name) => names.has(name));
    if (drawnAnew) return void this.draw(!live && !names.has('temperature'));
    if (names.has('at') && this.drawn.length) {
      if (Number(this.state.at) < 0) return this.begin();
      this.at = Number(this.state.at);
      return this.hold(this.at); // a link or the back button: held there, whatever else changed
    }
    if (names.has('digit') && this.state.view === 'one' && !live) return this.play(0);
    if (names.has('speed') && this.phase === 'running') return this.play(this.at);
    this.show();
  }

  // ---- Computing

  /** Asks for the sheets of the state; `anew`: they are drawn from the start. */
  private async draw(anew: boolean): Promise<void> {
    const turn = ++this.turn;
    const { engine, signal } = this.bench;
    const { model, against } = this.state;
    const models = [String(model), ...(against === 'none' || against === model ? [] : [String(against)])];
    try {
      await learnedModels(engine);
      const begin = performance.now();
      const drawn: Drawn[] = [];
      for (const name of models) {
        const params = paramsOf(this.state, name);
        const lane = `digits ${drawn.length}`;
        const wanted = ['samples', 'probabilities', 'log_likelihood'] as const;
        const { outputs } = await engine.call('digits', params, {}, [...wanted], { signal, lane });
        const order = await orderOfModel(engine, name, signal);
        if (turn !== this.turn) return;
        const { samples, probabilities, log_likelihood } = outputs;
        drawn.push({
          ...{ model: name, name: shortName(engine, name), samples, probabilities },
          ...{ ...order, logLikelihood: log_likelihood.data },
        });
      }
      this.ms = performance.now() - begin;
      this.drawn = drawn;
      this.bench.notices.clear('run');
      this.bench.fact(`${models.length * SHEET} digits in ${duration(this.ms)}`);
      if (anew) this.begin();
      else this.hold(this.phase === 'loading' ? PIXELS : this.at);
      this.speak();
    } catch (error) {
      if (turn !== this.turn) return;
      this.phase = this.drawn.length ? 'paused' : 'idle';
      this.show();
      this.bench.fail(error);
    }
  }

  // ---- Drawing in time

  /** As the state says: from the start, or held where a link says. */
  private begin(): void {
    const at = Number(this.state.at);
    if (at >= 0) this.hold(at);
    else if (this.bench.still) this.hold(PIXELS);
    else this.play(0);
  }

  private play(from: number): void {
    if (!this.drawn.length) return void this.draw(true);
    cancelAnimationFrame(this.frame);
    this.at = from;
    this.phase = 'running';
    if (Number(this.state.at) >= 0) this.bench.follow({ at: -1 });
    let before = performance.now();
    const move = (now: number) => {
      this.at = Math.min(
        PIXELS,
        this.at + (speeds[String(this.state.speed)]! * Math.max(0, now - before)) / 1000,
      );
      if (Number.isNaN(this.at)) this.at = PIXELS; // instant, and no time has passed
      before = now;
      if (this.at >= PIXELS) {
        this.phase = 'done';
        this.speak();
      } else this.frame = requestAnimationFrame(move);
      this.show();
    };
    if (speeds[String(this.state.speed)] === Infinity) this.hold(PIXELS);
    else this.frame = requestAnimationFrame(move);
  }

  private pause(): void {
    this.hold(Math.floor(this.at));
  }

  private hold(at: number): void {
    cancelAnimationFrame(this.frame);
    this.at = at;
    if (!this.drawn.length) return;
    this.phase = at >= PIXELS ? 'done' : at > 0 ? 'paused' : 'idle';
    this.bench.follow({ at: at >= PIXELS ? -1 : at });
    this.show();
  }

  // ---- Showing

  private get digit(): number {
    return Number(this.state.digit) - 1;
  }

  private show(): void {
    const { state, drawn } = this;
    this.viewTabs.show(String(state.view));
    this.speedTabs.show(String(state.speed));
    this.verbs.show(this.phase);
    const t = Math.floor(this.at);
    if (this.phase !== 'loading')
      this.verbs.progress(
        { fraction: t / PIXELS, unit: t, units: PIXELS, ms: 0, name: 'pixel' },
        `${t} of ${PIXELS} pixels`,
      );
    else this.verbs.progress({ unit: 0, units: 0, ms: 0, name: '' }, 'Loading');
    const one = state.view === 'one';
    this.lay(one ? 'one' : 'sheet', Math.max(1, drawn.length));
    drawn.forEach((it, k) => {
      const { digit, map } = this.shown!.parts[k]!;
      if (one) this.showOne(it, digit, map, t);
      else {
        const parts = Array.from({ length: SHEET }, (_, j) => upTo(plane(it.samples, j), it.ranks, t));
        digit.show(sheet(parts, greysOrUnknown), it.name, `${SHEET} digits drawn by ${it.name}`);
      }
    });
    this.showFigures(t);
  }

  private showOne(it: Drawn, digit: PixelView, map: PixelView, t: number): void {
    const values = plane(it.samples, this.digit);
    const odds = plane(it.probabilities, this.digit);
    const image = picture(upTo(values, it.ranks, t), greysOrUnknown);
    const last = t > 0 && t < PIXELS ? it.order[t - 1]! : -1;
    if (last >= 0) paintPixel(image, last, values[last]! ? [140, 200, 255] : [30, 90, 160]);
    digit.show(image, it.name, `Digit ${state1(this.digit)} drawn by ${it.name}, ${t} of ${PIXELS} pixels`);
    const told =
      last >= 0
        ? `p(this pixel = 1 | before) = ${odds[last]!.toFixed(2)} → ${values[last]}`
        : 'p(pixel = 1 | pixels before)';
    map.show(
      picture(upTo(odds, it.ranks, t), heatOrUnknown),
      told,
      `Probabilities that ${it.name} gave each pixel`,
    );
  }

  /** Panels for so many models; they stay while only their pictures change. */
  private lay(view: string, count: number): void {
    if (this.shown?.view === view && this.shown.parts.length === count) return;
    const parts = Array.from({ length: count }, () => ({
      digit:
        view === 'one'
          ? new PixelView('digit')
          : new PixelView('sheet', { width: 238, pick: (x, y) => this.pick(x, y), picks: 'digit' }),
      map: new PixelView('probabilities'),
    }));
    this.shown = { view, parts };
    this.panels.className = `panels panels-${view} panels-${count}`;
    this.panels.replaceChildren(
      ...parts.map(({ digit, map }) =>
        h('div', { class: 'pair' }, digit.element, view === 'one' && map.element),
      ),
    );
  }

  private pick(x: number, y: number): void {
    const i = digitAt(x, y, columnsFor(SHEET), SHEET);
    if (i !== undefined) this.bench.change({ digit: i + 1, view: 'one' });
  }

  private showFigures(t: number): void {
    const rows = this.drawn.flatMap(({ model, name, logLikelihood }): [string, string, string][] => {
      const values = Array.from(logLikelihood);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return [
        [`digit-${model}`, `${name}: log p of this digit`, nats(values[this.digit]!)],
        [`mean-${model}`, `${name}: mean of ${SHEET}`, nats(mean)],
      ];
    });
    this.readout.replaceChildren(
      ...rows.map(([id, name, text]) =>
        h('div', { 'data-metric': id }, h('dt', {}, name), h('dd', {}, text)),
      ),
    );
    const colours = ['--accent', '--second'];
    this.plot.show(
      this.drawn.map((it, k) => {
        const costs = surprises(plane(it.samples, this.digit), plane(it.probabilities, this.digit));
        return {
          ...{ name: it.name, unit: 'nats', digits: 1, colour: colours[k]! },
          values: running(costs, it.order).slice(0, t + 1),
        };
      }),
      PIXELS,
    );
  }

  private speak(): void {
    const told = this.drawn.map(
      (it) => `${it.name}: log p of digit ${state1(this.digit)} is ${nats(it.logLikelihood[this.digit]!)}`,
    );
    if (told.length) this.bench.say(`${told.join('; ')}.`);
  }

  // ---- Taking away

  private picture() {
    const images = this.images();
    const name = `${this.drawn.map(({ model }) => model).join('-')}-${this.state.view === 'one' ? `digit-${this.state.digit}` : 'sheet'}`;
    return images.length ? { image: joined(images, zoom(images[0]!.width)), name } : undefined;
  }

  private images(): ImageData[] {
    const parts = this.shown?.parts ?? [];
    const views =
      this.state.view === 'one'
        ? parts.flatMap(({ digit, map }) => [digit, map])
        : parts.map(({ digit }) => digit);
    return views.flatMap(({ image }) => image ?? []);
  }

  /** The first model's, from the first pixel to the last. */
  private async saveGif(): Promise<void> {
    const it = this.drawn[0];
    if (!it) return this.bench.flash('Wait until there is a picture.');
    const one = this.state.view === 'one';
    const count = one ? GIF_FRAMES : GIF_FRAMES / 2;
    const frames = Array.from({ length: count + 1 }, (_, k) => {
      const t = Math.round((PIXELS * k) / count);
      let image: ImageData;
      if (one) {
        image = new ImageData(58, 28);
        image.data.fill(255);
        paint(image, upTo(plane(it.samples, this.digit), it.ranks, t), greysOrUnknown);
        paint(image, upTo(plane(it.probabilities, this.digit), it.ranks, t), heatOrUnknown, 30);
      } else
        image = sheet(
          Array.from({ length: SHEET }, (_, j) => upTo(plane(it.samples, j), it.ranks, t)),
          greysOrUnknown,
        );
      return { image, ms: k === count ? 2000 : 50 };
    });
    this.bench.flash('Writing the animation …');
    try {
      await saveGif(frames, one ? 6 : 2, `${it.model}-${one ? `digit-${this.state.digit}` : 'sheet'}`);
      this.bench.flash('Animation saved.');
    } catch (error) {
      this.bench.flash((error as Error).message);
    }
  }

  // ---- The page's side

  take(): void {
    const text =
      'This demo takes no file. "Learn in the page" trains a model on a file of digits, "Your digit" judges what you draw.';
    this.bench.notices.tell({ topic: 'file', text });
  }

  unmount(): void {
    this.turn++;
    cancelAnimationFrame(this.frame);
    this.bench.unmount();
  }
}

/** Counted from 1, as people do. */
const state1 = (digit: number) => digit + 1;

function paintPixel(image: ImageData, i: number, colour: [number, number, number]): void {
  image.data.set(colour, 4 * i);
}

export const mount = (context: DemoContext): MountedDemo => new Digits(context);
