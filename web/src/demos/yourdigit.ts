// "Your digit": draw, and read log p(x) under each model, beside how real digits and the model's own samples are
// distributed, and which pixels surprised it.
import { h } from '../lib/dom';
import {
  PIXELS,
  digitsTensor,
  greys,
  heat,
  isBlank,
  packed,
  picture,
  plane,
  running,
  unpacked,
  type Digit,
} from '../lib/digits';
import { bytes, duration } from '../lib/format';
import { drawn, examples } from '../lib/strokes';
import { viewTabs } from '../ui/bench';
import { DigitStrip, digitsOfFile, type Named } from '../ui/digit_strip';
import { Drawing, brushes } from '../ui/drawing';
import { Histogram, countsOf, shareBelow, type Counts } from '../ui/histogram';
import { PixelView, joined } from '../ui/pixels';
import { whenThemeChanges } from '../ui/theme';
import { Workbench, button } from '../ui/workbench';
import '../ui/styles/digits.css';
import { FAMILY, digitModels, learnedModels, nats, shortName } from './digit_models';
import type { DemoContext, MountedDemo } from './index';
import { WorkbenchDemo } from './workbench_demo';
import { brushSizes, fields, maps, realDigits } from './yourdigit_state';
import { code, command, words } from './yourdigit_text';

/** Models so small load without being asked for. */
const SMALL = 50_000;
const SAMPLES = 512;
/** Nats that are as bright as can be. */
const BRIGHT = 4;
const OF_FILE = 10;

const shown = ['three', 'seven', 'five', 'letter', 'scribble'] as const;
const named: Named[] = shown.map((name) => ({ name, digit: drawn(examples[name]) }));

/** From the address: the name of an example, or packed pixels. */
const digitFrom = (text: string): Digit | undefined =>
  named.find(({ name }) => name === text)?.digit ?? unpacked(text);

type Score = { logLikelihood: number; nats: ArrayLike<number>; probabilities: ArrayLike<number> };

class YourDigit extends WorkbenchDemo {
  protected readonly bench: Workbench;
  private readonly drawing: Drawing;
  private readonly map = new PixelView('surprise');
  private readonly histogram = new Histogram('log p(x), nats');
  private readonly verdict = h('p', { class: 'verdict' });
  private readonly rows = h('tbody', {});
  private readonly strip: DigitStrip;
  private readonly mapTabs = viewTabs(
    maps.map(({ value, label }) => ({ id: value, label })),
    (map) => this.bench.change({ map }),
    'Map',
  );
  private readonly penTabs = viewTabs(
    brushSizes.map(({ value, label }) => ({ id: value, label })),
    (brush) => this.bench.change({ brush }),
    'Pen',
  );
  private readonly eraser = button('Eraser', () => {
    this.drawing.erasing = !this.drawing.erasing;
    this.eraser.setAttribute('aria-pressed', String(this.drawing.erasing));
  });
  private readonly scores = new Map<string, Score>();
  private readonly samples = new Map<string, Counts>();
  private turn = 0;
  private ms = 0;

  constructor(context: DemoContext) {
    super();
    this.drawing = new Drawing({
      name: 'Your digit',
      colour: (i) => greys(this.drawing?.at(i) ? 1 : 0),
      changed: (done) => this.drew(done),
    });
    this.eraser.setAttribute('aria-pressed', 'false');
    this.strip = new DigitStrip(named, {
      pick: (digit, name) => this.bench.change({ digit: name in examples ? name : packed(digit) }),
      file: (file) => void this.open(file),
    });
    const canvas = h('figure', { class: 'panel' }, this.drawing.element, h('figcaption', {}, 'Draw here'));
    this.bench = new Workbench(context, {
      ...{ id: 'yourdigit', fields, words, looks: ['brush', 'map', 'model', 'also'] },
      stage: h(
        'div',
        { class: 'stage' },
        h(
          'div',
          { class: 'drawing-tools', role: 'group', 'aria-label': 'Drawing' },
          this.penTabs.element,
          this.eraser,
          this.drawing.undoButton,
          this.drawing.clearButton,
        ),
        h('div', { class: 'panels panels-2' }, canvas, this.map.element),
        h('div', { class: 'stage-tools' }, this.mapTabs.element),
        this.verdict,
      ),
      source: this.strip.element,
      below: [],
      sections: [{ title: 'Model', controls: ['model'] }],
      more: [],
      csv: () => this.csv(),
      picture: () => ({
        image: joined([picture(this.drawing.digit), ...(this.map.image ? [this.map.image] : [])], 12),
        name: `your-digit-${this.model}`,
      }),
      command,
      code,
      changed: (names) => this.changed(names),
      retry: () => void this.judge(true),
    });
    const table = h(
      'table',
      { class: 'models-table' },
      h('caption', { class: 'visually-hidden' }, 'Log-likelihood of your digit under each model'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Model'),
          h('th', { scope: 'col', class: 'number' }, 'log p(x)'),
          h('th', { scope: 'col', class: 'number' }, 'Real digits below'),
        ),
      ),
      this.rows,
    );
    this.verdict.after(
      h(
        'details',
        { class: 'curve', open: true },
        h('summary', {}, 'Where your digit lies'),
        this.histogram.canvas,
        h('p', { class: 'legend' }),
        this.bench.csvButton,
      ),
      table,
    );
    const { signal } = this.bench;
    whenThemeChanges(() => this.histogram.redraw(), signal);
    this.take0(context.file);
    this.showState();
  }

  private take0(file: File | undefined): void {
    this.readDigit();
    if (file) void this.open(file);
    else void this.judge(true);
  }

  private get model(): string {
    return String(this.bench.state.model);
  }

  /** Models whose opinion is asked: the chosen one first. */
  private get asked(): string[] {
    const small = this.bench.engine.models(FAMILY).filter((it) => it.bytes < SMALL || it.loaded);
    const also = String(this.bench.state.also).split(',').filter(Boolean);
    return [...new Set([this.model, ...small.map(({ name }) => name), ...also])];
  }

  private readDigit(): void {
    const digit = digitFrom(String(this.bench.state.digit));
    if (digit) this.drawing.set(digit);
    else {
      this.drawing.set(named[0]!.digit);
      this.bench.notices.tell({
        topic: 'digit',
        text: 'The digit in this link is damaged; here is another one.',
      });
    }
  }

  private changed(names: ReadonlySet<string>): void {
    if (names.has('digit') && packed(this.drawing.digit) !== this.bench.state.digit) this.readDigit();
    this.showState();
    if (names.has('digit') || names.has('model') || names.has('also')) void this.judge(true);
  }

  private drew(done: boolean): void {
    const digit = packed(this.drawing.digit);
    if (!done) return void this.judge(false);
    if (digit === this.bench.state.digit)
      void this.judge(true); // nothing changed, yet the stroke has stopped the judging
    else this.bench.change({ digit });
  }

  // ---- Computing

  /** The chosen model at once; the others when the pen rests. */
  private async judge(all: boolean): Promise<void> {
    const turn = ++this.turn;
    const { engine, signal } = this.bench;
    const digits = digitsTensor([this.drawing.digit]);
    try {
      await learnedModels(engine);
      for (const [k, model] of (all ? this.asked : [this.model]).entries()) {
        const begin = performance.now();
        const { outputs } = await engine.call(
          'digit_score',
          { model },
          { digits },
          ['log_likelihood', 'nats', 'probabilities'],
          { signal, lane: all ? `score ${model}` : 'score' },
        );
        if (turn !== this.turn) return;
        if (k === 0) {
          this.scores.clear();
          this.ms = performance.now() - begin;
          this.bench.fact(`judged in ${duration(this.ms)}`);
          this.bench.notices.clear('run');
        }
        this.scores.set(model, {
          logLikelihood: outputs.log_likelihood.data[0]!,
          nats: plane(outputs.nats),
          probabilities: plane(outputs.probabilities),
        });
        this.show();
        if (k === 0 && all) await this.sample(model);
        if (turn !== this.turn) return;
      }
      if (all) this.speak();
    } catch (error) {
      if (turn === this.turn) this.bench.fail(error);
    }
  }

  /** How the model's own samples are distributed. */
  private async sample(model: string): Promise<void> {
    if (this.samples.has(model)) return;
    const { engine, signal } = this.bench;
    const params = { model, count: SAMPLES, seed: 1 };
    const { outputs } = await engine.call('digits', params, {}, ['log_likelihood'], {
      signal,
      lane: 'samples',
    });
    const width = realDigits(model)?.width ?? 4;
    const counts = countsOf(outputs.log_likelihood.data, width);
    this.samples.set(model, { name: `${SAMPLES} samples`, colour: '--second', ...counts });
    this.show();
  }

  // ---- Showing

  private showState(): void {
    const { state } = this.bench;
    this.mapTabs.show(String(state.map));
    this.penTabs.show(String(state.brush));
    this.drawing.radius = brushes[String(state.brush)]!;
    this.show();
  }

  private show(): void {
    const score = this.scores.get(this.model);
    const name = shortName(this.bench.engine, this.model);
    if (!score) this.map.clear('surprise');
    else if (this.bench.state.map === 'nats') {
      const bright = Float32Array.from(score.nats, (v) => v / BRIGHT);
      this.map.show(
        picture(bright, heat),
        `Surprise of ${name}: 0 to ${BRIGHT} nats`,
        this.whereSurprised(score, name),
      );
    } else this.map.show(picture(score.probabilities, heat), `p(pixel = 1 | pixels before), ${name}`);
    this.showHistogram(score, name);
    this.showTable();
  }

  private whereSurprised({ nats: values }: Score, name: string): string {
    const worst = Array.from(values).reduce((best, v, i) => (v > values[best]! ? i : best), 0);
    return `Surprise of ${name} by pixel; most, ${values[worst]!.toFixed(1)} nats, in row ${Math.floor(worst / 28) + 1}, column ${(worst % 28) + 1}`;
  }

  private showHistogram(score: Score | undefined, name: string): void {
    const real = realDigits(this.model);
    const sets: Counts[] = [];
    if (real)
      sets.push({ name: `${real.count.toLocaleString('en')} real digits`, colour: '--accent', ...real });
    const own = this.samples.get(this.model);
    if (own) sets.push(own);
    const marks = score ? [{ name: 'yours', value: score.logLikelihood }] : [];
    const text = score ? this.sentence(score, name) : 'Nothing judged yet.';
    this.histogram.show(sets, marks, text);
    this.verdict.textContent = text;
    const legend = this.verdict.nextElementSibling?.querySelector('.legend');
    legend?.replaceChildren(
      ...sets.map(({ name: of, colour }) =>
        h('span', {}, h('i', { class: `swatch swatch${colour.replace('--', '-')}` }), of),
      ),
    );
  }

  private sentence({ logLikelihood }: Score, name: string): string {
    const real = realDigits(this.model);
    const value = `log p(x) = ${nats(logLikelihood)} under ${name}`;
    if (isBlank(this.drawing.digit)) return `${value}. Nothing is drawn: easy to foresee, and no digit.`;
    const reference = real ?? this.samples.get(this.model);
    if (!reference) return `${value}.`;
    const whom = real ? 'real digits' : "the model's own samples";
    const share = shareBelow(reference, logLikelihood);
    if (share < 0.001) return `${value}: less likely than (nearly) all ${whom}. An outlier.`;
    return `${value}: ${share < 0.5 ? `only ${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %` : `${(100 * share).toFixed(0)} %`} of ${whom} are less likely.`;
  }

  private showTable(): void {
    const { engine } = this.bench;
    const asked = new Set(this.asked);
    this.rows.replaceChildren(
      ...digitModels(engine).map(({ name, title, bytes: size }) => {
        const score = this.scores.get(name);
        const real = realDigits(name);
        const share = score && real ? `${(100 * shareBelow(real, score.logLikelihood)).toFixed(1)} %` : '–';
        const ask = () =>
          this.bench.change({ also: [...asked, name].filter((it) => it !== this.model).join(',') });
        return h(
          'tr',
          { 'aria-current': name === this.model && 'true', 'data-model': name },
          h('th', { scope: 'row' }, title),
          h(
            'td',
            { class: 'number' },
            score
              ? nats(score.logLikelihood)
              : asked.has(name)
                ? '…'
                : h(
                    'button',
                    { type: 'button', class: 'pill', 'aria-label': `Ask ${title}`, onclick: ask },
                    `Ask (${bytes(size)})`,
                  ),
          ),
          h('td', { class: 'number' }, share),
        );
      }),
    );
  }

  private speak(): void {
    const score = this.scores.get(this.model);
    if (score) this.bench.say(this.sentence(score, shortName(this.bench.engine, this.model)));
  }

  // ---- Files and exports

  private async open(file: File): Promise<void> {
    const { engine, signal, notices } = this.bench;
    notices.clear('file');
    try {
      const { digits, count } = await digitsOfFile(engine, file, OF_FILE, signal);
      this.strip.show(digits.map((digit, i) => ({ name: `file ${i + 1}`, digit })));
      const text = `${count === digits.length ? `All ${count}` : `${digits.length} of the ${count}`} digits of ${file.name} are to choose from.`;
      notices.tell({ topic: 'file', text });
      this.bench.change({ digit: packed(digits[0]!) });
    } catch (error) {
      if (!signal.aborted) notices.tell({ topic: 'file', kind: 'error', text: (error as Error).message });
    }
  }

  /** Nats by pixel as well: the order, running. */
  private csv(): string {
    const score = this.scores.get(this.model);
    const rows = score
      ? running(
          score.nats,
          Array.from({ length: PIXELS }, (_, i) => i),
        )
          .slice(1)
          .map((sum, i) => [Math.floor(i / 28), i % 28, score.nats[i], score.probabilities[i], sum].join(','))
      : [];
    return `${['row,column,nats,p(pixel = 1),running sum by rows', ...rows].join('\n')}\n\n${this.histogram.csv()}`;
  }

  // ---- The page's side

  take(file: File): void {
    void this.open(file);
  }

  unmount(): void {
    this.turn++;
    this.bench.unmount();
  }
}

export const mount = (context: DemoContext): MountedDemo => new YourDigit(context);
