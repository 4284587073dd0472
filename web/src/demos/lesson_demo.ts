// What the demos that learn from digits have in common: where the digits come from, the run and its verbs. The models that
// come of it are kept on a shelf (model_shelf.ts).
import { EngineError, type RunState, type RunStatus, type TaskId } from '../engine';
import { blank, columnsFor, greys, isBlank, sheet } from '../lib/digits';
import { h, say } from '../lib/dom';
import { fileButton } from '../ui/digit_strip';
import { Drawing } from '../ui/drawing';
import { PixelView } from '../ui/pixels';
import { Verbs, type Phase } from '../ui/verbs';
import { button, type Workbench } from '../ui/workbench';
import { learnedModels, shortName } from './digit_models';
import { NoDigits, digitsToLearn, drawnHere, openFile, openedFile } from './learn_digits';
import { SHOWN, changesDigits, type Lesson } from './learn_state';
import { ModelShelf, type Learned } from './model_shelf';
import { WorkbenchDemo } from './workbench_demo';

/** A training as the page holds it. */
export type Learning = {
  readonly run: {
    readonly state: RunState;
    readonly status: RunStatus<TaskId>;
    readonly created: Promise<void>;
    play(): void;
    pause(): void;
    step(): void;
    stop(): void;
    model(): Promise<Uint8Array>;
  };
  readonly ended: boolean;
  /** The model whose pictures are shown; it outlives Stop. */
  readonly latest: Uint8Array | undefined;
};

export abstract class LessonDemo<L extends Learning> extends WorkbenchDemo {
  protected abstract override readonly bench: Workbench;
  protected abstract readonly learned: Learned;
  protected readonly verbs: Verbs;
  protected readonly given = new PixelView('learned from', { width: 118 });
  protected readonly drawBox: HTMLElement;
  protected readonly fileBox: HTMLElement;
  protected readonly shelf = new ModelShelf({
    bench: () => this.bench,
    learned: () => this.learned,
    file: () => this.file(),
  });
  protected learning: L | undefined;
  private readonly drawing: Drawing;
  private readonly drawn = h('span', { class: 'hint' });
  private readonly fileText = h('span', { class: 'hint' });
  private lesson: Lesson | undefined;
  private preparing = '';
  private turn = 0;

  constructor() {
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
  }

  /** Makes the run of a lesson; it calls back when something has changed. */
  protected abstract begin(lesson: Lesson, changed: (learning: L, error?: EngineError) => void): L;
  /** Nothing has been learned yet: what is shown of a run goes. */
  protected abstract clear(): void;
  /** Shows the run as it is. */
  protected abstract showRun(): void;
  /** Which controls the state asks for. */
  protected abstract showControls(): void;
  /** Said when the run is done. */
  protected abstract result(learning: L): string | undefined;

  protected get state() {
    return this.bench.state;
  }

  /** Called once the bench is there. */
  protected start(file?: File): void {
    const { signal, engine } = this.bench;
    signal.addEventListener(
      'abort',
      engine.watch(() => this.shelf.show()),
    );
    void this.learned.models.offer(engine).catch(() => {}); // its lists may do without
    this.showState();
    this.show();
    if (file) void this.open(file);
    else void this.look();
  }

  protected changed(names: ReadonlySet<string>, live: boolean): void {
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
    if (/\.safetensors$/i.test(file.name)) return this.shelf.load(file);
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

  protected async go(wish: 'play' | 'step'): Promise<void> {
    const { learning } = this;
    if (learning && !learning.ended && learning.run.state !== 'done') return learning.run[wish]();
    const turn = ++this.turn;
    const { engine, signal, notices } = this.bench;
    learning?.run.stop();
    this.learning = undefined;
    this.clear();
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
      const next = this.begin(lesson, (it, error) => (this.learning === it ? this.ran(error) : undefined));
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

  private ran(error?: EngineError): void {
    if (error) this.bench.fail(error);
    this.show();
    const { learning } = this;
    const text = learning?.run.state === 'done' ? this.result(learning) : undefined;
    if (text) this.bench.say(text);
  }

  private stop(): void {
    this.turn++;
    this.preparing = '';
    this.learning?.run.stop();
    this.show();
    this.bench.say('Stopped. The curve shows how far it came.', true);
  }

  protected reset(): void {
    this.turn++;
    this.preparing = '';
    this.learning?.run.stop();
    this.learning = undefined;
    this.clear();
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

  // ---- The model

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

  // ---- Showing

  private showState(): void {
    const { state, bench } = this;
    bench.visible('teacher', state.source === 'samples');
    bench.visible('count', state.source !== 'drawn');
    this.showControls();
    this.fileBox.hidden = state.source !== 'file';
    this.drawBox.hidden = state.source !== 'drawn';
    const count = drawnHere.all.length;
    say(this.drawn, count ? `${count} ${count === 1 ? 'digit' : 'digits'} so far` : 'Nothing added yet');
    const file = openedFile();
    say(
      this.fileText,
      file ? `${file.name}: ${file.count.toLocaleString('en')} digits` : 'IDX or .amat, gzip or not',
    );
    this.shelf.show();
  }

  protected show(): void {
    const { phase, learning } = this;
    this.verbs.show(phase);
    this.shelf.offer(this.usable);
    const none = { unit: 0, units: 0, ms: 0, name: '' };
    if (this.preparing) this.verbs.progress(none, this.preparing);
    else if (!learning) this.verbs.progress({ ...none, fraction: 0 }, 'Press Run to learn');
    else {
      const { status } = learning.run;
      this.verbs.progress({ ...status, fraction: status.units ? status.progress : undefined, name: 'batch' });
    }
    this.showRun();
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

/** Rows of a list of figures. */
export const figureRows = (rows: readonly (readonly [id: string, name: string, text: string])[]) =>
  rows.map(([id, name, text]) => h('div', { 'data-metric': id }, h('dt', {}, name), h('dd', {}, text)));

/** "−87.3 nats"; a dash where there is none. */
export const figure = (value: number | undefined, digits: number, unit = ''): string =>
  value === undefined ? '–' : `${value.toFixed(digits).replace('-', '−')}${unit}`;
