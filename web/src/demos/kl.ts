// "KL and maximum likelihood": two densities to drag, both divergences between them, what each of them prefers, and the
// likelihood of samples.
import { h, say } from '../lib/dom';
import {
  meanLogLikelihoods,
  measures,
  samples,
  searching,
  sizes,
  type Component,
  type Direction,
  type Fit,
} from '../lib/kl';
import { signed } from '../ui/axes';
import { colourAt } from '../ui/canvas';
import { DensityView } from '../ui/density_view';
import { Plot } from '../ui/plot';
import { whenThemeChanges } from '../ui/theme';
import { Workbench, button } from '../ui/workbench';
import '../ui/styles/digits.css';
import '../ui/styles/kl.css';
import type { DemoContext, MountedDemo } from './index';
import { MOST, fields, integrand, isMixture, mixtureOf, packedMixture, resized, type Name } from './kl_state';
import { code, command, words } from './kl_text';
import { WorkbenchDemo } from './workbench_demo';

const names: readonly Name[] = ['p', 'q'];
/** Of samples, while a density is dragged. */
const LIVE_SAMPLES = 2000;
const signs = { forward: 'KL(p‖q)', reverse: 'KL(q‖p)' };

class Kl extends WorkbenchDemo {
  protected readonly bench: Workbench;
  private readonly view = new DensityView((shape, mixture, live) =>
    this.bench.change({ [names[shape]!]: packedMixture(mixture) }, live),
  );
  private readonly plot = new Plot('sample', { shared: true, logX: true });
  private readonly readout = h('dl', { class: 'readout' });
  private readonly told = h('p', { class: 'hint fit-text', role: 'status' });
  private readonly more: Record<Name, { add: HTMLButtonElement; remove: HTMLButtonElement }>;
  /** The minima that were found last, which of them is shown, and for what. */
  private found: { direction: Direction; of: string; fits: Fit[]; at: number } | undefined;
  private drawn: { key: string; x: Float64Array } | undefined;
  private turn = 0;

  constructor(context: DemoContext) {
    super();
    const resizing = (name: Name) => ({
      add: button(`Add to ${name}`, () => this.resize(name, 1)),
      remove: button(`Take from ${name}`, () => this.resize(name, -1)),
    });
    this.more = { p: resizing('p'), q: resizing('q') };
    const fitting = (direction: Direction) =>
      button(`Fit q by ${signs[direction]}`, () => void this.fit(direction), 'button button-strong');
    this.bench = new Workbench(context, {
      ...{ id: 'kl', fields, words, looks: ['show'] },
      stage: h(
        'div',
        { class: 'stage' },
        this.view.canvas,
        h('div', { class: 'actions' }, fitting('forward'), fitting('reverse')),
        this.told,
      ),
      below: [this.readout],
      sections: [
        {
          title: 'Components',
          controls: names.map((name) =>
            h('div', { class: 'actions' }, this.more[name].add, this.more[name].remove),
          ),
        },
        { title: 'Picture', controls: ['show'] },
        { title: 'Samples of p', controls: ['samples', 'seed'] },
      ],
      more: [],
      csv: () => this.plot.csv(),
      picture: () => this.picture(),
      command,
      code,
      changed: (_, live) => this.changed(live),
      retry: () => this.show(),
    });
    this.readout.after(
      h(
        'section',
        { class: 'curve' },
        h('h2', {}, 'Mean of log q over samples of p, nats'),
        this.plot.canvas,
        this.bench.csvButton,
      ),
    );
    this.plot.canvas.classList.add('tall');
    const { signal } = this.bench;
    const redraw = () => [this.view, this.plot].forEach((it) => it.redraw());
    whenThemeChanges(redraw, signal);
    if (context.file) this.take();
    this.show();
  }

  private get state() {
    return this.bench.state;
  }

  private resize(name: Name, by: 1 | -1): void {
    this.bench.change({ [name]: packedMixture(resized(mixtureOf(this.state, name), by)) });
  }

  /** The best minimum; asked for again, the next one. */
  private async fit(direction: Direction): Promise<void> {
    const turn = ++this.turn;
    const p = mixtureOf(this.state, 'p');
    const count = mixtureOf(this.state, 'q').length;
    const of = `${packedMixture(p)} ${count}`;
    if (this.found?.direction === direction && this.found.of === of)
      this.found.at = (this.found.at + 1) % this.found.fits.length;
    else {
      say(this.told, 'Searching …');
      const search = searching(p, count, direction);
      let step = search.next();
      while (!step.done) {
        await new Promise((resolve) => setTimeout(resolve)); // the page stays awake
        if (turn !== this.turn) return;
        step = search.next();
      }
      this.found = { direction, of, fits: step.value, at: 0 };
    }
    this.bench.change({ q: packedMixture(this.found.fits[this.found.at]!.q) });
    this.show(); // what was found may be where q is
  }

  /** What a person does ends a search. */
  private changed(live: boolean): void {
    this.turn++;
    this.show(live);
  }

  /** `live`: while something is dragged; figures are then rough, and of many samples the first count. */
  private show(live = false): void {
    const [p, q] = [mixtureOf(this.state, 'p'), mixtureOf(this.state, 'q')];
    const it = measures(p, q, live);
    const { state } = this;
    const filled =
      state.show === 'none'
        ? undefined
        : state.show === 'forward'
          ? { colour: '--accent', value: integrand(p, q) }
          : { colour: '--second', value: integrand(q, p) };
    const text = `p ${inWords(p)}; q ${inWords(q)}. KL(p‖q) is ${nats(it.forward)}, KL(q‖p) ${nats(it.reverse)}.`;
    this.view.show(
      [
        { name: 'p', colour: '--accent', mixture: p },
        { name: 'q', colour: '--second', mixture: q },
      ],
      filled,
      text,
    );
    this.bench.say(text);
    const damaged = names.filter((name) => !isMixture(state, name));
    if (damaged.length)
      this.bench.notices.tell({
        topic: 'link',
        text: `What this link says of ${damaged.join(' and ')} is no density of the demo; the one it begins with is shown.`,
      });
    else this.bench.notices.clear('link');
    for (const name of names) {
      const { length } = name === 'p' ? p : q;
      this.more[name].add.setAttribute('aria-disabled', String(length >= MOST[name]));
      this.more[name].remove.setAttribute('aria-disabled', String(length < 2));
    }
    this.showFit(q);
    this.showSamples(p, q, it, live);
  }

  private showFit(q: readonly Component[]): void {
    const { found } = this;
    const fit = found?.fits[found.at];
    if (!found || !fit || packedMixture(fit.q) !== this.state.q) {
      this.found = undefined;
      return say(this.told, 'Fit q, or drag the dots: the large one moves, the small one widens.');
    }
    const { length } = found.fits;
    const which =
      length > 1
        ? `minimum ${found.at + 1} of ${length} that were found; press again for the next`
        : found.direction === 'forward' && q.length === 1
          ? 'the mean and the variance of p, its only minimum'
          : 'the only minimum that was found';
    say(this.told, `${signs[found.direction]} = ${nats(fit.value)}: ${which}.`);
  }

  private showSamples(
    p: readonly Component[],
    q: readonly Component[],
    it: ReturnType<typeof measures>,
    live: boolean,
  ): void {
    const all = Number(this.state.samples);
    const most = live ? Math.min(all, LIVE_SAMPLES) : all;
    const key = `${packedMixture(p)} ${this.state.seed}`;
    if (this.drawn?.key !== key || this.drawn.x.length < most)
      this.drawn = { key, x: samples(p, most, Number(this.state.seed)) };
    const at = sizes(most);
    const means = meanLogLikelihoods(q, this.drawn.x, at);
    const level = -it.crossEntropy;
    const band = (sign: number) => at.map((n) => level + (sign * it.spread) / Math.sqrt(n));
    const common = { unit: 'nats', digits: 2, at };
    this.plot.show(
      [
        { ...common, name: 'Mean log q', colour: '--accent', values: means },
        { ...common, name: '−H(p, q)', colour: '--second', values: at.map(() => level) },
        { ...common, name: '+1 s.e.', colour: '--muted', values: band(1), dashed: true },
        { ...common, name: '−1 s.e.', colour: '--muted', values: band(-1), dashed: true },
      ],
      most,
    );
    const rows = [
      ['forward', 'KL(p‖q)', nats(it.forward)],
      ['reverse', 'KL(q‖p)', nats(it.reverse)],
      ['entropy', 'Entropy H(p)', nats(it.entropy)],
      ['cross', 'Cross-entropy H(p, q)', nats(it.crossEntropy)],
      ['mean', `Mean log q, ${most.toLocaleString('en')} samples`, nats(means.at(-1)!)],
    ] as const;
    this.readout.replaceChildren(
      ...rows.map(([id, name, value]) =>
        h('div', { 'data-metric': id }, h('dt', {}, name), h('dd', {}, value)),
      ),
    );
  }

  private picture() {
    const { canvas } = this.view;
    if (!canvas.width || !canvas.height) return undefined;
    const copy = Object.assign(document.createElement('canvas'), {
      width: canvas.width,
      height: canvas.height,
    });
    const context = copy.getContext('2d')!;
    context.fillStyle = colourAt(canvas, '--ground');
    context.fillRect(0, 0, copy.width, copy.height);
    context.drawImage(canvas, 0, 0);
    return { image: context.getImageData(0, 0, copy.width, copy.height), name: 'kl' };
  }

  // ---- The page's side

  take(): void {
    this.bench.notices.tell({ topic: 'file', text: 'This demo takes no file: drag its densities.' });
  }

  unmount(): void {
    this.turn++;
    this.bench.unmount();
  }
}

const nats = (value: number): string => `${signed(value, value < 100 ? 3 : 0)} nats`;

const inWords = (mixture: readonly Component[]): string =>
  mixture
    .map(
      ({ weight, mean, deviation }) =>
        `${mixture.length > 1 ? `${Math.round(100 * weight)} % ` : ''}around ${signed(mean, 1)}, width ${deviation.toFixed(2)}`,
    )
    .join(' and ');

export const mount = (context: DemoContext): MountedDemo => new Kl(context);
