// "Encode your digit": where a variational autoencoder puts a drawn digit and what comes back, the two parts of the ELBO, and
// how good that bound is.
import { h } from '../lib/dom';
import { greys, packed, picture, planes, sheet, unpacked, type Digit } from '../lib/digits';
import { duration } from '../lib/format';
import { clampedView, pointsTensor, type Point } from '../lib/latents';
import type { Cloud } from '../lib/cloud';
import { drawn as strokes, examples } from '../lib/strokes';
import { viewTabs } from '../ui/bench';
import { ClassKeys } from '../ui/class_cloud';
import { DigitStrip, type Named } from '../ui/digit_strip';
import { Drawing, brushes } from '../ui/drawing';
import { LatentPlane } from '../ui/latent_plane';
import { PixelView, joined } from '../ui/pixels';
import { whenThemeChanges } from '../ui/theme';
import { Verbs, type Phase } from '../ui/verbs';
import { Workbench, button } from '../ui/workbench';
import '../ui/styles/digits.css';
import { BoundSection } from './encode_bound';
import { PartsSection } from './encode_parts';
import { BoundRuns } from './encode_runs';
import { verdict } from './encode_verdict';
import { SHOWN, fields, scales } from './encode_state';
import { code, command, words } from './encode_text';
import type { DemoContext, MountedDemo } from './index';
import { offerDigits } from './digit_offer';
import { contentOf, encodeDigit, placeText, samplesOf, type Encoded } from './encode_digit';
import { viewOf, viewState } from './latent_state';
import { cloudOf, latentsOf, planeOf, type Latents } from './vae_models';
import { WorkbenchDemo } from './workbench_demo';
import { brushSizes } from './yourdigit_state';

/** The runs wait until the pen has rested, ms. */
const REST_MS = 400;

const shown = ['three', 'seven', 'five', 'two', 'letter', 'scribble'] as const;
const named: Named[] = shown.map((name) => ({ name, digit: strokes(examples[name]) }));
const digitFrom = (text: string): Digit | undefined =>
  named.find(({ name }) => name === text)?.digit ?? unpacked(text);

type Loaded = { latents: Latents; draws: Point[]; cloud: Cloud | undefined };
class EncodeYourDigit extends WorkbenchDemo {
  protected readonly bench: Workbench;
  private readonly verbs: Verbs;
  private readonly drawing: Drawing;
  private readonly plane = new LatentPlane('Plane of two latents', {
    look: (view, live) => this.bench.change(viewState(view), live),
  });
  private readonly back = new PixelView('reconstruction');
  private readonly sheet = new PixelView('posterior samples', { width: 118 });
  private readonly parts = new PartsSection();
  private readonly bound: BoundSection;
  private readonly keys = new ClassKeys((digit) => {
    this.bench.change({ lit: digit === Number(this.state.lit) ? -1 : digit });
  });
  private readonly strip = new DigitStrip(named, {
    pick: (digit, name) => this.bench.change({ digit: name in examples ? name : packed(digit) }),
    file: (file) => this.take(file),
  });
  private readonly penTabs = viewTabs(
    brushSizes.map(({ value, label }) => ({ id: value, label })),
    (brush) => this.bench.change({ brush }),
    'Pen',
  );
  private readonly scaleTabs = viewTabs(
    scales.map(({ value, label }) => ({ id: value, label })),
    (scale) => this.bench.change({ scale }),
    'Axis',
  );
  private readonly eraser = button('Eraser', () => {
    this.drawing.erasing = !this.drawing.erasing;
    this.eraser.setAttribute('aria-pressed', String(this.drawing.erasing));
  });
  private it: Loaded | undefined;
  private encoded: Encoded | undefined;
  private samples: Point[] = [];
  private runs: BoundRuns | undefined;
  private automatic: boolean;
  private turn = 0;
  private timer = 0;
  private loading = true;

  constructor(context: DemoContext) {
    super();
    this.automatic = context.autorun !== false;
    this.verbs = new Verbs({
      run: () => this.go('play'),
      pause: () => this.go('pause'),
      step: () => this.go('step'),
      stop: () => this.stop(),
      reset: () => this.reset(),
    });
    this.drawing = new Drawing({
      name: 'Your digit',
      colour: (i) => greys(this.drawing?.at(i) ? 1 : 0),
      changed: (done) => this.drew(done),
    });
    this.eraser.setAttribute('aria-pressed', 'false');
    const canvas = h('figure', { class: 'panel' }, this.drawing.element, h('figcaption', {}, 'Draw here'));
    this.bench = new Workbench(context, {
      ...{ id: 'encode', fields, words, verbs: this.verbs, looks: ['brush', 'scale'] },
      stage: h(
        'div',
        { class: 'stage' },
        h(
          'div',
          { class: 'drawing-tools', role: 'group', 'aria-label': 'Drawing' },
          this.penTabs.element,
          this.eraser,
          this.drawing.undoButton,
          this.drawing.clearButton,
        ),
        h(
          'div',
          { class: 'panels panels-2 panels-encode' },
          canvas,
          this.back.element,
          this.plane.element,
          this.sheet.element,
        ),
        h(
          'div',
          { class: 'stage-tools' },
          this.keys.element,
          h(
            'div',
            { class: 'actions' },
            button('Zoom to q(z | x)', () => this.zoom()),
            button('Whole plane', () => this.bench.change({ x: 0, y: 0, half: 3.5 })),
          ),
        ),
        ...this.parts.elements,
      ),
      below: [],
      source: this.strip.element,
      sections: [{ title: 'Model', controls: ['model', 'samples', 'seed'] }],
      more: [],
      csv: () => this.csv(),
      picture: () => {
        const images = [picture(this.drawing.digit), ...(this.back.image ? [this.back.image] : [])];
        return { image: joined(images, 12), name: `${this.model}-encoded` };
      },
      command,
      code,
      changed: (names) => this.changed(names),
      retry: () => void this.load(),
    });
    this.bound = new BoundSection(this.scaleTabs.element, this.bench.csvButton);
    this.parts.elements[0]!.parentElement!.after(this.bound.element);
    const { signal } = this.bench;
    whenThemeChanges(() => this.bound.plot.redraw(), signal);
    this.readDigit();
    this.show();
    void this.load(context.file);
  }

  private get state() {
    return this.bench.state;
  }

  private get model(): string {
    return String(this.state.model);
  }

  private readDigit(): void {
    const digit = digitFrom(String(this.state.digit));
    this.drawing.set(digit ?? named[0]!.digit);
    if (digit) return;
    const text = 'The digit in this link is damaged; here is another one.';
    this.bench.notices.tell({ topic: 'digit', text });
  }

  private changed(names: ReadonlySet<string>): void {
    const has = (...some: string[]) => some.some((name) => names.has(name));
    if (has('digit') && packed(this.drawing.digit) !== this.state.digit) this.readDigit();
    if (!has('model', 'seed', 'digit', 'samples', 'scale', 'brush')) return this.showPlane(); // it was moved
    this.show();
    if (has('model', 'seed')) void this.load();
    else if (has('digit')) void this.encode(true);
    else if (has('samples')) this.again();
  }

  private drew(done: boolean): void {
    const digit = packed(this.drawing.digit);
    if (!done || digit === this.state.digit) return void this.encode(done);
    this.bench.change({ digit });
  }

  // ---- Encoding

  private async load(file?: File): Promise<void> {
    const turn = ++this.turn;
    const { engine, signal } = this.bench;
    const { model } = this;
    this.loading = true;
    this.end();
    this.show();
    try {
      const [{ latents, draws }, cloud] = await Promise.all([
        latentsOf(engine, model, Number(this.state.seed), signal),
        cloudOf(model),
      ]);
      if (turn !== this.turn) return;
      this.it = { latents, draws, cloud };
      this.encoded = undefined;
      this.samples = [];
      this.bench.notices.clear('run');
      await this.encode(true);
      if (file && turn === this.turn) this.take(file);
    } catch (error) {
      if (turn !== this.turn) return;
      this.loading = false;
      this.show();
      this.bench.fail(error);
    }
  }

  /** `rests`: the pen does, and the bound is asked for, too. */
  private async encode(rests: boolean): Promise<void> {
    const { it } = this;
    if (!it) return;
    const { model } = it.latents;
    const { engine, signal } = this.bench;
    this.end();
    const begin = performance.now();
    try {
      const encoded = await encodeDigit(engine, model, Number(this.state.seed), this.drawing.digit, signal);
      if (it !== this.it) return;
      this.encoded = encoded;
      this.samples = samplesOf(encoded, it.draws.slice(0, SHOWN));
      this.loading = false;
      this.bench.fact(`encoded in ${duration(performance.now() - begin)}`);
      this.back.show(picture(encoded.reconstruction), 'what comes back: p(pixel = 1 | mean)');
      this.show();
      if (rests) this.begin();
      const answer = await engine.call(
        'vae_decode',
        { model },
        { z: pointsTensor(this.samples) },
        ['probabilities'],
        {
          ...{ signal, lane: 'samples' },
        },
      );
      if (it !== this.it) return;
      const text = `${SHOWN} samples of q(z | x), decoded`;
      this.sheet.show(sheet(planes(answer.outputs.probabilities)), text);
    } catch (error) {
      if (it !== this.it) return;
      this.loading = false;
      this.show();
      this.bench.fail(error);
    }
  }

  // ---- The bound

  /** When the pen has rested. */
  private begin(): void {
    clearTimeout(this.timer);
    if (this.automatic) this.timer = window.setTimeout(() => this.restart('play'), REST_MS);
  }

  private again(): void {
    this.end();
    this.showRuns();
    if (this.automatic) this.restart('play');
  }

  private restart(wish: 'play' | 'step' | 'pause'): void {
    this.end();
    if (!this.encoded || !this.it) return;
    const { state } = this;
    const { model } = this.it.latents;
    const params = { model, samples: Number(state.samples), seed: Number(state.seed) };
    const runs = new BoundRuns(this.bench.engine, params, this.drawing.digit, (error) => {
      if (runs !== this.runs) return;
      if (error) {
        this.end();
        this.bench.fail(error);
      }
      this.showRuns();
      if (runs.complete) this.bench.say(verdict(runs.weights, this.encoded?.elbo));
    });
    this.runs = runs;
    runs.all(wish);
    runs.created.catch(() => {}); // its watchers tell
    this.showRuns();
  }

  /** The runs, if any; nothing is known of the bound any more. */
  private end(): void {
    clearTimeout(this.timer);
    const { runs } = this;
    this.runs = undefined;
    runs?.all('stop');
  }

  private go(verb: 'play' | 'pause' | 'step'): void {
    this.automatic = verb === 'play';
    clearTimeout(this.timer);
    if (!this.it) return void this.load();
    const phase = this.phase;
    if (!this.runs || phase === 'done' || phase === 'idle') this.restart(verb);
    else this.runs.all(verb);
  }

  private stop(): void {
    this.automatic = false;
    clearTimeout(this.timer);
    this.runs?.all('stop');
    this.showRuns();
    this.bench.say('Stopped. The curves show how far it came.', true);
  }

  private reset(): void {
    this.automatic = false;
    this.end();
    this.show();
  }

  private get phase(): Phase {
    if (this.loading) return 'loading';
    return this.runs?.phase ?? 'idle';
  }

  // ---- Showing

  private show(): void {
    const { state } = this;
    this.penTabs.show(String(state.brush));
    this.scaleTabs.show(String(state.scale));
    this.drawing.radius = brushes[String(state.brush)]!;
    this.showRuns();
    this.showPlane();
    this.parts.show(this.encoded);
  }

  private showRuns(): void {
    const { state, runs, phase, encoded } = this;
    this.verbs.show(phase);
    const none = { fraction: 0, unit: 0, units: 0, ms: 0 };
    const drawn = runs?.weights.posterior?.length ?? 0;
    const most = Number(state.samples);
    const note = `${drawn.toLocaleString('en')} of ${most.toLocaleString('en')} samples`;
    this.verbs.progress({ ...(runs?.progress ?? none), name: 'lot' }, phase === 'loading' ? 'Loading' : note);
    this.bound.show(runs?.weights ?? {}, most, encoded?.elbo, state.scale === 'near');
  }

  private showPlane(): void {
    const { it, encoded, state } = this;
    this.keys.element.hidden = !it?.cloud;
    this.keys.show(Number(state.lit));
    if (!it) return;
    this.plane.show(
      viewOf(state),
      contentOf(it.latents, it.cloud, Number(state.lit), encoded, this.samples),
      `q(z | x) at one and two standard deviations, its samples; dashed: the prior`,
      encoded ? placeText(it.latents, encoded) : 'Plane of two latents',
    );
  }

  private zoom(): void {
    const { it, encoded } = this;
    if (!it || !encoded) return;
    const [across, up] = planeOf(it.latents);
    const half = 5 * Math.max(encoded.deviation[across]!, encoded.deviation[up]!);
    this.bench.change(viewState(clampedView({ x: encoded.mean[across]!, y: encoded.mean[up]!, half })));
  }

  // ---- The page's side

  /** The curves and all weights, then the latents. */
  private csv(): string {
    const { encoded } = this;
    const latents = encoded
      ? Array.from(encoded.kl, (kl, d) => [d + 1, encoded.mean[d], encoded.deviation[d], kl].join(','))
      : [];
    return `${this.bound.csv(this.runs?.weights ?? {})}\n${['latent,mean,standard deviation,KL (nats)', ...latents].join('\n')}\n`;
  }

  take(file: File): void {
    void offerDigits(this.bench, this.strip, file).then(
      (digit) => digit && this.bench.change({ digit: packed(digit) }),
    );
  }

  unmount(): void {
    this.turn++;
    this.end();
    this.bench.unmount();
  }
}

export const mount = (context: DemoContext): MountedDemo => new EncodeYourDigit(context);
