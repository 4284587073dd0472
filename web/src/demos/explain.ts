// "What explains this patch?": a patch of a photo, its responsibilities, and what it looked like without the noise.
import type { Tensor } from '../engine';
import { h, say } from '../lib/dom';
import { patchSheet } from '../lib/patches';
import { PixelView, joined } from '../ui/pixels';
import { Workbench } from '../ui/workbench';
import '../ui/styles/digits.css';
import '../ui/styles/explain.css';
import { SAMPLE, fields, noiseOf, paramsOf, within } from './explain_state';
import { code, command, words } from './explain_text';
import type { DemoContext, MountedDemo } from './index';
import { learnedMixtures } from './learned_mixtures';
import { LEADING, mixtureOf, percent, type Mixture } from './patch_mixtures';
import { Photos, cutPatch, greyOf } from './photos';
import { WorkbenchDemo } from './workbench_demo';

const BARS = 6;

type Scene = { clean: Tensor | undefined; noisy: Tensor };
type Answer = {
  place: string;
  component: number;
  responsibility: ArrayLike<number>;
  logLikelihood: number;
  psnr: Record<'noisy' | 'bls' | 'map', number | undefined>;
};

const names = ['clean', 'noisy', 'bls', 'map'] as const;
const titles = {
  clean: 'clean',
  noisy: 'noisy',
  bls: 'BLS: posterior mean',
  map: 'MAP: the winner’s filter',
};

/** Values as grey levels from `low` to `high`. */
function greys({ shape, data }: Tensor, low = 0, high = 1): ImageData {
  const [height = 1, width = 1] = shape.slice(-2);
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    image.data.fill((255 * (data[i]! - low)) / (high - low), 4 * i, 4 * i + 3); // clamps and rounds
    image.data[4 * i + 3] = 255;
  }
  return image;
}

/** A frame around a patch: red inside, white outside, seen on every ground. */
function framed(image: ImageData, x0: number, y0: number, side: number, thick: number): ImageData {
  const { width, height } = image;
  const copy = new ImageData(new Uint8ClampedArray(image.data), width, height);
  const reach = 2 * thick;
  for (let y = y0 - reach; y < y0 + side + reach; y++)
    for (let x = x0 - reach; x < x0 + side + reach; x++) {
      const away = Math.max(x0 - x, y0 - y, x - (x0 + side - 1), y - (y0 + side - 1));
      if (away < 1 || x < 0 || y < 0 || x >= width || y >= height) continue;
      copy.data.set(away > thick ? [255, 255, 255, 255] : [214, 40, 40, 255], 4 * (y * width + x));
    }
  return copy;
}

class Explain extends WorkbenchDemo {
  protected readonly bench: Workbench;
  private readonly photos: Photos;
  private readonly photo = new PixelView('the photo', {
    ...{ width: 512, height: 512, picks: 'patch' },
    pick: (x, y) => this.pick(x, y),
    move: (columns, rows) => this.goTo(Number(this.state.x) + columns, Number(this.state.y) + rows),
  });
  private readonly patches = Object.fromEntries(
    names.map((name) => [name, new PixelView(titles[name], { width: 8 })]),
  ) as Record<(typeof names)[number], PixelView>;
  private readonly vectors = new PixelView('its leading eigenvectors', { width: 53, height: 8 });
  private readonly bars = h('ol', { class: 'shares', 'aria-label': 'Responsibilities' });
  private readonly readout = h('dl', { class: 'readout' });
  private mixture: Mixture | undefined;
  private scene: Scene | undefined;
  private answer: Answer | undefined;
  private turn = 0;

  constructor(context: DemoContext) {
    super();
    this.photos = new Photos(
      () => this.bench,
      SAMPLE,
      () => void this.prepare(),
    );
    this.bench = new Workbench(context, {
      ...{ id: 'explain', fields, words },
      stage: h(
        'div',
        { class: 'stage explain-stage' },
        h('div', { class: 'panels panels-1 explain-photo' }, this.photo.element),
        h(
          'div',
          { class: 'panels explain-patches' },
          names.map((name) => this.patches[name].element),
        ),
      ),
      source: this.photos.source.element,
      below: [
        this.readout,
        h(
          'section',
          { class: 'explain-why' },
          h('h2', {}, 'Responsibilities'),
          this.bars,
          h('div', { class: 'panels panels-1' }, this.vectors.element),
        ),
      ],
      sections: [
        { title: 'Noise', controls: ['noise', 'sigma', 'show'] },
        { title: 'Prior', controls: ['model'] },
      ],
      more: ['seed'],
      csv: () => this.csv(),
      picture: () => {
        const images = names.flatMap((name) => this.patches[name].image ?? []);
        return images.length
          ? { image: joined(images, 24), name: `patch-${this.state.x}-${this.state.y}` }
          : undefined;
      },
      command,
      code,
      changed: (names) => this.changed(names),
      retry: () => this.photos.show(),
    });
    this.bars.after(this.bench.csvButton);
    this.photo.canvas.setAttribute('tabindex', '0');
    learnedMixtures.offer(this.bench.engine).catch(() => {});
    if (context.file) this.photos.open(context.file);
    else this.photos.show();
  }

  private get state() {
    return this.bench.state;
  }

  private changed(names: ReadonlySet<string>): void {
    if (names.has('image')) return this.photos.show();
    if (['sigma', 'noise', 'seed', 'model'].some((name) => names.has(name))) return void this.prepare();
    if (names.has('show')) this.drawPhoto();
    if (names.has('x') || names.has('y')) void this.ask();
  }

  // ---- Computing

  /** The photo with its noise, and the mixture. */
  private async prepare(): Promise<void> {
    const turn = ++this.turn;
    const { engine, signal, notices } = this.bench;
    const { picture } = this.photos;
    if (!picture) return;
    const grey = greyOf(picture);
    const noise = noiseOf(this.state);
    try {
      await learnedMixtures.offer(engine);
      const model = String(paramsOf(this.state).model);
      const mixture = this.mixture?.model === model ? this.mixture : await mixtureOf(engine, model, signal);
      const { noisy } = noise
        ? (await engine.call('add_noise', noise as never, { image: grey }, ['noisy'], { signal })).outputs
        : { noisy: grey };
      if (turn !== this.turn) return;
      this.mixture = mixture;
      this.scene = { noisy, clean: this.state.noise === 'added' ? grey : undefined };
      notices.clear('run');
      await this.ask();
    } catch (error) {
      if (turn === this.turn) this.bench.fail(error);
    }
  }

  private async ask(): Promise<void> {
    const { scene, mixture, turn } = this;
    const { engine, signal } = this.bench;
    if (!scene || !mixture) return;
    const [height = 1, width = 1] = scene.noisy.shape.slice(-2);
    const { side } = mixture;
    if (height < side || width < side) {
      const text = `A patch has ${side} × ${side} pixels; this picture is smaller.`;
      return this.bench.notices.tell({ topic: 'run', kind: 'error', text });
    }
    const x = within(Number(this.state.x), width, side);
    const y = within(Number(this.state.y), height, side);
    if (x !== this.state.x || y !== this.state.y) this.bench.follow({ x, y });
    this.drawPhoto();
    const inputs = {
      noisy: cutPatch(scene.noisy, x, y, side),
      ...(scene.clean && { clean: cutPatch(scene.clean, x, y, side) }),
    };
    try {
      const { outputs, metrics } = await engine.call(
        'patch_explain',
        paramsOf(this.state) as never,
        inputs,
        ['responsibility', 'bls', 'map'],
        { signal },
      );
      if (turn !== this.turn) return;
      this.answer = {
        place: `row ${y}, column ${x}`,
        component: metrics.component ?? 0,
        responsibility: outputs.responsibility.data,
        logLikelihood: metrics.log_likelihood ?? NaN,
        psnr: { noisy: metrics.psnr_noisy, bls: metrics.psnr_bls, map: metrics.psnr_map },
      };
      this.show({ ...inputs, bls: outputs.bls, map: outputs.map });
    } catch (error) {
      this.bench.fail(error);
    }
  }

  private pick(x: number, y: number): void {
    const { scene, mixture } = this;
    if (!scene || !mixture) return;
    const [height = 1, width = 1] = scene.noisy.shape.slice(-2);
    this.goTo(Math.floor(x * width) - (mixture.side >> 1), Math.floor(y * height) - (mixture.side >> 1));
  }

  private goTo(x: number, y: number): void {
    const { scene, mixture } = this;
    if (!scene || !mixture) return;
    const [height = 1, width = 1] = scene.noisy.shape.slice(-2);
    this.bench.change({ x: within(x, width, mixture.side), y: within(y, height, mixture.side) });
  }

  // ---- Showing

  private drawPhoto(): void {
    const { scene, mixture } = this;
    if (!scene || !mixture) return;
    const { x, y, show } = this.state;
    const image = greys(show === 'clean' && scene.clean ? scene.clean : scene.noisy);
    const thick = Math.max(1, Math.round(image.width / 320));
    this.photo.show(
      framed(image, Number(x), Number(y), mixture.side, thick),
      `the patch at row ${y}, column ${x}`,
      `The photo; the frame is at row ${y}, column ${x}. Arrow keys move it.`,
    );
  }

  private show(all: Partial<Record<(typeof names)[number], Tensor>>): void {
    const { answer, mixture } = this;
    if (!answer || !mixture) return;
    // One scale for all four, of the patches without noise; noise beyond it is cut.
    const values = [all.clean, all.bls, all.map].flatMap((it) => (it ? Array.from(it.data) : []));
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const room = Math.max(0, 0.1 - (most - least)) / 2;
    for (const name of names) {
      const patch = all[name];
      const decibels = name === 'clean' ? undefined : answer.psnr[name];
      const figure =
        decibels === undefined ? '' : decibels >= 200 ? ', the same' : `, ${decibels.toFixed(2)} dB`;
      if (patch) this.patches[name].show(greys(patch, least - room, most + room), titles[name] + figure);
      else this.patches[name].clear(`${titles[name]}: not known`);
    }
    const own = mixture.components[answer.component]!.vectors;
    this.vectors.show(
      patchSheet(own, mixture.side, { columns: LEADING, each: true }).image,
      `Leading eigenvectors of component ${answer.component}, the largest variance first`,
    );
    this.showBars(answer, mixture);
    const decibels = (value: number | undefined) =>
      value === undefined ? '–' : value >= 200 ? 'the same' : `${value.toFixed(2)} dB`;
    const rows = [
      ['component', 'Winner', `component ${answer.component}`],
      ['log-likelihood', 'log p(noisy patch)', `${answer.logLikelihood.toFixed(1)} nats`.replace('-', '−')],
      ['noisy', 'Noisy', decibels(answer.psnr.noisy)],
      ['bls', 'BLS', decibels(answer.psnr.bls)],
      ['map', 'MAP', decibels(answer.psnr.map)],
    ] as const;
    this.readout.replaceChildren(
      ...rows.map(([id, name, text]) =>
        h('div', { 'data-metric': id }, h('dt', {}, name), h('dd', {}, text)),
      ),
    );
    const share = Math.round(100 * answer.responsibility[answer.component]!);
    this.bench.say(
      `${answer.place}: component ${answer.component} explains it with ${share} percent` +
        (answer.psnr.bls === undefined ? '.' : `; BLS ${decibels(answer.psnr.bls)}.`),
    );
  }

  private get ranked(): number[] {
    const { responsibility } = this.answer!;
    return Array.from(responsibility, (_, k) => k).sort((a, b) => responsibility[b]! - responsibility[a]!);
  }

  private showBars({ responsibility }: Answer, { components }: Mixture): void {
    this.bars.replaceChildren(
      ...this.ranked.slice(0, BARS).map((k) => {
        const share = 100 * responsibility[k]!;
        const bar = h('span', { class: 'share-bar', 'aria-hidden': 'true' });
        bar.style.setProperty('--share', `${share}%`);
        const text = h('span', { class: 'share-text' });
        say(
          text,
          `component ${k}: ${share >= 0.1 ? share.toFixed(1) : '< 0.1'} % (weight ${percent(components[k]!.weight)})`,
        );
        return h('li', { 'data-component': k }, text, bar);
      }),
    );
  }

  private csv(): string {
    if (!this.answer || !this.mixture) return 'component,weight,responsibility\n';
    const { components } = this.mixture;
    const { responsibility } = this.answer;
    const rows = this.ranked.map((k) => [k, components[k]!.weight, responsibility[k]].join(','));
    return `${['component,weight,responsibility', ...rows].join('\n')}\n`;
  }

  // ---- The page's side

  take(file: File): void {
    this.photos.open(file);
  }

  unmount(): void {
    this.turn++;
    this.photos.stop();
    this.bench.unmount();
  }
}

export const mount = (context: DemoContext): MountedDemo => new Explain(context);
