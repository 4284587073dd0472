// "Latent space": the plane of two latents of a variational autoencoder as a live sheet of digits, a point to drag on it, test
// digits as coloured points, sliders of further latents, paths between two points, a random walk.
import { digitsTensor, picture, plane, type Digit } from '../lib/digits';
import type { Cloud } from '../lib/cloud';
import { h } from '../lib/dom';
import { duration } from '../lib/format';
import { gridPoints, mosaic, packedPoint, pointOf, pointsTensor, type Point } from '../lib/latents';
import { drawn, examples } from '../lib/strokes';
import { viewTabs } from '../ui/bench';
import { ClassKeys } from '../ui/class_cloud';
import { DigitStrip, type Named } from '../ui/digit_strip';
import { LatentPlane } from '../ui/latent_plane';
import { PixelView } from '../ui/pixels';
import { whenThemeChanges } from '../ui/theme';
import { Verbs, type Phase } from '../ui/verbs';
import { Workbench, button } from '../ui/workbench';
import '../ui/styles/digits.css';
import '../ui/styles/patches.css';
import { offerDigits } from './digit_offer';
import type { DemoContext, MountedDemo } from './index';
import { figuresOf, latentsCsv, latentsNote, placeOf } from './latent_figures';
import { PathSection } from './latent_path';
import { LatentSliders, subscript } from './latent_sliders';
import { endState, fields, foreignPoints, shows, viewOf, viewState, wayOf } from './latent_state';
import { code, command, words } from './latent_text';
import { RandomWalk } from './latent_walk';
import { cloudOf, latentsOf, planeOf, type Latents } from './vae_models';
import { WorkbenchDemo } from './workbench_demo';

/** Between two steps of the random walk. */
const STEP_MS = 40;

type Loaded = { latents: Latents; draws: Point[]; cloud: Cloud | undefined };

const named: Named[] = (['three', 'seven', 'five', 'two'] as const).map((name) => ({
  name,
  digit: drawn(examples[name]),
}));

class LatentSpace extends WorkbenchDemo {
  protected readonly bench: Workbench;
  private readonly verbs: Verbs;
  private readonly plane = new LatentPlane('Plane of two latents', {
    move: (x, y, live) => this.drag(x, y, live),
    look: (view, live) => this.bench.change(viewState(view), live),
  });
  private readonly digit = new PixelView('digit');
  private readonly readout = h('dl', { class: 'readout' });
  private readonly keys = new ClassKeys((lit) =>
    this.bench.change({ lit: lit === Number(this.state.lit) ? -1 : lit }),
  );
  private readonly sliders = new LatentSliders((z, live) => this.bench.change({ z: packedPoint(z) }, live));
  private readonly slidersNote = h('p', { class: 'hint' });
  private readonly way = new PathSection(
    () => this.bench,
    [
      button('A is here', () => this.bench.change({ a: endState(this.point) })),
      button('B is here', () => this.bench.change({ b: endState(this.point) })),
      button('Two random points', () =>
        this.bench.change({ a: '', b: '', seed: Number(this.state.seed) + 1 }),
      ),
    ],
  );
  private readonly strip = new DigitStrip(named, {
    pick: (digit) => void this.encode(digit),
    file: (file) => this.take(file),
  });
  private readonly tabs = viewTabs(
    shows.map(({ value, label }) => ({ id: value, label })),
    (show) => this.bench.change({ show }),
    'Show',
  );
  private it: Loaded | undefined;
  private sheet: ImageData | undefined;
  private values: ArrayLike<number> = [];
  private phase: Phase = 'loading';
  private timer = 0;
  private turn = 0;
  private walk: RandomWalk | undefined;
  private ms = { digit: 0, sheet: 0 };

  constructor(context: DemoContext) {
    super();
    this.verbs = new Verbs({
      run: () => this.run(),
      pause: () => this.rest(),
      step: () => this.walkOn(),
      stop: () => this.rest(),
      reset: () => this.reset(),
    });
    this.bench = new Workbench(context, {
      ...{ id: 'latent', fields, words, verbs: this.verbs, looks: ['cells', 'way', 'frames'] },
      stage: h(
        'div',
        { class: 'stage' },
        h(
          'div',
          { class: 'panels panels-sheet-patch' },
          this.plane.element,
          h('div', { class: 'patch-side' }, this.digit.element, this.readout),
        ),
        h('div', { class: 'stage-tools' }, this.tabs.element, this.keys.element),
      ),
      below: [
        this.way.element,
        h(
          'section',
          { class: 'side-by-side' },
          h('h2', {}, 'Latents'),
          this.slidersNote,
          this.sliders.element,
        ),
      ],
      source: this.strip.element,
      sections: [
        { title: 'Model', controls: ['model'] },
        { title: 'From A to B', controls: ['way', 'frames', 'seed'] },
      ],
      more: ['cells'],
      actions: [this.way.gif],
      csv: () => this.csv(),
      picture: () => {
        const image = this.plane.picture();
        return image && { image, name: `${this.model}-latent-space` };
      },
      command,
      code,
      changed: (names, live) => this.changed(names, live),
      retry: () => void this.load(),
    });
    this.way.element.querySelector('.curve')!.append(this.bench.csvButton);
    const { signal } = this.bench;
    whenThemeChanges(() => this.way.plot.redraw(), signal);
    this.show();
    void this.load(context.file);
  }

  private get state() {
    return this.bench.state;
  }

  private get model(): string {
    return String(this.state.model);
  }

  /** Only where there are test digits there is a choice. */
  private get shown(): string {
    return this.it?.cloud ? String(this.state.show) : 'sheet';
  }

  private get point(): Point {
    return pointOf(String(this.state.z), this.it?.latents.count ?? 2);
  }

  private end(name: 'a' | 'b'): Point {
    const { latents, draws } = this.it!;
    const text = String(this.state[name]);
    return text ? pointOf(text, latents.count) : draws[name === 'a' ? 0 : 1]!;
  }

  private changed(names: ReadonlySet<string>, live: boolean): void {
    const has = (...some: string[]) => some.some((name) => names.has(name));
    if (has('model', 'seed')) {
      this.rest();
      return void this.load();
    }
    if (has('z', 'a', 'b') && this.it) this.forget(this.it.latents.count, true);
    if (has('z')) {
      if (this.phase === 'running') this.rest(); // a person has taken over
      if (!live) this.walk = undefined;
    }
    // A dragged point is shown with its digit: what is painted before would only delay that.
    if (has('z')) void this.decode(live);
    else this.show();
    // Where there are more than two latents the plane is a section through the point.
    if (has('x', 'y', 'half', 'cells', 'show') || (has('z') && this.it && this.it.latents.count > 2))
      void this.decodeSheet();
    if (has('a', 'b', 'way', 'frames')) void this.decodePath();
  }

  // ---- Computing

  private async load(file?: File): Promise<void> {
    const turn = ++this.turn;
    const { engine, signal } = this.bench;
    const { model } = this;
    try {
      const [{ latents, draws }, cloud] = await Promise.all([
        latentsOf(engine, model, Number(this.state.seed), signal),
        cloudOf(model),
      ]);
      if (turn !== this.turn) return;
      const other = this.it && this.it.latents.count !== latents.count;
      this.forget(latents.count, !other);
      this.it = { latents, draws, cloud };
      this.walk = undefined;
      this.bench.notices.clear('run');
      if (this.phase === 'loading' || this.phase === 'idle') this.phase = 'paused';
      this.show();
      await Promise.all([this.decode(false), this.decodeSheet(), this.decodePath()]);
      if (file && turn === this.turn) this.take(file);
    } catch (error) {
      if (turn !== this.turn) return;
      clearInterval(this.timer);
      this.phase = this.it ? 'paused' : 'idle';
      this.show();
      this.bench.fail(error);
    }
  }

  private forget(count: number, tell: boolean): void {
    const wrong = foreignPoints(this.state, count);
    if (!wrong.length) return;
    this.bench.follow(Object.fromEntries(wrong.map((name) => [name, ''])));
    if (!tell) return;
    const text = 'A point in this link belongs to a model of another size, or is damaged: it is left out.';
    this.bench.notices.tell({ topic: 'point', text });
  }

  /** The digit at the point. */
  private async decode(live: boolean): Promise<void> {
    const { it, point } = this;
    if (!it) return;
    const { model } = it.latents;
    const { engine, signal } = this.bench;
    const begin = performance.now();
    try {
      const z = pointsTensor([point]);
      const { outputs } = await engine.call('vae_decode', { model }, { z }, ['probabilities'], {
        ...{ signal, lane: 'point' },
      });
      if (it !== this.it) return;
      this.values = plane(outputs.probabilities);
      this.digit.show(picture(this.values), 'the digit at the point', `The digit at ${this.where()}`);
      this.ms.digit = performance.now() - begin;
      this.show();
      if (!live) this.tell();
    } catch (error) {
      this.bench.fail(error);
    }
  }

  private async decodeSheet(): Promise<void> {
    const { it } = this;
    if (!it) return;
    const { model } = it.latents;
    if (this.shown === 'cloud') return this.plane.showSheet(undefined);
    const { engine, signal } = this.bench;
    const cells = Number(this.state.cells);
    const begin = performance.now();
    try {
      const data = gridPoints(this.point, planeOf(it.latents), viewOf(this.state), cells);
      const z = { dtype: 'f32' as const, shape: [cells * cells, it.latents.count], data };
      const { outputs } = await engine.call('vae_decode', { model }, { z }, ['probabilities'], {
        ...{ signal, lane: 'sheet', transfer: true },
      });
      if (it !== this.it || this.shown === 'cloud') return;
      this.sheet = mosaic(outputs.probabilities.data as Float32Array, cells, this.sheet);
      this.plane.showSheet(this.sheet);
      this.ms.sheet = performance.now() - begin;
      this.tell();
    } catch (error) {
      this.bench.fail(error);
    }
  }

  private async decodePath(): Promise<void> {
    const { it } = this;
    if (!it) return;
    try {
      await this.way.show(
        it.latents.model,
        this.end('a'),
        this.end('b'),
        Number(this.state.frames),
        wayOf(this.state),
      );
      this.show();
    } catch (error) {
      this.bench.fail(error, 'path');
    }
  }

  /** A digit's posterior mean becomes the point. */
  private async encode(digit: Digit): Promise<void> {
    const { it } = this;
    if (!it) return;
    const { engine, signal } = this.bench;
    this.rest();
    try {
      const { outputs } = await engine.call(
        'vae_encode',
        { model: it.latents.model },
        { digits: digitsTensor([digit]) },
        ['mean'],
        { signal },
      );
      if (it === this.it) this.bench.change({ z: packedPoint(outputs.mean.data) });
    } catch (error) {
      this.bench.fail(error, 'encode');
    }
  }

  // ---- The point, and its walk

  private drag(x: number, y: number, live: boolean): void {
    if (!this.it) return;
    const z = this.point;
    const [across, up] = planeOf(this.it.latents);
    [z[across], z[up]] = [x, y];
    this.bench.change({ z: packedPoint(z) }, live);
  }

  private walkOn(): void {
    if (!this.it) return;
    this.walk ??= new RandomWalk(this.point, this.it.draws);
    this.bench.follow({ z: packedPoint(this.walk.next()) });
    void this.decode(this.phase === 'running');
    if (this.it.latents.count > 2) void this.decodeSheet();
  }

  private run(): void {
    if (!this.it) return void this.load();
    clearInterval(this.timer);
    this.phase = 'running';
    this.timer = window.setInterval(() => this.walkOn(), STEP_MS);
    this.show();
  }

  private rest(): void {
    clearInterval(this.timer);
    if (this.phase !== 'loading') this.phase = this.it ? 'paused' : 'idle';
    this.show();
  }

  private reset(): void {
    this.walk = undefined;
    this.rest();
    this.bench.change({ z: '' });
  }

  // ---- Showing

  private show(): void {
    const { state, it } = this;
    this.verbs.show(this.phase);
    const note = !it ? (this.phase === 'loading' ? 'Loading' : 'Not loaded') : 'random walk';
    this.verbs.progress({ unit: 0, units: 0, ms: 0, name: '', fraction: this.walk?.share ?? 0 }, note);
    this.tabs.show(String(state.show));
    this.tabs.element.hidden = !it?.cloud;
    this.keys.element.hidden = this.shown === 'sheet';
    this.keys.show(Number(state.lit));
    if (!it) return;
    const { latents, cloud } = it;
    const { point } = this;
    const [across, up] = planeOf(latents);
    const onPlane = (z: Point): [number, number] => [z[across]!, z[up]!];
    const view = viewOf(state);
    this.plane.show(
      view,
      {
        point: onPlane(point),
        cloud: this.shown === 'sheet' ? undefined : cloud,
        lit: Number(state.lit),
        path: this.way.points.filter((z) => z.length === latents.count).map(onPlane),
        names: [`z${subscript(across)}`, `z${subscript(up)}`],
      },
      `drag the point; ${(2 * view.half).toPrecision(2)} standard deviations a side`,
      `Plane of latents ${across + 1} and ${up + 1}; the point is at ${this.where()}. Arrow keys move it.`,
    );
    this.sliders.show(latents, point);
    this.slidersNote.textContent = latentsNote(latents);
    this.readout.replaceChildren(
      ...figuresOf(latents, cloud, point).map(([id, name, text]) =>
        h('div', { 'data-metric': id }, h('dt', {}, name), h('dd', {}, text)),
      ),
    );
  }

  private where(): string {
    return this.it ? placeOf(this.it.latents, this.point) : '';
  }

  private tell(): void {
    const { digit, sheet } = this.ms;
    const cells = Number(this.state.cells) ** 2;
    this.bench.fact(
      [digit && `a digit in ${duration(digit)}`, sheet && `${cells} in ${duration(sheet)}`]
        .filter(Boolean)
        .join(', '),
    );
    if (this.phase !== 'running')
      this.bench.say(
        `The point is at ${this.where()}${this.it?.cloud ? `; of the 25 nearest test digits ${this.readout.querySelector('[data-metric=around] dd')?.textContent}` : ''}.`,
      );
  }

  // ---- The page's side

  private csv(): string {
    const { it, point, values } = this;
    if (!it) return '';
    return `${this.way.plot.csv()}\n${latentsCsv(it.latents, point, this.end('a'), this.end('b'), values)}`;
  }

  take(file: File): void {
    void offerDigits(this.bench, this.strip, file).then((digit) => digit && this.encode(digit));
  }

  unmount(): void {
    this.turn++;
    clearInterval(this.timer);
    this.bench.unmount();
  }
}

export const mount = (context: DemoContext): MountedDemo => new LatentSpace(context);
