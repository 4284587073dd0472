// "Complete a digit": a part is hidden, and filled in by sequential Monte Carlo and, beside it, by naive forcing.
import {
  PIXELS,
  columnsFor,
  greys,
  isBlank,
  packed,
  picture,
  sheet,
  unpacked,
  type Digit,
} from '../lib/digits';
import type { EngineError } from '../engine';
import { h } from '../lib/dom';
import { duration } from '../lib/format';
import { DigitStrip, digitsOfFile, type Named } from '../ui/digit_strip';
import { PixelView, joined } from '../ui/pixels';
import { Plot } from '../ui/plot';
import { whenThemeChanges } from '../ui/theme';
import { Verbs, type Phase } from '../ui/verbs';
import { Workbench, button } from '../ui/workbench';
import '../ui/styles/digits.css';
import { MaskedDrawing } from './completion_drawing';
import { CompletionRun } from './completion_run';
import { SHOWN, fields, hidden, logScore, others, paramsOf } from './completion_state';
import { code, command, words } from './completion_text';
import examples from './digit_examples.json';
import { learnedModels, nats } from './digit_models';
import type { DemoContext, MountedDemo } from './index';
import { WorkbenchDemo } from './workbench_demo';

type Method = { id: string; name: string; colour: string; sheet: PixelView; mean: PixelView };

const OF_FILE = 10;
/** Samples of the shipped NADE. */
const named: Named[] = Object.entries(examples.digits).map(([name, text]) => ({
  name,
  digit: unpacked(text)!,
}));

const digitFrom = (text: string): Digit | undefined =>
  named.find(({ name }) => name === text)?.digit ?? unpacked(text);

const changing = new Set([
  'model',
  'hide',
  'particles',
  'seed',
  'digit',
  'mask',
  ...others.map(({ name }) => name),
]);

class Completion extends WorkbenchDemo {
  protected readonly bench: Workbench;
  private readonly verbs: Verbs;
  private readonly plot = new Plot('pixel of the order', true);
  private readonly readout = h('dl', { class: 'readout' });
  private readonly strip: DigitStrip;
  private readonly drawing = new MaskedDrawing((to) => this.bench.change(to));
  private readonly methods: Method[] = [
    { id: 'smc', name: 'SMC', colour: '--accent' },
    { id: 'naive', name: 'Naive', colour: '--second' },
  ].map((it) => ({
    ...it,
    sheet: new PixelView(it.name, { width: 118 }),
    mean: new PixelView(`mean, ${it.name}`),
  }));
  private runs: CompletionRun[] = [];
  private turn = 0;
  /** Whether a change starts runs by itself: until a person pauses, steps, stops or resets. */
  private automatic = true;
  private loading = true;

  constructor(context: DemoContext) {
    super();
    this.verbs = new Verbs({
      run: () => this.go('play'),
      pause: () => this.go('pause'),
      step: () => this.go('step'),
      stop: () => this.stop(),
      reset: () => this.reset(),
    });
    this.strip = new DigitStrip(named, {
      pick: (digit, name) => this.bench.change({ digit: name in examples.digits ? name : packed(digit) }),
      file: (file) => void this.open(file),
    });
    this.bench = new Workbench(context, {
      ...{ id: 'completion', fields, words, verbs: this.verbs, looks: ['brush', 'tool'] },
      stage: h(
        'div',
        { class: 'stage' },
        this.drawing.tools,
        h(
          'div',
          { class: 'panels panels-3' },
          h(
            'div',
            { class: 'pair' },
            this.drawing.canvases,
            button('A sample instead', () => void this.drawSample(), 'pill'),
          ),
          this.methods.map(({ sheet, mean }) => h('div', { class: 'pair' }, sheet.element, mean.element)),
        ),
      ),
      source: this.strip.element,
      below: [this.readout],
      sections: [
        { title: 'Model', controls: ['model'] },
        { title: 'Completion', controls: ['hide', 'particles', 'seed'] },
      ],
      more: others.map(({ name }) => name),
      csv: () => this.plot.csv(),
      picture: () => this.picture(),
      command,
      code,
      changed: (names, live) => this.changed(names, live),
      retry: () => void this.restart('play'),
    });
    this.readout.after(
      h(
        'details',
        { class: 'curve', open: true },
        h('summary', {}, 'Effective sample size along the order'),
        this.plot.canvas,
        this.bench.csvButton,
      ),
    );
    const { signal } = this.bench;
    whenThemeChanges(() => this.plot.redraw(), signal);
    this.readDigit();
    this.showState();
    if (context.file) void this.open(context.file);
    else void this.restart('play');
  }

  private get state() {
    return this.bench.state;
  }

  // ---- State

  private readDigit(): void {
    const digit = digitFrom(String(this.state.digit));
    if (digit) this.drawing.setDigit(digit);
    else {
      this.drawing.setDigit(named[0]!.digit);
      this.bench.notices.tell({
        topic: 'digit',
        text: 'The digit in this link is damaged; here is another one.',
      });
    }
    this.drawing.setMask(hidden(this.state));
  }

  private changed(names: ReadonlySet<string>, live: boolean): void {
    if (names.has('digit') && packed(this.drawing.digit) !== this.state.digit) this.readDigit();
    else this.drawing.setMask(hidden(this.state));
    this.showState();
    if (!live && [...names].some((name) => changing.has(name)))
      void this.restart(this.automatic ? 'play' : 'pause');
  }

  /** A digit of the model itself, another one each time. */
  private async drawSample(): Promise<void> {
    const { engine, signal } = this.bench;
    const params = { model: String(this.state.model), count: 1, seed: Math.floor(Math.random() * 1e9) };
    try {
      const { outputs } = await engine.call('digits', params, {}, ['samples'], { signal });
      this.bench.change({ digit: packed(Uint8Array.from(outputs.samples.data)) });
    } catch (error) {
      this.bench.fail(error);
    }
  }

  // ---- Runs

  private async restart(wish: 'play' | 'step' | 'pause'): Promise<void> {
    const turn = ++this.turn;
    const { engine } = this.bench;
    this.end();
    this.loading = true;
    this.show();
    try {
      await learnedModels(engine);
      if (turn !== this.turn) return;
      const { digit, mask } = this.drawing;
      const given = mask.map((v) => 1 - v);
      const runs = this.methods.map(
        ({ id }) =>
          new CompletionRun(engine, paramsOf(this.state, id), digit, given, (error) =>
            turn === this.turn ? this.ran(error) : undefined,
          ),
      );
      this.runs = runs;
      for (const { run } of runs) run[wish]();
      await Promise.all(runs.map(({ run }) => run.created));
      if (turn !== this.turn) return;
      this.loading = false;
      this.bench.notices.clear('run');
      this.show();
    } catch (error) {
      if (turn !== this.turn) return;
      this.loading = false;
      this.show();
      this.bench.fail(error);
    }
  }

  private end(): void {
    for (const { run } of this.runs) run.stop();
  }

  private go(verb: 'play' | 'pause' | 'step'): void {
    this.automatic = verb === 'play';
    const phase = this.phase;
    if (phase === 'done' || phase === 'idle') return void this.restart(verb);
    for (const { run } of this.runs) run[verb]();
  }

  private stop(): void {
    this.automatic = false;
    this.turn++;
    this.end();
    this.loading = false;
    this.show();
    this.bench.say('Stopped. The pictures show how far it came.', true);
  }

  private reset(): void {
    this.automatic = false;
    this.methods.forEach(({ sheet, mean }) => (sheet.clear(), mean.clear()));
    void this.restart('pause');
  }

  private get phase(): Phase {
    if (this.loading) return 'loading';
    const states = this.runs.map(({ run }) => run.state);
    if (states.includes('creating')) return 'loading';
    if (!states.length || states.some((it) => it === 'stopped' || it === 'failed')) return 'idle';
    if (states.every((it) => it === 'done')) return 'done';
    if (states.includes('running')) return 'running';
    return this.runs.some(({ run }) => run.status.progress > 0) ? 'paused' : 'idle';
  }

  private ran(error?: EngineError): void {
    if (error) {
      this.turn++;
      this.end();
      this.loading = false;
      this.bench.fail(error);
    }
    this.show();
    if (this.phase === 'done' && this.runs.every(({ found }) => found)) this.speak();
  }

  // ---- Showing

  private showState(): void {
    this.drawing.show(this.state);
  }

  private show(): void {
    const { phase, runs } = this;
    this.verbs.show(phase);
    const all = runs.map(({ run }) => run.status);
    const sum = (of: (status: (typeof all)[number]) => number) => all.reduce((a, it) => a + of(it), 0);
    if (phase === 'loading') this.verbs.progress({ unit: 0, units: 0, ms: 0, name: '' }, 'Loading');
    else
      this.verbs.progress({
        ...{ fraction: all.length ? sum((it) => it.progress) / all.length : 0, name: 'step' },
        ...{ unit: sum((it) => it.unit), units: sum((it) => it.units), ms: sum((it) => it.ms) },
      });
    if (phase === 'done') this.bench.fact(`${duration(sum((it) => it.ms))} for both`);
    this.methods.forEach(({ name, sheet: view, mean }, k) => {
      const found = runs[k]?.found;
      if (!found) return;
      const distinct = runs[k]!.metric('distinct');
      const told = distinct === undefined ? name : `${name}: ${distinct} of ${SHOWN} differ`;
      view.show(sheet(found.completions, greys, columnsFor(SHOWN)), told, `${SHOWN} completions by ${told}`);
      mean.show(picture(found.mean), 'their mean', `Mean of the completions by ${name}`);
    });
    this.showFigures();
  }

  private showFigures(): void {
    const { digit, mask } = this.drawing;
    const rows = this.methods.flatMap(({ id, name }, k): [string, string, string][] => {
      const run = this.runs[k];
      if (!run?.found) return [];
      const ess = run.metric('ess');
      const score = logScore(digit, mask, run.found.mean, Number(this.state.particles));
      return [
        [`${id}-score`, `${name}: hidden pixels`, nats(score)],
        ...(ess === undefined
          ? []
          : [[`${id}-ess`, `${name}: ESS`, ess.toFixed(1)] as [string, string, string]]),
      ];
    });
    const evidence = this.runs[0]?.metric('log_evidence');
    if (evidence !== undefined && Number.isFinite(evidence) && this.phase === 'done')
      rows.push(['evidence', 'log p(given pixels)', nats(evidence)]);
    this.readout.replaceChildren(
      ...rows.map(([id, name, text]) =>
        h('div', { 'data-metric': id }, h('dt', {}, name), h('dd', {}, text)),
      ),
    );
    this.plot.show(
      this.methods.flatMap(({ id, colour }, k) => {
        const ess = this.runs[k]?.found?.ess;
        if (!ess) return [];
        const values = Array.from(ess, (v) => (v > 0 ? v : undefined));
        return [
          {
            name: id === 'smc' ? 'SMC' : 'Naive',
            unit: '',
            digits: 0,
            colour,
            values: [undefined, ...values],
          },
        ];
      }),
      PIXELS,
    );
  }

  private speak(): void {
    const told = this.methods.map(({ name }, k) => {
      const { found } = this.runs[k]!;
      const score = logScore(
        this.drawing.digit,
        this.drawing.mask,
        found!.mean,
        Number(this.state.particles),
      );
      return `${name}: the hidden pixels have ${nats(score)}`;
    });
    const blank = isBlank(this.drawing.digit) ? 'Nothing is drawn. ' : '';
    this.bench.say(`${blank}${told.join('; ')}.`);
  }

  // ---- Files and exports

  private picture() {
    const images = [this.runs[0]?.found, this.runs[1]?.found].flatMap((found) =>
      found ? [sheet(found.completions, greys, columnsFor(SHOWN))] : [],
    );
    return images.length
      ? { image: joined(images, 4, 24), name: `completions-${this.state.hide}` }
      : undefined;
  }

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
      if (signal.aborted) return;
      notices.tell({ topic: 'file', kind: 'error', text: (error as Error).message });
      if (!this.runs.length) void this.restart('play');
    }
  }

  // ---- The page's side

  take(file: File): void {
    void this.open(file);
  }

  unmount(): void {
    this.turn++;
    this.end();
    this.bench.unmount();
  }
}

export const mount = (context: DemoContext): MountedDemo => new Completion(context);
