// "Learn in the page": a model is trained in this tab, its loss and its samples are shown while it learns, and what was
// learned can be kept, saved and used in the other demos.
import type { EngineError } from '../engine';
import { columnsFor, greys, sheet } from '../lib/digits';
import { h } from '../lib/dom';
import { defaults } from '../lib/state';
import { PixelView, joined } from '../ui/pixels';
import { Plot } from '../ui/plot';
import { whenThemeChanges } from '../ui/theme';
import { Workbench } from '../ui/workbench';
import '../ui/styles/digits.css';
import { FAMILY, checkModel, learned } from './digit_models';
import type { DemoContext, MountedDemo } from './index';
import { LearnRun } from './learn_run';
import { SHOWN, fields, others, paramsOf, type Lesson } from './learn_state';
import { code, command, words } from './learn_text';
import { LessonDemo, figure, figureRows } from './lesson_demo';
import type { Learned } from './model_shelf';

const start = defaults(fields);

class Learn extends LessonDemo<LearnRun> {
  protected readonly bench: Workbench;
  protected readonly learned: Learned = {
    family: FAMILY,
    models: learned,
    check: (file) => checkModel(this.bench.engine, file),
    address: (name) => `#digits?v=1&model=${encodeURIComponent(name)}`,
    stem: () => `my-${this.state.kind}`,
  };
  private readonly plot = new Plot('batch', true);
  private readonly readout = h('dl', { class: 'readout' });
  private readonly made = new PixelView('samples of the model', { width: 118 });

  constructor(context: DemoContext) {
    super();
    this.bench = new Workbench(context, {
      ...{ id: 'learn', fields, words, verbs: this.verbs },
      stage: h(
        'div',
        { class: 'stage' },
        h('div', { class: 'panels panels-2' }, this.given.element, this.made.element),
        this.shelf.actions,
      ),
      below: [this.readout],
      sections: [
        { title: 'Digits', controls: ['source', 'teacher', this.fileBox, this.drawBox] },
        { title: 'Model', controls: ['kind', 'hidden', 'epochs'] },
        { title: 'Learned here', controls: [this.shelf.list] },
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
    whenThemeChanges(() => this.plot.redraw(), this.bench.signal);
    this.start(context.file);
  }

  protected begin(lesson: Lesson, changed: (learning: LearnRun, error?: EngineError) => void): LearnRun {
    const next: LearnRun = new LearnRun(this.bench.engine, paramsOf(this.state), lesson, (error) =>
      changed(next, error),
    );
    return next;
  }

  protected clear(): void {
    this.made.clear('samples of the model');
  }

  protected result(learning: LearnRun): string | undefined {
    const valid = learning.metric('valid');
    return valid === undefined
      ? undefined
      : `Learned: ${valid.toFixed(1)} nats per digit on digits kept out.`;
  }

  protected showControls(): void {
    const { state, bench } = this;
    bench.visible('hidden', state.kind !== 'fvsbn');
    bench.visible('activation', state.kind !== 'fvsbn');
    bench.visible('radius', state.kind === 'made');
  }

  protected showRun(): void {
    const { learning } = this;
    if (learning?.samples)
      this.made.show(
        sheet(learning.samples, greys, columnsFor(SHOWN)),
        `samples after ${(learning.metric('epoch') ?? 0).toFixed(1)} epochs`,
      );
    this.readout.replaceChildren(
      ...figureRows([
        ['epoch', 'Epoch', `${figure(learning?.metric('epoch'), 1)} of ${this.state.epochs}`],
        ['loss', 'Loss on batches', figure(learning?.metric('loss'), 1, ' nats')],
        ['valid', 'On digits kept out', figure(learning?.metric('valid'), 1, ' nats')],
        ['parameters', 'Parameters', learning?.metric('parameters')?.toLocaleString('en') ?? '–'],
      ]),
    );
    const series = [
      { name: 'Batches', unit: 'nats', digits: 1, colour: '--accent', values: learning?.loss ?? [] },
      { name: 'Kept out', unit: 'nats', digits: 1, colour: '--second', values: learning?.valid ?? [] },
    ];
    this.plot.show(series, learning?.run.status.units || 100);
  }
}

export const mount = (context: DemoContext): MountedDemo => new Learn(context);
