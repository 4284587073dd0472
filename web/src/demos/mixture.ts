// "Learn a mixture": EM on patches of a photo or of dead leaves, its log-likelihood and its components while they form.
import type { EngineError } from '../engine';
import { h } from '../lib/dom';
import { columnsOf, patchSheet, patchesOf } from '../lib/patches';
import { defaults } from '../lib/state';
import { PixelView, joined } from '../ui/pixels';
import { Plot } from '../ui/plot';
import { whenThemeChanges } from '../ui/theme';
import { Verbs, type Phase } from '../ui/verbs';
import { Workbench } from '../ui/workbench';
import '../ui/styles/digits.css';
import '../ui/styles/patches.css';
import { componentSheet } from './component_sheet';
import type { DemoContext, MountedDemo } from './index';
import { MixtureModels } from './mixture_models';
import { MixtureRun } from './mixture_run';
import { SAMPLE, fields, leafNames, otherNames, paramsOf } from './mixture_state';
import { code, command, words } from './mixture_text';
import { LEADING } from './patch_mixtures';
import { Photos, greyOf } from './photos';
import { WorkbenchDemo } from './workbench_demo';

const start = defaults(fields);
class Mixture extends WorkbenchDemo {
  protected readonly bench: Workbench;
  private readonly photos: Photos;
  private readonly models: MixtureModels;
  private readonly verbs: Verbs;
  private readonly plot = new Plot('iteration', true);
  private readonly readout = h('dl', { class: 'readout' });
  private readonly given = new PixelView('patches learned from', { width: 71 });
  private readonly made = new PixelView('components', { width: 53, height: 71 });
  private learning: MixtureRun | undefined;

  constructor(context: DemoContext) {
    super();
    this.verbs = new Verbs({
      run: () => this.go('play'),
      pause: () => this.learning?.run.pause(),
      step: () => this.go('step'),
      stop: () => this.stop(),
      reset: () => this.reset(),
    });
    this.photos = new Photos(
      () => this.bench,
      SAMPLE,
      () => this.reset(),
    );
    this.models = new MixtureModels(
      () => this.bench,
      () => this.file(),
    );
    this.bench = new Workbench(context, {
      ...{ id: 'mixture', fields, words, verbs: this.verbs },
      stage: h(
        'div',
        { class: 'stage' },
        h('div', { class: 'panels panels-2' }, this.given.element, this.made.element),
        h('div', { class: 'actions' }, this.models.keep, this.models.save, this.models.loader),
      ),
      source: this.photos.source.element,
      below: [this.readout],
      sections: [
        { title: 'Patches', controls: ['source', 'leaves', 'patch', 'count'] },
        { title: 'Mixture', controls: ['components'] },
        { title: 'Learned here', controls: [this.models.list] },
      ],
      more: [...otherNames, ...leafNames],
      csv: () => this.plot.csv(),
      picture: () => {
        const images = [this.given, this.made].flatMap(({ image }) => image ?? []);
        return images.length ? { image: joined(images, 6, 24), name: 'mixture' } : undefined;
      },
      command,
      code: (state) => code(state, start),
      changed: (names, live) => this.changed(names, live),
      retry: () => (this.photos.picture || this.leaves ? this.go('play') : this.photos.show()),
    });
    this.readout.after(
      h(
        'details',
        { class: 'curve', open: true },
        h('summary', {}, 'Log-likelihood: mean of log p(patch), nats'),
        this.plot.canvas,
        this.bench.csvButton,
      ),
    );
    this.plot.canvas.classList.add('tall');
    whenThemeChanges(() => this.plot.redraw(), this.bench.signal);
    this.models.begin();
    this.showState();
    this.show();
    if (context.file) this.take(context.file);
    else if (this.leaves) this.reset();
    else this.photos.show();
  }

  private get state() {
    return this.bench.state;
  }

  private get leaves(): boolean {
    return this.state.source === 'leaves';
  }

  private changed(names: ReadonlySet<string>, live: boolean): void {
    this.showState();
    if (live) return;
    if (names.has('image')) {
      if (this.leaves) this.bench.follow({ source: 'image' });
      this.showState();
      return this.photos.show();
    }
    if (!this.leaves && !this.photos.picture) return this.photos.show();
    this.reset();
  }

  // ---- The run

  /** What there is to learn from becomes a run that has not begun. */
  private ready(): MixtureRun | undefined {
    const { picture } = this.photos;
    if (!this.leaves && !picture) return undefined;
    this.bench.notices.clear('run');
    const image = this.leaves ? undefined : greyOf(picture!);
    const next: MixtureRun = new MixtureRun(this.bench.engine, paramsOf(this.state), image, (error) =>
      this.learning === next ? this.learned(error) : undefined,
    );
    return (this.learning = next);
  }

  private go(wish: 'play' | 'step'): void {
    const { learning } = this;
    const fresh = !learning || learning.ended || learning.run.state === 'done';
    const now = fresh ? (learning?.run.stop(), this.ready()) : learning;
    now?.run[wish]();
    this.show();
  }

  private learned(error?: EngineError): void {
    if (error) this.bench.fail(error);
    this.show();
    const { learning } = this;
    if (!learning || learning.run.state === 'running' || !learning.run.status.unit) return;
    const held = learning.metric('held_out') ?? learning.metric('log_likelihood');
    if (held !== undefined)
      this.bench.say(`After ${learning.run.status.unit} iterations: ${held.toFixed(2)} nats per patch.`);
  }

  private stop(): void {
    this.learning?.run.stop();
    this.show();
    this.bench.say('Stopped. The curve shows how far it came.', true);
  }

  /** The patches are shown and the first components, before anything is learned. */
  private reset(): void {
    this.learning?.run.stop();
    this.learning = undefined;
    this.made.clear('components');
    this.plot.show([], 1);
    this.ready();
    this.show();
  }

  private get phase(): Phase {
    const { learning } = this;
    if (!learning) return 'loading';
    const { state, status } = learning.run;
    if (state === 'creating') return 'loading';
    if (state === 'stopped' || state === 'failed') return 'idle';
    return state === 'paused' ? (status.unit ? 'paused' : 'idle') : state;
  }

  private get usable(): boolean {
    const { learning } = this;
    return !!learning && (learning.ended ? !!learning.latest : learning.run.status.unit > 0);
  }

  private async file(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const { learning } = this;
    if (!learning || !this.usable) {
      this.bench.flash('Learn something first.');
      return undefined;
    }
    try {
      return new Uint8Array(learning.ended ? learning.latest! : await learning.run.model());
    } catch (error) {
      this.bench.fail(error);
      return undefined;
    }
  }

  // ---- Showing

  private showState(): void {
    for (const name of ['leaves', ...leafNames]) this.bench.visible(name, this.leaves);
    const picture = this.state.leaves === 'image';
    for (const name of ['radius_min', 'radius_max', 'exponent'])
      this.bench.visible(name, this.leaves && picture);
    this.bench.visible('edges', this.leaves && this.state.leaves === 'mini');
    this.photos.source.element.hidden = this.leaves;
  }

  private show(): void {
    const { phase, learning } = this;
    this.verbs.show(phase);
    this.models.usable(this.usable);
    const none = { unit: 0, units: 0, ms: 0, name: '' };
    if (!learning) this.verbs.progress(none, 'Loading');
    else if (!learning.run.status.unit && phase === 'idle')
      this.verbs.progress({ ...none, fraction: 0 }, 'Press Run to learn');
    else
      this.verbs.progress({
        ...learning.run.status,
        fraction: learning.run.status.progress,
        name: 'iteration',
      });
    if (learning?.patches) {
      const side = learning.patches.shape.at(-1)!;
      const patches = patchesOf(learning.patches);
      const count = learning.metric('patches') ?? 0;
      const from = this.leaves ? 'of dead leaves' : `of ${this.photos.picture?.name ?? 'the photo'}`;
      this.given.show(
        patchSheet(patches, side, { columns: columnsOf(patches.length) }).image,
        `${patches.length} of ${count.toLocaleString('en')} patches ${from}`,
      );
    }
    if (learning?.shown) {
      const { shown } = learning;
      this.made.show(
        componentSheet(shown.weights, shown.vectors, shown.side),
        `${shown.weights.length === 1 ? 'The component' : `${shown.weights.length} components by weight`}: ` +
          `${LEADING} leading eigenvectors, ${shown.unit ? `after ${shown.unit}` : 'before the first'} ` +
          `iteration${shown.unit > 1 ? 's' : ''}`,
      );
    }
    this.showFigures();
  }

  private showFigures(): void {
    const { learning } = this;
    const figure = (value: number | undefined) =>
      value === undefined ? '–' : `${value.toFixed(2)} nats`.replace('-', '−');
    const rows = [
      ['iteration', 'Iteration', String(learning?.run.status.unit ?? 0)],
      ['log-likelihood', 'Patches learned from', figure(learning?.metric('log_likelihood'))],
      ['held-out', 'Patches kept out', figure(learning?.metric('held_out'))],
      [
        'patches',
        'Patches',
        learning?.metric('patches') === undefined
          ? '–'
          : `${learning.metric('patches')!.toLocaleString('en')} + ${learning.metric('held_out_patches')!.toLocaleString('en')} kept out`,
      ],
    ] as const;
    this.readout.replaceChildren(
      ...rows.map(([id, name, text]) =>
        h('div', { 'data-metric': id }, h('dt', {}, name), h('dd', {}, text)),
      ),
    );
    const series = [
      { name: 'Learned', unit: 'nats', digits: 1, colour: '--accent', values: learning?.learned ?? [] },
      { name: 'Kept out', unit: 'nats', digits: 1, colour: '--second', values: learning?.heldOut ?? [] },
    ];
    this.plot.show(series, Math.max(learning?.run.status.units ?? 0, learning?.learned.length ?? 0, 10));
  }

  // ---- The page's side

  take(file: File): void {
    if (/\.safetensors$/i.test(file.name)) void this.models.load(file);
    else {
      if (this.leaves) this.bench.follow({ source: 'image' });
      this.showState();
      this.photos.open(file);
    }
  }

  unmount(): void {
    this.photos.stop();
    this.learning?.run.stop();
    this.bench.unmount();
  }
}

export const mount = (context: DemoContext): MountedDemo => new Mixture(context);
