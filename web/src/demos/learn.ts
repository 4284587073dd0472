// "Learn in the page": a model is trained in this tab, its loss and its samples are shown while it learns, and what was
// learned can be kept, saved and used in the other demos.
import { EngineError } from '../engine';
import { blank, columnsFor, greys, isBlank, sheet } from '../lib/digits';
import { h, say } from '../lib/dom';
import { bytes } from '../lib/format';
import { saveBlob } from '../lib/save';
import { defaults } from '../lib/state';
import { fileButton } from '../ui/digit_strip';
import { Drawing } from '../ui/drawing';
import { PixelView, joined } from '../ui/pixels';
import { Plot } from '../ui/plot';
import { Verbs, type Phase } from '../ui/verbs';
import { Workbench, button } from '../ui/workbench';
import '../ui/styles/digits.css';
import {
  FAMILY,
  RESERVED,
  checkModel,
  forgetModel,
  isLearned,
  keepModel,
  learnedModels,
  shortName,
} from './digit_models';
import type { DemoContext, MountedDemo } from './index';
import { WorkbenchDemo } from './workbench_demo';
import { NoDigits, digitsToLearn, drawnHere, openFile, openedFile } from './learn_digits';
import { LearnRun, SHOWN } from './learn_run';
import { changesDigits, fields, modelName, others, paramsOf, type Lesson } from './learn_state';
import { code, command, words } from './learn_text';

const start = defaults(fields);
const NOT_KEPT = ' This browser keeps nothing: it is gone after a reload.';

class Learn extends WorkbenchDemo {
  protected readonly bench: Workbench;
  private readonly verbs: Verbs;
  private readonly plot = new Plot('batch', true);
  private readonly readout = h('dl', { class: 'readout' });
  private readonly given = new PixelView('learned from', { width: 118 });
  private readonly made = new PixelView('samples of the model', { width: 118 });
  private readonly drawing: Drawing;
  private readonly drawn = h('span', { class: 'hint' });
  private readonly drawBox: HTMLElement;
  private readonly fileBox: HTMLElement;
  private readonly fileText = h('span', { class: 'hint' });
  private readonly list = h('ul', { class: 'models-list' });
  private readonly keep = button('Keep the model', () => void this.keepIt());
  private readonly save = button('Save as safetensors', () => void this.saveIt());
  private learning: LearnRun | undefined;
  private lesson: Lesson | undefined;
  private preparing = '';
  private turn = 0;

  constructor(context: DemoContext) {
    super();
    this.verbs = new Verbs({
      run: () => void this.go('play'),
      pause: () => this.learning?.run.pause(),
      step: () => void this.go('step'),
      stop: () => this.stop(),
      reset: () => this.reset(),
    });
    this.drawing = new Drawing({
      name: 'A digit to learn from',
      colour: (i) => greys(this.drawing?.at(i) ? 1 : 0),
      changed: () => {},
    });
    this.drawBox = h(
      'div',
      { class: 'draw-box' },
      this.drawing.element,
      h(
        'div',
        { class: 'drawing-tools' },
        button('Add', () => this.addDrawing(), 'button button-strong'),
        this.drawing.undoButton,
        this.drawing.clearButton,
        button('Forget all', () => this.forgetDrawings()),
        this.drawn,
      ),
    );
    this.fileBox = h(
      'div',
      { class: 'source-open' },
      fileButton('Open a file of digits', (file) => void this.open(file)),
      this.fileText,
    );
    this.bench = new Workbench(context, {
      ...{ id: 'learn', fields, words, verbs: this.verbs },
      stage: h(
        'div',
        { class: 'stage' },
        h('div', { class: 'panels panels-2' }, this.given.element, this.made.element),
        h('div', { class: 'actions' }, this.keep, this.save, this.loader()),
      ),
      below: [this.readout],
      sections: [
        { title: 'Digits', controls: ['source', 'teacher', this.fileBox, this.drawBox] },
        { title: 'Model', controls: ['kind', 'hidden', 'epochs'] },
        { title: 'Learned here', controls: [this.list] },
      ],
      more: ['count', ...others],
      csv: () => this.plot.csv(),
      picture: () => {
        const images = [this.given, this.made].flatMap(({ image }) => image ?? []);
        return images.length
          ? { image: joined(images, 3, 24), name: `learned-${this.bench.state.kind}` }
          : undefined;
      },
      command,
      code: (state) => code(state, start),
      changed: (names, live) => this.changed(names, live),
      retry: () => void this.go('play'),
    });
    this.readout.after(
      h(
        'details',
        { class: 'curve', open: true },
        h('summary', {}, 'Loss: mean of −log p(x), nats per digit'),
        this.plot.canvas,
        this.bench.csvButton,
      ),
    );
    this.plot.canvas.classList.add('tall');
    const { signal } = this.bench;
    window.addEventListener('themechange', () => this.plot.redraw(), { signal });
    signal.addEventListener(
      'abort',
      this.bench.engine.watch(() => this.showList()),
    );
    this.showState();
    this.show();
    if (context.file) void this.open(context.file);
    else void this.look();
  }

  private get state() {
    return this.bench.state;
  }

  private changed(names: ReadonlySet<string>, live: boolean): void {
    this.showState();
    if (live) return;
    const digits = [...names].some(changesDigits);
    if (digits) this.lesson = undefined;
    this.reset();
    if (digits) void this.look();
  }

  // ---- Digits

  /** Some of what will be learned from. */
  private async look(): Promise<void> {
    const turn = ++this.turn;
    const { engine, signal, notices } = this.bench;
    this.preparing = 'Loading';
    this.show();
    try {
      await learnedModels(engine);
      const few = { ...this.state, count: this.state.source === 'samples' ? SHOWN : this.state.count! };
      const wanted = () => turn === this.turn;
      const lesson = this.lesson ?? (await digitsToLearn(engine, few, { signal, lane: 'look', wanted }));
      if (!wanted() || !lesson) return;
      notices.clear('digits');
      const all = lesson.train.length + lesson.valid.length;
      this.showGiven(lesson, this.state.source === 'samples' ? Number(this.state.count) : all);
    } catch (error) {
      if (turn !== this.turn) return;
      this.given.clear('learned from');
      if (error instanceof NoDigits) notices.tell({ topic: 'digits', text: error.message });
      else this.bench.fail(error);
    } finally {
      if (turn === this.turn) {
        this.preparing = '';
        this.show();
      }
    }
  }

  private showGiven({ train, valid }: Lesson, count: number): void {
    const digits = [...train, ...valid];
    const every = Math.max(1, Math.floor(digits.length / SHOWN));
    const few = digits.filter((_, i) => i % every === 0).slice(0, SHOWN);
    const from = {
      samples: `drawn by ${shortName(this.bench.engine, String(this.state.teacher))}`,
      file: `of ${openedFile()?.name ?? 'the file'}`,
      drawn: `from ${drawnHere.all.length} of your drawings, moved about`,
    }[String(this.state.source)];
    this.given.show(
      sheet(few, greys, columnsFor(SHOWN)),
      `${few.length} of ${count.toLocaleString('en')} digits ${from}`,
    );
  }

  private async open(file: File): Promise<void> {
    const { engine, signal, notices } = this.bench;
    if (/\.safetensors$/i.test(file.name)) return this.load(file);
    notices.clear('file');
    try {
      await openFile(engine, file, signal);
      this.lesson = undefined;
      if (this.state.source === 'file') this.changed(new Set(['source']), false);
      else this.bench.change({ source: 'file' });
    } catch (error) {
      if (!signal.aborted) notices.tell({ topic: 'file', kind: 'error', text: (error as Error).message });
    }
  }

  private addDrawing(): void {
    const digit = this.drawing.digit;
    if (isBlank(digit)) return this.bench.flash('Draw something first.');
    drawnHere.add(digit);
    this.drawing.set(blank());
    this.drew();
  }

  private forgetDrawings(): void {
    drawnHere.forget();
    this.drew();
  }

  private drew(): void {
    this.lesson = undefined;
    this.showState();
    this.reset();
    void this.look();
  }

  // ---- The run

  private async go(wish: 'play' | 'step'): Promise<void> {
    const { learning } = this;
    if (learning && !learning.ended && learning.run.state !== 'done') return learning.run[wish]();
    const turn = ++this.turn;
    const { engine, signal, notices } = this.bench;
    learning?.run.stop();
    this.learning = undefined;
    this.made.clear('samples of the model');
    this.preparing = 'Drawing digits';
    this.show();
    try {
      await learnedModels(engine);
      const wanted = () => turn === this.turn;
      const told = (done: number, all: number) => {
        this.preparing = `Drawing digits: ${done} of ${all}`;
        this.show();
      };
      const asking = { signal, lane: 'teacher', wanted, told };
      const lesson = this.lesson ?? (await digitsToLearn(engine, this.state, asking));
      if (!wanted() || !lesson) return;
      this.lesson = lesson;
      notices.clear('run', 'digits');
      this.showGiven(lesson, lesson.train.length + lesson.valid.length);
      const next = new LearnRun(engine, paramsOf(this.state), lesson, (error) =>
        this.learning === next ? this.learned(error) : undefined,
      );
      this.learning = next;
      next.run[wish]();
      await next.run.created;
    } catch (error) {
      if (turn !== this.turn) return;
      if (error instanceof NoDigits) notices.tell({ topic: 'digits', kind: 'error', text: error.message });
      else this.bench.fail(error);
    } finally {
      if (turn === this.turn) {
        this.preparing = '';
        this.show();
      }
    }
  }

  private learned(error?: EngineError): void {
    if (error) this.bench.fail(error);
    this.show();
    const { learning } = this;
    const valid = learning?.metric('valid');
    if (learning?.run.state === 'done' && valid !== undefined)
      this.bench.say(`Learned: ${valid.toFixed(1)} nats per digit on digits kept out.`);
  }

  private stop(): void {
    this.turn++;
    this.preparing = '';
    this.learning?.run.stop();
    this.show();
    this.bench.say('Stopped. The curve shows how far it came.', true);
  }

  private reset(): void {
    this.turn++;
    this.preparing = '';
    this.learning?.run.stop();
    this.learning = undefined;
    this.made.clear('samples of the model');
    this.show();
  }

  private get phase(): Phase {
    if (this.preparing) return 'loading';
    const { learning } = this;
    if (!learning) return 'idle';
    const { state, status } = learning.run;
    if (state === 'creating') return 'loading';
    if (state === 'stopped' || state === 'failed') return 'idle';
    return state === 'paused' ? (status.unit ? 'paused' : 'idle') : state;
  }

  // ---- Models

  /** Of the run as it is; undefined with a word where there is none. */
  private async file(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const { learning } = this;
    if (!learning || !this.usable) {
      this.bench.flash('Learn something first.');
      return undefined;
    }
    if (learning.ended) return new Uint8Array(learning.latest!);
    try {
      return new Uint8Array(await learning.run.model());
    } catch (error) {
      this.bench.fail(error);
      return undefined;
    }
  }

  /** Whether there is a model: of the run as it is or, after Stop, the one whose samples are shown. */
  private get usable(): boolean {
    const { learning } = this;
    if (!learning) return false;
    return learning.ended ? !!learning.latest : learning.run.status.unit > 0;
  }

  private async keepIt(): Promise<void> {
    const file = await this.file();
    if (!file) return;
    const { engine } = this.bench;
    const taken = new Set(engine.models().map(({ name }) => name));
    const stem = `my-${this.state.kind}`;
    let name = stem;
    for (let i = 2; taken.has(name); i++) name = `${stem}-${i}`;
    try {
      const kept = await keepModel(engine, name, file);
      this.bench.flash(`Kept as ${name}: choose it in the other demos.${kept ? '' : NOT_KEPT}`);
    } catch (error) {
      this.bench.fail(error);
    }
  }

  private async saveIt(): Promise<void> {
    const file = await this.file();
    if (file)
      saveBlob(new Blob([file], { type: 'application/octet-stream' }), `my-${this.state.kind}.safetensors`);
  }

  private loader(): HTMLElement {
    const input = h('input', {
      ...{ type: 'file', accept: '.safetensors', class: 'visually-hidden', 'aria-label': 'Load a model' },
    });
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      input.value = '';
      if (file) void this.load(file);
    });
    return h('label', { class: 'button' }, input, h('span', {}, 'Load a model'));
  }

  private async load(file: File): Promise<void> {
    const { engine, notices } = this.bench;
    notices.clear('file');
    try {
      if (file.size > 20e6)
        throw new Error(`This file has ${bytes(file.size)}; models of digits have at most 20 MB.`);
      const name = modelName(file.name);
      if (RESERVED.includes(name) || engine.models().some((it) => it.name === name && !isLearned(it.name)))
        throw new Error(`"${name}" is a name of this page. Give the file another name.`);
      const content = new Uint8Array(await file.arrayBuffer());
      await checkModel(engine, content);
      const kept = await keepModel(engine, name, content);
      this.bench.flash(`Loaded as ${name}: choose it in the other demos.${kept ? '' : NOT_KEPT}`);
    } catch (error) {
      notices.tell({ topic: 'file', kind: 'error', text: (error as Error).message });
    }
  }

  private showList(): void {
    const mine = this.bench.engine.models(FAMILY).filter(({ name }) => isLearned(name));
    this.list.replaceChildren(
      ...(mine.length
        ? mine.map(({ name, bytes: size }) =>
            h(
              'li',
              {},
              h('a', { href: `#digits?v=1&model=${encodeURIComponent(name)}` }, name),
              h('span', { class: 'hint' }, bytes(size)),
              h(
                'button',
                {
                  ...{ type: 'button', class: 'tool', 'aria-label': `Forget ${name}` },
                  onclick: () => void forgetModel(this.bench.engine, name),
                },
                '×',
              ),
            ),
          )
        : [h('li', { class: 'hint' }, 'Nothing yet. What you keep stays in this browser.')]),
    );
  }

  // ---- Showing

  private showState(): void {
    const { state, bench } = this;
    bench.visible('teacher', state.source === 'samples');
    bench.visible('hidden', state.kind !== 'fvsbn');
    bench.visible('activation', state.kind !== 'fvsbn');
    bench.visible('radius', state.kind === 'made');
    bench.visible('count', state.source !== 'drawn');
    this.fileBox.hidden = state.source !== 'file';
    this.drawBox.hidden = state.source !== 'drawn';
    const count = drawnHere.all.length;
    say(this.drawn, count ? `${count} ${count === 1 ? 'digit' : 'digits'} so far` : 'Nothing added yet');
    const file = openedFile();
    say(
      this.fileText,
      file ? `${file.name}: ${file.count.toLocaleString('en')} digits` : 'IDX or .amat, gzip or not',
    );
    this.showList();
  }

  private show(): void {
    const { phase, learning } = this;
    this.verbs.show(phase);
    for (const it of [this.keep, this.save]) it.setAttribute('aria-disabled', String(!this.usable));
    const none = { unit: 0, units: 0, ms: 0, name: '' };
    if (this.preparing) this.verbs.progress(none, this.preparing);
    else if (!learning) this.verbs.progress({ ...none, fraction: 0 }, 'Press Run to learn');
    else
      this.verbs.progress({ ...learning.run.status, fraction: learning.run.status.progress, name: 'batch' });
    if (learning?.samples)
      this.made.show(
        sheet(learning.samples, greys, columnsFor(SHOWN)),
        `samples after ${(learning.metric('epoch') ?? 0).toFixed(1)} epochs`,
      );
    this.showFigures();
  }

  private showFigures(): void {
    const { learning } = this;
    const figure = (value: number | undefined, digits: number, unit = '') =>
      value === undefined ? '–' : `${value.toFixed(digits)}${unit}`;
    const rows = [
      ['epoch', 'Epoch', `${figure(learning?.metric('epoch'), 1)} of ${this.state.epochs}`],
      ['loss', 'Loss on batches', figure(learning?.metric('loss'), 1, ' nats')],
      ['valid', 'On digits kept out', figure(learning?.metric('valid'), 1, ' nats')],
      ['parameters', 'Parameters', learning?.metric('parameters')?.toLocaleString('en') ?? '–'],
    ] as const;
    this.readout.replaceChildren(
      ...rows.map(([id, name, text]) =>
        h('div', { 'data-metric': id }, h('dt', {}, name), h('dd', {}, text)),
      ),
    );
    const series = [
      { name: 'Batches', unit: 'nats', digits: 1, colour: '--accent', values: learning?.loss ?? [] },
      { name: 'Kept out', unit: 'nats', digits: 1, colour: '--second', values: learning?.valid ?? [] },
    ];
    this.plot.show(series, learning?.run.status.units || 100);
  }

  // ---- The page's side

  take(file: File): void {
    void this.open(file);
  }

  unmount(): void {
    this.turn++;
    this.learning?.run.stop();
    this.bench.unmount();
  }
}

export const mount = (context: DemoContext): MountedDemo => new Learn(context);
