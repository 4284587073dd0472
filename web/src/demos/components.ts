// "Components of a mixture": all of them as a wall, one of them in full, a second one beside it, and what the heaviest share.
import { h } from '../lib/dom';
import { patchSheet, patchesOf, scaleText, type Patch } from '../lib/patches';
import { equalVariance, overlapByChance } from '../lib/spectra';
import { PixelView, joined } from '../ui/pixels';
import { Plot, type Series } from '../ui/plot';
import { whenThemeChanges } from '../ui/theme';
import { Wall, type WallCell } from '../ui/wall';
import { Workbench, button } from '../ui/workbench';
import '../ui/styles/digits.css';
import '../ui/styles/patches.css';
import { FindingView } from './components_finding';
import {
  fields,
  findingBeside,
  findingOf,
  likeness,
  nearest,
  sorted,
  type Finding,
} from './components_state';
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
  private readonly finding = new FindingView((component) => this.bench.change({ component }));
  private readonly readout = h('dl', { class: 'readout' });
  private readonly pinButton = button('Pin', () => this.pin(this.chosen?.index ?? -1));
  private readonly sides: Record<'chosen' | 'pinned', Side>;
  private mixture: Mixture | undefined;
  /** The one that is beside it, and each of the mixture's components beside its nearest there. */
  private other: Mixture | undefined;
  private beside: Finding | undefined;
  private readonly drawn = new Map<string, Patch[]>();
  private shownWall = '';
  /** Of the mixture's loading, and of the drawing from it. */
  private turn = 0;
  private drawing = 0;

  constructor(context: DemoContext) {
    super();
    this.sides = { chosen: side('Chosen'), pinned: side('Pinned') };
    const study = kStudy && kStudySection(kStudy);
    this.bench = new Workbench(context, {
      ...{ id: 'components', fields, words, looks: ['model', 'beside', 'cells'] },
      stage: h(
        'div',
        { class: 'stage' },
        this.wall.element,
        h('div', { class: 'stage-tools' }, this.pinButton),
        h('div', { class: 'panels panels-sides' }, this.sides.chosen.element, this.sides.pinned.element),
      ),
      below: [this.readout],
      sections: [
        { title: 'Wall', controls: ['model', 'beside', 'sort', 'cells'] },
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
      this.finding.element,
      ...(study ? [study.element] : []),
    );
    this.spectra.canvas.classList.add('tall');
    const { signal } = this.bench;
    const redraw = () => [this.spectra, this.finding, study?.plot].forEach((it) => it?.redraw());
    whenThemeChanges(redraw, signal);
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

  /** What the chosen one is compared with: the pinned one, or its nearest of the other mixture. */
  private get pinned(): Component | undefined {
    if (this.other) return this.chosen && nearest(this.chosen, this.other.components).reference;
    return this.mixture?.components[Number(this.state.pin)];
  }

  private get heaviest(): Component | undefined {
    return this.mixture && sorted(this.mixture.components, { sort: 'weight' })[0];
  }

  private changed(names: ReadonlySet<string>): void {
    if (names.has('model') || names.has('beside')) return void this.load();
    this.show();
    if (names.has('component') || names.has('pin') || names.has('cells') || names.has('sort'))
      void this.draw();
    this.speak();
  }

  /** The same one again lets it go. */
  private pin(pin: number): void {
    if (pin >= 0 && !this.other) this.bench.change({ pin: pin === this.pinned?.index ? -1 : pin });
  }

  // ---- Computing

  private async load(): Promise<void> {
    const turn = ++this.turn;
    const { engine, signal } = this.bench;
    try {
      await learnedMixtures.offer(engine);
      const mixture = await mixtureOf(engine, String(this.state.model), signal);
      const other = await this.besideOf(mixture);
      if (turn !== this.turn) return;
      Object.assign(this, { mixture, other });
      this.beside = other && findingBeside(mixture.components, other.components);
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

  private async besideOf({ side }: Mixture): Promise<Mixture | undefined> {
    const model = String(this.state.beside);
    this.bench.notices.clear('beside');
    if (!model) return undefined;
    const other = await mixtureOf(this.bench.engine, model, this.bench.signal);
    if (other.side === side) return other;
    const text = `Mixtures are compared on patches of one size; this one has ${side} × ${side} pixels, the other ${other.side} × ${other.side}.`;
    this.bench.notices.tell({ topic: 'beside', kind: 'error', text });
    return undefined;
  }

  /** Patches drawn from what is shown: the chosen and the pinned one first, then the wall where it shows draws. */
  private async draw(): Promise<void> {
    const turn = ++this.drawing;
    const { engine, signal } = this.bench;
    const { mixture, state } = this;
    if (!mixture) return;
    const shown = [this.chosen, this.pinned, ...(state.cells === 'draws' ? this.order : [])];
    const due = [...new Set(shown)].filter((it) => it && !this.drawn.has(keyOf(it))) as Component[];
    try {
      for (const [k, it] of due.entries()) {
        const params = { model: it.model, component: it.index, count: DRAWN, seed: 1 };
        const { outputs } = await engine.call('gmm', params, {}, ['patches'], { signal, lane: 'draws' });
        if (turn !== this.drawing) return;
        this.drawn.set(keyOf(it), patchesOf(outputs.patches));
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
    const draws = state.cells === 'draws' && this.order.every((it) => drawn.has(keyOf(it)));
    const key = [model, state.sort, draws].join();
    if (key !== this.shownWall) {
      this.wall.show(
        this.order.map((it): WallCell => {
          const patches = draws ? drawn.get(keyOf(it))!.slice(0, LEADING) : it.vectors;
          const { image } = patchSheet(patches, side, { columns: COLUMNS });
          return { id: it.index, image, caption: caption(it, String(state.sort)), label: told(it) };
        }),
      );
      this.shownWall = key;
    }
    this.wall.mark(this.chosen?.index ?? -1, this.other ? -1 : (this.pinned?.index ?? -1));
    this.pinButton.hidden = Boolean(this.other);
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
      const name =
        it.model === this.mixture!.model ? `component ${it.index}` : `component ${it.index} of the other`;
      const leading = patchSheet(it.vectors, side, { columns: COLUMNS, each: true });
      const word = which === 'pinned' && this.other ? 'nearest' : which;
      vectors.show(leading.image, `${word}: ${name}, leading eigenvectors`);
      const patches = this.drawn.get(keyOf(it));
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
      const which = this.other ? `component ${pinned.index} of the other` : 'the pinned one';
      rows.push(
        [
          'overlap',
          `Space shared with ${which}`,
          `${percent(overlap)} (by chance ${percent(overlapByChance(LEADING, dims))})`,
        ],
        ['factor', `Its variances are those of ${which}`, `× ${factor.toPrecision(2)}`],
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
      const k = it.model === this.mixture!.model ? 'k' : 'k′'; // of the other mixture
      return { name: `${k} = ${it.index}`, unit: '', digits: 6, colour, dashed, values, at };
    };
    const { chosen, pinned } = this;
    const all = chosen ? [series(chosen, '--accent', false)] : [];
    if (pinned && pinned !== chosen) all.push(series(pinned, '--second', true));
    this.spectra.show(all, chosen?.eigenvalues.length ?? 1);
  }

  /** All beside their nearest of the other mixture; or beside the pinned one, or else the heaviest. */
  private showFinding(): void {
    const reference = this.pinned ?? this.heaviest;
    if (!this.mixture || !reference) return;
    if (this.other && this.beside) {
      const whose = `its nearest of "${this.titleOf(this.other.model)}"`;
      return this.finding.show(this.beside, `Each beside ${whose}`, '');
    }
    const whose = this.pinned
      ? `component ${reference.index}, which is pinned`
      : `the heaviest, component ${reference.index}`;
    this.finding.show(findingOf(this.mixture.components, reference), `Beside ${whose}`, ' others');
  }

  private titleOf(model: string): string {
    return this.bench.engine.models('gmm').find(({ name }) => name === model)?.title ?? model;
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

const keyOf = ({ model, index }: Component): string => `${index} ${model}`;

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
