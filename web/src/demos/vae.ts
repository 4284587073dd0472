// "Learn a latent space": a variational autoencoder is trained in this tab; its manifold and where it puts digits that it has
// not seen are shown while they form, and the weight of the KL term can be changed on the way.
import type { EngineError } from '../engine';
import { columnsFor, greys, sheet } from '../lib/digits';
import { h } from '../lib/dom';
import { defaults } from '../lib/state';
import { PixelView, joined } from '../ui/pixels';
import { Plot, type Series } from '../ui/plot';
import { Scatter } from '../ui/scatter';
import { whenThemeChanges } from '../ui/theme';
import { Workbench } from '../ui/workbench';
import '../ui/styles/digits.css';
import '../ui/styles/vae.css';
import type { DemoContext, MountedDemo } from './index';
import type { Lesson } from './learn_state';
import { LessonDemo, figure, figureRows } from './lesson_demo';
import type { Learned } from './model_shelf';
import { subscript } from './latent_sliders';
import { FAMILY, checkVae, learnedVaes } from './vae_models';
import { VaeRun, type Curve } from './vae_run';
import { fields, others, paramsOf, widest } from './vae_state';
import { code, command, words } from './vae_text';

const start = defaults(fields);

class VaeDemo extends LessonDemo<VaeRun> {
  protected readonly bench: Workbench;
  protected readonly learned: Learned = {
    family: FAMILY,
    models: learnedVaes,
    check: (file) => checkVae(this.bench.engine, file),
    address: (name) => `#latent?v=1&model=${encodeURIComponent(name)}`,
    stem: () => `my-vae${this.state.latents}`,
  };
  private readonly bounds = new Plot('epoch', true);
  private readonly divergences = new Plot('epoch', true);
  private readonly readout = h('dl', { class: 'readout' });
  private readonly manifold = new PixelView('the latent plane', { width: 448 });
  private readonly means = new Scatter();
  private readonly meansText = h('figcaption', {});

  constructor(context: DemoContext) {
    super();
    this.bench = new Workbench(context, {
      ...{ id: 'vae', fields, words, verbs: this.verbs, looks: ['beta'] },
      stage: h(
        'div',
        { class: 'stage' },
        h(
          'div',
          { class: 'panels panels-2' },
          this.manifold.element,
          h('figure', { class: 'panel means' }, this.means.canvas, this.meansText),
        ),
        this.shelf.actions,
      ),
      below: [this.readout],
      sections: [
        { title: 'Model', controls: ['beta', 'latents'] },
        {
          title: 'Digits',
          controls: ['source', 'teacher', this.fileBox, this.drawBox, this.given.element],
        },
        { title: 'Learned here', controls: [this.shelf.list] },
      ],
      more: ['count', 'held', ...others],
      csv: () => this.csv(),
      picture: () => {
        const { image } = this.manifold;
        return image ? { image: joined([image], 2), name: `latents-${this.state.latents}` } : undefined;
      },
      command,
      code: (state) => code(state, start),
      changed: (names, live) => this.moved(names, live),
      retry: () => void this.go('play'),
    });
    this.readout.after(
      h(
        'details',
        { class: 'curve', open: true },
        h('summary', {}, 'The bound: ELBO = reconstruction − KL, nats per digit'),
        this.bounds.canvas,
        this.divergences.canvas,
        this.bench.csvButton,
      ),
    );
    const plots = [this.bounds, this.divergences];
    plots[0]!.canvas.classList.add('tall');
    const redraw = () => [...plots, this.means].forEach((it) => it.redraw());
    whenThemeChanges(redraw, this.bench.signal);
    this.start(context.file);
  }

  /** Beta is told to the run under way; everything else begins a new one. */
  private moved(names: ReadonlySet<string>, live: boolean): void {
    if (names.size === 1 && names.has('beta')) {
      if (this.learning && !this.learning.ended) void this.learning.weigh(Number(this.state.beta));
      return;
    }
    this.changed(names, live);
  }

  protected begin(lesson: Lesson, changed: (learning: VaeRun, error?: EngineError) => void): VaeRun {
    const next: VaeRun = new VaeRun(this.bench.engine, paramsOf(this.state), lesson, (error) =>
      changed(next, error),
    );
    return next;
  }

  protected clear(): void {
    this.manifold.clear(this.sheetName);
    this.showMeans();
  }

  protected result(learning: VaeRun): string | undefined {
    const elbo = learning.metric('valid_elbo') ?? learning.metric('elbo');
    return elbo === undefined ? undefined : `Learned: the ELBO is ${elbo.toFixed(1)} nats per digit.`;
  }

  protected showControls(): void {
    this.bench.visible('beta', this.state.samples === 1);
  }

  private get sheetName(): string {
    const latents = Number(this.state.latents);
    return latents > 2
      ? 'samples from the prior'
      : latents === 2
        ? 'the plane, −3 to 3 each way'
        : 'the line, −3 to 3';
  }

  protected showRun(): void {
    const { learning } = this;
    const { image } = this.given;
    if (!learning?.sheet && image) this.manifold.show(image, this.given.caption.textContent!);
    if (learning?.sheet) {
      const columns = learning.sheet.length === 64 ? columnsFor(64) : 15;
      this.manifold.show(
        sheet(learning.sheet, greys, columns),
        `${this.sheetName}, after ${learning.shownAt.toFixed(1)} epochs`,
      );
    }
    this.showMeans();
    const nats = (name: Parameters<VaeRun['metric']>[0]) => figure(learning?.metric(name), 1, ' nats');
    const { epochs } = this.state;
    this.readout.replaceChildren(
      ...figureRows([
        ['epoch', 'Epoch', figure(learning?.metric('epoch'), 1) + (epochs ? ` of ${epochs}` : '')],
        ...(learning?.ended && learning.latest
          ? [['kept', 'shown, kept and saved', `epoch ${learning.shownAt.toFixed(1)}`] as const]
          : []),
        ['elbo', 'ELBO on batches', nats('elbo')],
        ['reconstruction', 'its reconstruction', nats('reconstruction')],
        ['kl', 'its KL', nats('kl')],
        ['valid_elbo', 'ELBO, kept out', nats('valid_elbo')],
        ['valid_reconstruction', 'its reconstruction', nats('valid_reconstruction')],
        ['valid_kl', 'its KL', nats('valid_kl')],
        ['iw', 'IW bound with 5, kept out', nats('iw')],
        ['beta', 'β in use', figure(learning?.metric('beta') ?? Number(this.state.beta), 2)],
      ]),
    );
    const at = learning?.epochs ?? [];
    const curve = (name: string, key: Curve, colour: string, dashed = false): Series => ({
      ...{ name, unit: 'nats', digits: 1, colour, dashed, at },
      values: learning?.values[key] ?? [],
    });
    this.bounds.show(
      [
        curve('log p(x|z)', 'reconstruction', '--muted', true),
        curve('ELBO', 'elbo', '--accent'),
        curve('Kept out', 'valid_elbo', '--second'),
        curve('IW kept out', 'iw', '--second', true),
      ],
      1,
    );
    this.divergences.show([curve('KL', 'kl', '--accent'), curve('Kept out', 'valid_kl', '--second')], 1);
  }

  private showMeans(): void {
    const it = this.learning?.means;
    const count = it ? it.values.length / it.latents : 0;
    if (!it || !count) {
      this.meansText.textContent = 'posterior means of digits kept out';
      this.means.show({ x: `z${subscript(0)}`, y: `z${subscript(1)}` }, [], 'Posterior means: nothing yet');
      return;
    }
    const [a, b] = widest(it.values, it.latents);
    const points = Array.from({ length: count }, (_, i) => ({
      ...{ name: '', x: it.values[i * it.latents + a]! },
      y: it.latents > 1 ? it.values[i * it.latents + b]! : 0,
    }));
    const text = `posterior means of ${count} digits kept out${it.latents > 2 ? ', the two widest latents' : ''}`;
    this.meansText.textContent = text;
    this.means.show(
      { x: `z${subscript(a)}`, y: it.latents > 1 ? `z${subscript(b)}` : '' },
      [{ name: 'means', colour: '--accent', points, radius: 2 }],
      text,
    );
  }

  private csv(): string {
    const { learning } = this;
    const names = Object.keys(learning?.values ?? {}) as Curve[];
    const rows = (learning?.epochs ?? []).map((epoch, i) =>
      [epoch, ...names.map((name) => learning!.values[name][i] ?? '')].join(','),
    );
    return `${[['epoch', ...names.map((name) => `${name} (nats)`)].join(','), ...rows].join('\n')}\n`;
  }
}

export const mount = (context: DemoContext): MountedDemo => new VaeDemo(context);
