// "Patches from a mixture": sheets drawn from all of a mixture or from one component, and a walk along the leading
// eigenvectors of the component of one patch.
import { h } from '../lib/dom';
import { duration } from '../lib/format';
import { columnsOf, patchAt, patchSheet, patchesOf, scaleOf, scaleText, type Patch } from '../lib/patches';
import { defaults } from '../lib/state';
import { viewTabs } from '../ui/bench';
import { ComponentChoice } from '../ui/component_choice';
import { PixelView, joined } from '../ui/pixels';
import { Plot } from '../ui/plot';
import { whenThemeChanges } from '../ui/theme';
import { Verbs, type Phase } from '../ui/verbs';
import { Workbench, button } from '../ui/workbench';
import '../ui/styles/digits.css';
import '../ui/styles/patches.css';
import { nats } from './digit_models';
import { spec } from './digits_state';
import { EigenvectorSliders } from './gmm_sliders';
import { contrasts, counts, fields, packedZ, paramsOf, unpackedZ } from './gmm_state';
import { code, command, words } from './gmm_text';
import type { DemoContext, MountedDemo } from './index';
import { learnedMixtures } from './learned_mixtures';
import { coordinatesOf, mixtureOf, percent, type Component, type Mixture } from './patch_mixtures';
import { WorkbenchDemo } from './workbench_demo';

/** Between two sheets of a run, ms. */
const PAUSE_MS = 600;

type Sheet = {
  patches: Patch[];
  scale: number;
  side: number;
  component: ArrayLike<number>;
  logDensity: ArrayLike<number>;
};

const start = defaults(fields);
const last = spec('gmm', 'first').max ?? 0;

class Patches extends WorkbenchDemo {
  protected readonly bench: Workbench;
  private readonly verbs: Verbs;
  private readonly sheetView = new PixelView('sheet', {
    ...{ width: 71, picks: 'patch' },
    pick: (x, y) => this.pick(x, y),
    move: (columns, rows) => this.choose(this.at + columns + rows * columnsOf(this.count), true),
  });
  private readonly patchView = new PixelView('patch', { width: 8 });
  private readonly readout = h('dl', { class: 'readout' });
  private readonly plot = new Plot('eigenvalue', { logY: true });
  private readonly whose = h('p', { class: 'hint' });
  private readonly component: ComponentChoice;
  private readonly sliders = new EigenvectorSliders((values, live) =>
    this.bench.change({ z: packedZ(values) }, live),
  );
  private readonly countTabs = viewTabs(
    counts.map((id) => ({ id, label: id })),
    (count) => this.bench.change({ count, at: Math.min(Number(count), this.at + 1) }),
    'Sheet',
  );
  private readonly contrastTabs = viewTabs(
    contrasts.map(({ value, label }) => ({ id: value, label })),
    (contrast) => this.bench.change({ contrast }),
    'Grey levels',
  );
  private mixture: Mixture | undefined;
  private sheet: Sheet | undefined;
  /** Where the sliders are, and what lies there. */
  private slid: { patch: Patch; logDensity: number } | undefined;
  private painted: { sheet: Sheet; at: number; each: boolean } | undefined;
  private phase: Phase = 'loading';
  private timer = 0;
  private turn = 0;

  constructor(context: DemoContext) {
    super();
    this.verbs = new Verbs({
      run: () => this.run(),
      pause: () => this.rest(),
      step: () => this.turnTo(Number(this.state.first) + this.count),
      stop: () => this.rest(),
      reset: () => this.turnTo(0),
    });
    const { label } = spec('gmm', 'component');
    const help = 'One of them, or at the left end: each patch from one drawn by its weight.';
    this.component = new ComponentChoice(label, help, 'by weight', (component, live) =>
      this.bench.change({ component, z: '' }, live),
    );
    const spectrum = h(
      'details',
      { class: 'curve', open: true },
      h('summary', {}, 'Eigenvalues of the component: variance along each eigenvector'),
      this.plot.canvas,
    );
    const chosen = h('div', { class: 'patch-side' }, this.patchView.element, this.readout);
    this.bench = new Workbench(context, {
      ...{ id: 'gmm', fields, words, verbs: this.verbs, looks: ['contrast', 'model', 'count'] },
      stage: h(
        'div',
        { class: 'stage' },
        h('div', { class: 'panels panels-sheet-patch' }, this.sheetView.element, chosen),
        h('div', { class: 'stage-tools' }, this.countTabs.element, this.contrastTabs.element),
        h(
          'section',
          { class: 'side-by-side' },
          h(
            'div',
            { class: 'stage-tools' },
            h('h2', {}, 'Along the leading eigenvectors'),
            h(
              'div',
              { class: 'actions' },
              button('From the patch', () => this.bench.change({ z: '' })),
              button('All to 0', () => this.bench.change({ z: packedZ(this.zeros()) })),
            ),
          ),
          this.whose,
          this.sliders.element,
        ),
      ),
      below: [spectrum],
      sections: [
        { title: 'Mixture', controls: ['model', this.component.element] },
        { title: 'Drawing', controls: ['temperature', 'seed'] },
      ],
      more: ['first'],
      csv: () => this.plot.csv(),
      picture: () => this.picture(),
      command: (state) => command(state, start),
      code: (state) => code(state, start),
      changed: (names) => this.changed(names),
      retry: () => void this.draw(),
    });
    spectrum.append(this.bench.csvButton);
    this.plot.canvas.classList.add('tall');
    const { signal } = this.bench;
    whenThemeChanges(() => this.plot.redraw(), signal);
    if (context.file) this.take();
    this.show();
    void this.draw();
  }

  private get state() {
    return this.bench.state;
  }

  private get count(): number {
    return Number(this.state.count);
  }

  /** Of the chosen patch on the sheet, from 0. */
  private get at(): number {
    return Math.min(this.count, Number(this.state.at)) - 1;
  }

  /** Of which the chosen patch was drawn. */
  private get whence(): Component | undefined {
    return this.mixture?.components[this.sheet?.component[this.at] ?? -1];
  }

  private zeros(): number[] {
    return (this.whence?.vectors ?? []).map(() => 0);
  }

  private get coordinates(): number[] {
    const component = this.whence;
    const patch = this.sheet?.patches[this.at];
    if (!component || !patch) return [];
    return unpackedZ(String(this.state.z), component.vectors.length) ?? coordinatesOf(patch, component);
  }

  private changed(names: ReadonlySet<string>): void {
    const anew = ['model', 'component', 'temperature', 'seed', 'first', 'count'];
    if (anew.some((name) => names.has(name))) return void this.draw();
    if (names.has('at') || names.has('z')) void this.slide();
    this.show();
  }

  // ---- Computing

  private async draw(): Promise<void> {
    const turn = ++this.turn;
    const { engine, signal } = this.bench;
    const model = String(this.state.model);
    try {
      await learnedMixtures.offer(engine);
      if (this.mixture?.model !== model) {
        const mixture = await mixtureOf(engine, model, signal);
        if (turn !== this.turn) return;
        this.mixture = mixture;
      }
      const begin = performance.now();
      const wanted = ['patches', 'component', 'log_density'] as const;
      const { outputs } = await engine.call('gmm', paramsOf(this.state), {}, [...wanted], { signal });
      if (turn !== this.turn) return;
      const { patches, component, log_density } = outputs;
      const drawn = patchesOf(patches);
      this.sheet = {
        ...{ patches: drawn, scale: scaleOf(drawn), side: this.mixture.side },
        ...{ component: component.data, logDensity: log_density.data },
      };
      this.bench.fact(`${this.count} patches in ${duration(performance.now() - begin)}`);
      this.bench.notices.clear('run');
      if (this.phase === 'loading' || this.phase === 'idle') this.phase = 'paused';
      this.show();
      await this.slide();
      if (turn === this.turn && this.phase !== 'running') this.speak();
    } catch (error) {
      if (turn !== this.turn) return;
      this.rest();
      if (!this.sheet) this.phase = 'idle';
      this.show();
      this.bench.fail(error);
    }
  }

  /** What lies where the sliders are. */
  private async slide(): Promise<void> {
    const { engine, signal } = this.bench;
    const component = this.whence;
    if (!component) return;
    const { model } = this.mixture!;
    const data = Float32Array.from(this.coordinates);
    try {
      const { outputs, metrics } = await engine.call(
        'gmm_slide',
        { model, component: component.index },
        { coordinates: { dtype: 'f32', shape: [data.length], data } },
        ['patch'],
        { signal, lane: 'slide' },
      );
      if (component !== this.whence) return;
      this.slid = { patch: outputs.patch.data, logDensity: metrics.log_density ?? NaN };
      this.show();
    } catch (error) {
      this.bench.fail(error, 'slide');
    }
  }

  // ---- Sheet after sheet

  private turnTo(first: number): void {
    this.rest();
    this.next(first);
  }

  private next(first: number): void {
    this.bench.follow({ first: first > last ? 0 : first, z: '' });
    void this.draw();
  }

  private run(): void {
    if (!this.sheet) return void this.draw();
    clearTimeout(this.timer);
    this.phase = 'running';
    const go = async () => {
      this.bench.follow({ first: (Number(this.state.first) + this.count) % (last + 1), z: '' });
      await this.draw();
      if (this.phase === 'running') this.timer = window.setTimeout(() => void go(), PAUSE_MS);
    };
    this.show();
    void go();
  }

  private rest(): void {
    clearTimeout(this.timer);
    if (this.phase !== 'loading') this.phase = 'paused';
    this.show();
  }

  private pick(x: number, y: number): void {
    const i = patchAt(x, y, this.count, this.sheet?.side ?? 8);
    if (i !== undefined) this.choose(i);
  }

  private choose(i: number, live = false): void {
    if (i >= 0 && i < this.count) this.bench.change({ at: i + 1, z: '' }, live);
  }

  // ---- Showing

  private show(): void {
    const { state, sheet, mixture } = this;
    this.verbs.show(this.phase);
    this.countTabs.show(String(state.count));
    this.contrastTabs.show(String(state.contrast));
    this.component.set(Number(state.component), mixture?.components.length ?? 0);
    const none = { unit: 0, units: 0, ms: 0, name: '' };
    if (!sheet || !mixture)
      return this.verbs.progress(none, this.phase === 'loading' ? 'Loading' : 'Not loaded');
    const first = Number(state.first);
    const range = `${(first + 1).toLocaleString('en')} to ${(first + sheet.patches.length).toLocaleString('en')}`;
    this.verbs.progress({ ...none, fraction: 1 }, `patches ${range} of seed ${state.seed}`);
    this.showSheet(sheet);
    this.showPatch(sheet, mixture);
  }

  /** Painted anew only when it has changed: sliders are quick on large sheets, too. */
  private showSheet(sheet: Sheet): void {
    const { patches, side, scale } = sheet;
    const { at, count } = this;
    const each = onOwnScale(this.state.contrast);
    const { painted } = this;
    if (painted?.sheet === sheet && painted.at === at && painted.each === each) return;
    this.painted = { sheet, at, each };
    const { image } = patchSheet(patches, side, { each, scale });
    if (count <= 256) frame(image, at, columnsOf(patches.length), side);
    const levels = each ? 'each patch on its own scale' : scaleText(scale);
    const name = this.drawnFrom();
    this.sheetView.show(
      image,
      `${patches.length} patches ${name}: ${levels}`,
      `${patches.length} patches drawn ${name}; number ${at + 1} is chosen. Arrow keys choose another.`,
    );
  }

  private drawnFrom(): string {
    const component = Number(this.state.component);
    return component < 0 ? 'by weight' : `from component ${component}`;
  }

  private showPatch(
    { patches, scale: common, side, component, logDensity }: Sheet,
    { components }: Mixture,
  ): void {
    const it = this.whence;
    if (!it) return;
    const moved = unpackedZ(String(this.state.z), it.vectors.length) !== undefined;
    const own = patches[this.at]!;
    const shown = this.slid?.patch ?? own;
    const scale = onOwnScale(this.state.contrast) ? undefined : common;
    const { image, scale: used } = patchSheet([moved ? shown : own], side, scale ? { scale } : {});
    const what = moved ? 'where the sliders are' : `patch ${this.at + 1}`;
    this.patchView.show(image, `${what}: ${scaleText(used)}`, `${what}, of component ${it.index}`);
    this.whose.textContent = `Of component ${it.index}, which patch ${this.at + 1} was drawn from. In standard deviations; the remaining ${it.eigenvalues.length - it.vectors.length} coordinates are 0 once a slider moves.`;
    this.sliders.show(it, side, this.coordinates);
    const density = moved ? this.slid?.logDensity : logDensity[this.at];
    const mean = Array.from(logDensity).reduce((a, b) => a + b, 0) / logDensity.length;
    const rows: [string, string, string][] = [
      ['component', 'Component', `${component[this.at]} of ${components.length}`],
      ['weight', 'Its weight', percent(it.weight)],
      ['density', `log p, ${what}`, density === undefined ? '…' : nats(density)],
      ['mean', `log p, mean of ${logDensity.length}`, nats(mean)],
    ];
    this.readout.replaceChildren(
      ...rows.map(([id, name, text]) =>
        h('div', { 'data-metric': id }, h('dt', {}, name), h('dd', {}, text)),
      ),
    );
    const values = Array.from(it.eigenvalues);
    this.plot.show(
      [
        {
          ...{ name: `k = ${it.index}`, unit: '', digits: 6, colour: '--accent', values },
          at: values.map((_, i) => i + 1),
        },
      ],
      values.length,
    );
  }

  private speak(): void {
    const it = this.whence;
    if (it)
      this.bench.say(
        `${this.count} patches ${this.drawnFrom()}; number ${this.at + 1} is of component ${it.index}, log p ${nats(this.sheet!.logDensity[this.at]!)}.`,
      );
  }

  // ---- The page's side

  private picture() {
    const { sheet, state } = this;
    if (!sheet) return undefined;
    const { image } = patchSheet(sheet.patches, sheet.side, { each: onOwnScale(state.contrast) });
    const name = `${state.model}-${Number(state.component) < 0 ? 'patches' : `component-${state.component}`}-seed-${state.seed}`;
    return { image: joined([image], Math.max(2, Math.floor(960 / image.width))), name };
  }

  take(): void {
    const text = 'This demo takes no file. "Denoise a photo" uses this prior on a picture of yours.';
    this.bench.notices.tell({ topic: 'file', text });
  }

  unmount(): void {
    this.turn++;
    clearTimeout(this.timer);
    this.bench.unmount();
  }
}

/** Whether each patch has a scale of its own. */
const onOwnScale = (contrast: unknown): boolean => contrast === 'patch';

/** Colours the gap around one patch of a sheet. */
function frame(image: ImageData, k: number, columns: number, side: number): void {
  const step = side + 1;
  const [x0, y0] = [(k % columns) * step - 1, Math.floor(k / columns) * step - 1];
  for (let i = 0; i <= step; i++)
    for (const [x, y] of [
      [x0 + i, y0],
      [x0 + i, y0 + step],
      [x0, y0 + i],
      [x0 + step, y0 + i],
    ] as const)
      if (x >= 0 && y >= 0 && x < image.width && y < image.height)
        image.data.set([255, 214, 10, 255], 4 * (y * image.width + x));
}

export const mount = (context: DemoContext): MountedDemo => new Patches(context);
