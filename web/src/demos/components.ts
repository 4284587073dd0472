// "Components of a mixture": all of them as a wall, one of them in full, a second one beside it, and what the heaviest share.
import { h } from '../lib/dom';
import { patchSheet, patchesOf, scaleText, type Patch } from '../lib/patches';
import { equalVariance, overlapByChance } from '../lib/spectra';
import { PixelView, joined } from '../ui/pixels';
import { Plot, type Series } from '../ui/plot';
import { Scatter, type PointSet } from '../ui/scatter';
import { Wall, type WallCell } from '../ui/wall';
import { Workbench, button } from '../ui/workbench';
import '../ui/styles/digits.css';
import '../ui/styles/patches.css';
import { fields, findingOf, likeness, meanOf, sorted, type Likeness } from './components_state';
import { code, command, words } from './components_text';
import type { DemoContext, MountedDemo } from './index';
import { kStudy, kStudySection } from './k_study';
import { learnedMixtures } from './learned_mixtures';
import { LEADING, mixtureOf, percent, type Component, type Mixture } from './patch_mixtures';
import { WorkbenchDemo } from './workbench_demo';

const COLUMNS = 3;
/** Patches drawn of the chosen component, and of the pinned one. */
const DRAWN = 12;
/** On a sheet of draws: as high as that of the eigenvectors. */
const WIDE = 6;

type Side = { vectors: PixelView; draws: PixelView; element: HTMLElement };

class Components extends WorkbenchDemo {
  protected readonly bench: Workbench;
  private readonly wall = new Wall('Components', {
    choose: (component, live) => this.bench.change({ component }, live),
    pin: (pin) => this.pin(pin),
  });
  private readonly spectra = new Plot('eigenvalue', { logY: true });
  /** A click on a point chooses its component; with keys the wall does. */
  private readonly scatter = new Scatter(({ name }) => this.bench.change({ component: Number(name) }));
  private readonly readout = h('dl', { class: 'readout' });
  private readonly verdict = h('p', { class: 'verdict' });
  private readonly legend = h('p', { class: 'legend' });
  private readonly pinButton = button('Pin', () => this.pin(this.chosen?.index ?? -1));
  private readonly sides: Record<'chosen' | 'pinned', Side>;
  private mixture: Mixture | undefined;
  private readonly drawn = new Map<number, Patch[]>();
  private shownWall = '';
  /** Of the mixture's loading, and of the drawing from it. */
  private turn = 0;
  private drawing = 0;

  constructor(context: DemoContext) {
    super();
    this.sides = { chosen: side('Chosen'), pinned: side('Pinned') };
    const study = kStudy && kStudySection(kStudy);
    this.bench = new Workbench(context, {
      ...{ id: 'components', fields, words, looks: ['model', 'cells'] },
      stage: h(
        'div',
        { class: 'stage' },
        this.wall.element,
        h('div', { class: 'stage-tools' }, this.pinButton),
        h('div', { class: 'panels panels-sides' }, this.sides.chosen.element, this.sides.pinned.element),
      ),
      below: [this.readout],
      sections: [
        { title: 'Wall', controls: ['model', 'sort', 'cells'] },
        { title: 'Plot', controls: ['spectra'] },
      ],
      more: [],
      csv: () => this.csv(),
      picture: () => this.picture(),
      command,
      code,
      changed: (names) => this.changed(names),
      retry: () => void this.load(),
    });
    this.readout.after(
      h(
        'details',
        { class: 'curve', open: true },
        h('summary', {}, 'Spectrum: variance along each eigenvector, on a logarithmic axis'),
        this.spectra.canvas,
        this.bench.csvButton,
      ),
      h(
        'section',
        { class: 'side-by-side' },
        h('h2', {}, 'The same up to contrast?'),
        this.verdict,
        this.scatter.canvas,
        this.legend,
      ),
      ...(study ? [study.element] : []),
    );
    this.spectra.canvas.classList.add('tall');
    const { signal } = this.bench;
    const redraw = () => [this.spectra, this.scatter, study?.plot].forEach((it) => it?.redraw());
    window.addEventListener('themechange', redraw, { signal });
    if (context.file) this.take();
    this.show();
    void this.load();
  }

  private get state() {
    return this.bench.state;
  }

  private get order(): Component[] {
    return this.mixture ? sorted(this.mixture.components, this.state) : [];
  }

  /** The one asked for; the first on the wall when there is none of that number. */
  private get chosen(): Component | undefined {
    return this.mixture?.components[Number(this.state.component)] ?? this.order[0];
  }

  private get pinned(): Component | undefined {
    return this.mixture?.components[Number(this.state.pin)];
  }

  private get heaviest(): Component | undefined {
    return this.mixture && sorted(this.mixture.components, { sort: 'weight' })[0];
  }

  private changed(names: ReadonlySet<string>): void {
    if (names.has('model')) return void this.load();
    this.show();
    if (names.has('component') || names.has('pin') || names.has('cells') || names.has('sort'))
      void this.draw();
    this.speak();
  }

  /** The same one again lets it go. */
  private pin(pin: number): void {
    if (pin >= 0) this.bench.change({ pin: pin === this.pinned?.index ? -1 : pin });
  }

  // ---- Computing

  private async load(): Promise<void> {
    const turn = ++this.turn;
    const { engine, signal } = this.bench;
    try {
      await learnedMixtures.offer(engine);
      const mixture = await mixtureOf(engine, String(this.state.model), signal);
      if (turn !== this.turn) return;
      this.mixture = mixture;
      this.drawn.clear();
      this.shownWall = '';
      this.bench.notices.clear('run');
      this.bench.fact(`${mixture.components.length} components`);
      this.show();
      this.speak();
      await this.draw();
    } catch (error) {
      if (turn === this.turn) this.bench.fail(error);
    }
  }

  /** Patches drawn from what is shown: the chosen and the pinned one first, then the wall where it shows draws. */
  private async draw(): Promise<void> {
    const turn = ++this.drawing;
    const { engine, signal } = this.bench;
    const { mixture, state } = this;
    if (!mixture) return;
    const shown = [this.chosen, this.pinned, ...(state.cells === 'draws' ? this.order : [])];
    const due = [...new Set(shown)].filter((it) => it && !this.drawn.has(it.index)) as Component[];
    try {
      for (const [k, { index: component }] of due.entries()) {
        const params = { model: mixture.model, component, count: DRAWN, seed: 1 };
        const { outputs } = await engine.call('gmm', params, {}, ['patches'], { signal, lane: 'draws' });
        if (turn !== this.drawing) return;
        this.drawn.set(component, patchesOf(outputs.patches));
        if (k < 2) this.showSides();
      }
      this.show();
    } catch (error) {
      if (turn === this.drawing) this.bench.fail(error);
    }
  }

  // ---- Showing

  private show(): void {
    if (!this.mixture) return;
    this.showWall();
    this.showSides();
    this.showFigures();
    this.showSpectra();
    this.showFinding();
  }

  private showWall(): void {
    const { state, drawn } = this;
    const { side, model } = this.mixture!;
    const draws = state.cells === 'draws' && this.order.every(({ index }) => drawn.has(index));
    const key = [model, state.sort, draws].join();
    if (key !== this.shownWall) {
      this.wall.show(
        this.order.map((it): WallCell => {
          const patches = draws ? drawn.get(it.index)!.slice(0, LEADING) : it.vectors;
          const { image } = patchSheet(patches, side, { columns: COLUMNS });
          return { id: it.index, image, caption: caption(it, String(state.sort)), label: told(it) };
        }),
      );
      this.shownWall = key;
    }
    this.wall.mark(this.chosen?.index ?? -1, this.pinned?.index ?? -1);
    this.pinButton.textContent =
      this.pinned && this.pinned === this.chosen ? 'Let it go' : `Pin component ${this.chosen?.index}`;
  }

  private showSides(): void {
    const { side } = this.mixture!;
    for (const which of ['chosen', 'pinned'] as const) {
      const it = which === 'chosen' ? this.chosen : this.pinned;
      const { vectors, draws, element } = this.sides[which];
      element.hidden = !it;
      if (!it) continue;
      const name = `component ${it.index}`;
      const leading = patchSheet(it.vectors, side, { columns: COLUMNS, each: true });
      vectors.show(leading.image, `${which}: ${name}, leading eigenvectors`);
      const patches = this.drawn.get(it.index);
      if (!patches) {
        draws.clear(`drawing from ${name}`);
        continue;
      }
      const { image, scale } = patchSheet(patches, side, { columns: WIDE });
      draws.show(image, `drawn from it: ${scaleText(scale)}`, `${DRAWN} patches drawn from ${name}`);
    }
  }

  private showFigures(): void {
    const { chosen, pinned } = this;
    if (!chosen) return;
    const rank = sorted(this.mixture!.components, { sort: 'weight' }).indexOf(chosen) + 1;
    const rows: [string, string, string][] = [
      ['component', 'Component', String(chosen.index)],
      ['weight', 'Weight', `${percent(chosen.weight)}, number ${rank}`],
      ['contrast', 'Contrast', chosen.contrast.toFixed(4)],
      ['edgeness', 'Edge-ness', chosen.edgeness.toFixed(2)],
    ];
    if (pinned && pinned !== chosen) {
      const { overlap, factor, beyond } = likeness(chosen, pinned);
      const dims = chosen.eigenvalues.length;
      rows.push(
        [
          'overlap',
          'Space shared with the pinned one',
          `${percent(overlap)} (by chance ${percent(overlapByChance(LEADING, dims))})`,
        ],
        ['factor', 'Its variances are those of the pinned one', `× ${factor.toPrecision(2)}`],
        ['beyond', 'Beyond that factor they differ by', `× or ÷ ${beyond.toFixed(2)}`],
      );
    }
    this.readout.replaceChildren(
      ...rows.map(([id, name, text]) =>
        h('div', { 'data-metric': id }, h('dt', {}, name), h('dd', {}, text)),
      ),
    );
  }

  private showSpectra(): void {
    const equal = this.state.spectra === 'equal';
    const series = (it: Component, colour: string, dashed: boolean): Series => {
      const values = equal ? equalVariance(it.eigenvalues) : Array.from(it.eigenvalues);
      const at = values.map((_, i) => i + 1);
      return { name: `k = ${it.index}`, unit: '', digits: 6, colour, dashed, values, at };
    };
    const { chosen, pinned } = this;
    const all = chosen ? [series(chosen, '--accent', false)] : [];
    if (pinned && pinned !== chosen) all.push(series(pinned, '--second', true));
    this.spectra.show(all, chosen?.eigenvalues.length ?? 1);
  }

  /** All others beside the pinned one, or else the heaviest. */
  private showFinding(): void {
    const reference = this.pinned ?? this.heaviest;
    if (!reference) return;
    const finding = findingOf(this.mixture!.components, reference);
    const { heavy, others, light } = finding;
    const points = (of: readonly Likeness[]) =>
      of.map((it) => ({ name: String(it.component.index), x: 100 * it.overlap, y: it.beyond }));
    const all: (PointSet | false)[] = [
      others.length > 0 && { name: 'between', colour: '--edge', points: points(others), radius: 3 },
      light.length > 0 && {
        name: `${light.length} lightest`,
        colour: '--second',
        points: points(light),
        radius: 3,
      },
      heavy.length > 0 && {
        name: `${heavy.length} heaviest`,
        colour: '--accent',
        points: points(heavy),
        radius: 4,
      },
    ];
    const sets = all.filter((it): it is PointSet => Boolean(it));
    const mean = (of: readonly Likeness[]) =>
      `share ${percent(meanOf(of, 'overlap'))} of its leading space, and their spectra differ from its by × or ÷ ${meanOf(of, 'beyond').toFixed(1)} beyond a factor`;
    const whose = this.pinned
      ? `component ${reference.index}, which is pinned`
      : `the heaviest, component ${reference.index}`;
    const text =
      heavy.length && light.length
        ? `Beside ${whose}: the ${heavy.length} heaviest others ${mean(heavy)}; the ${light.length} lightest ${mean(light)}.`
        : `Beside ${whose}: too few components to speak of heavy and light ones.`;
    this.verdict.textContent = text;
    this.scatter.show({ x: 'space shared, %', y: 'spectra apart beyond a factor, ×' }, sets, text);
    this.legend.replaceChildren(
      ...sets.map(({ name, colour }) => {
        const swatch = h('i', { class: 'swatch solid' });
        swatch.style.setProperty('--swatch', `var(${colour})`);
        return h('span', {}, swatch, name);
      }),
    );
  }

  private speak(): void {
    const { chosen } = this;
    if (chosen) this.bench.say(`${told(chosen)}.`);
  }

  // ---- Taking away

  /** Every component's spectrum, one row each. */
  private csv(): string {
    const dims = this.mixture?.components[0]?.eigenvalues.length ?? 0;
    const head = ['component', 'weight', 'contrast', 'edgeness'];
    const names = Array.from({ length: dims }, (_, i) => `eigenvalue ${i + 1}`);
    const rows = this.order.map((it) =>
      [it.index, it.weight, it.contrast, it.edgeness, ...Array.from(it.eigenvalues)].join(','),
    );
    return `${[[...head, ...names].join(','), ...rows].join('\n')}\n`;
  }

  private picture() {
    const views = [this.sides.chosen, ...(this.pinned ? [this.sides.pinned] : [])];
    const images = views.flatMap(({ vectors, draws }) => [vectors.image ?? [], draws.image ?? []]).flat();
    const name = [this.chosen?.index, this.pinned?.index].filter((k) => k !== undefined).join('-');
    return images.length
      ? { image: joined(images, 12), name: `${this.state.model}-component-${name}` }
      : undefined;
  }

  // ---- The page's side

  take(): void {
    const text =
      'This demo takes no file. Mixtures that were learned in this browser are in the list of mixtures.';
    this.bench.notices.tell({ topic: 'file', text });
  }

  unmount(): void {
    this.turn++;
    this.drawing++;
    this.bench.unmount();
  }
}

function side(name: string): Side {
  const vectors = new PixelView(`${name}: eigenvectors`, { width: 26, height: 17 });
  const draws = new PixelView(`${name}: draws`, { width: 53, height: 17 });
  return { vectors, draws, element: h('div', { class: 'pair' }, vectors.element, draws.element) };
}

const caption = (it: Component, sort: string): string =>
  sort === 'contrast'
    ? it.contrast.toFixed(3)
    : sort === 'edgeness'
      ? it.edgeness.toFixed(2)
      : sort === 'index'
        ? String(it.index)
        : percent(it.weight);

const told = (it: Component): string =>
  `Component ${it.index}: weight ${percent(it.weight)}, contrast ${it.contrast.toFixed(3)}, edge-ness ${it.edgeness.toFixed(2)}`;

export const mount = (context: DemoContext): MountedDemo => new Components(context);
