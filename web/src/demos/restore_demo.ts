// What the demos of restoration with an operator have in common: a stage that compares, runs that follow the state, figures
// and exports. A demo says what a run starts from, and adds what its operator needs.
import type { Description } from '../engine/describe';
import { description } from '../engine/describe.gen';
import { isSmall } from '../engine/detect';
import type { Picture } from '../lib/decode';
import { h, say } from '../lib/dom';
import { decibels, duration } from '../lib/format';
import { mostPixels } from '../lib/limits';
import { withAlpha } from '../lib/pixels';
import { canvasOf } from '../lib/save';
import type { State } from '../lib/state';
import { viewTabs } from '../ui/bench';
import { CompareView, type Layer } from '../ui/compare_view';
import { Plot } from '../ui/plot';
import { whenThemeChanges } from '../ui/theme';
import { Verbs } from '../ui/verbs';
import { Workbench, type WorkbenchParts } from '../ui/workbench';
import '../ui/styles/restore.css';
import type { DemoContext } from './index';
import { isLook, lookOf, looks, showLook, type ViewName } from './look_state';
import { ownImage } from './denoise_state';
import { Photos } from './photos';
import type { Wish } from './picture_job';
import { spoken } from './picture_show';
import { RestoreJob, results, type Prepared, type RestoreTask } from './restore_job';
import { readoutRows, series } from './restore_show';
import { WorkbenchDemo } from './workbench_demo';

/** A slider that rests so long while it is held counts as let go. */
const REST_MS = 350;

/** What a run is made from. */
export type Setting = {
  params: State;
  /** Two runs with the same start from the same. */
  base: string;
  prepare(signal: AbortSignal): Promise<Prepared>;
};

export type RestoreParts = Pick<
  WorkbenchParts,
  'fields' | 'words' | 'sections' | 'more' | 'command' | 'code'
> & {
  task: RestoreTask;
  sample: string;
  views: readonly ViewName[];
  /** Below the stage's own row, above the figures. */
  tools?: readonly HTMLElement[];
  /** Times as wide and high as the picture that the result is at most. */
  scale?: number;
};

const numbers = new WeakMap<Picture, number>();
let last = 0;

/** Tells pictures apart. */
export function numberOf(picture: Picture): number {
  const known = numbers.get(picture) ?? ++last;
  numbers.set(picture, known);
  return known;
}

export abstract class RestoreDemo extends WorkbenchDemo {
  protected readonly view = new CompareView();
  protected readonly bench: Workbench;
  protected readonly photos: Photos;
  protected job: RestoreJob | undefined;
  private readonly verbs = new Verbs({
    run: () => this.wish('play'),
    pause: () => this.wish('hold'),
    step: () => this.wish('step'),
    stop: () => this.stop(),
    reset: () => this.reset(),
  });
  private readonly tabs: ReturnType<typeof viewTabs>;
  private readonly plot = new Plot('step');
  private readonly readout = h('dl', { class: 'readout' });
  private readonly note = h('p', { class: 'stage-note' });
  private canvases = new WeakMap<ImageData, HTMLCanvasElement>();
  /** Of `job`. */
  private key = '';
  private base = '';
  /** The last result, while a new one of that size is on its way. */
  private earlier: ImageData | undefined;
  /** Whether a change starts a run by itself: until a person pauses, steps, stops or resets. */
  private automatic = true;
  private timer = 0;
  /** The state is that of an address: nobody has opened a picture. */
  private navigating = false;

  constructor(
    context: DemoContext,
    private readonly parts: RestoreParts,
  ) {
    super();
    const { task, views, scale = 1 } = parts;
    const memory = (description as Description).tasks[task]!.memory!;
    this.photos = new Photos(
      () => this.bench,
      parts.sample,
      () => this.photoChanged(),
      Math.floor(mostPixels(memory, 3, isSmall()) / scale ** 2),
    );
    this.tabs = viewTabs(views, (id) => this.bench.change({ view: id }));
    this.bench = new Workbench(context, {
      ...parts,
      id: task,
      verbs: this.verbs,
      stage: this.view,
      source: this.photos.source.element,
      below: [
        ...(parts.tools ?? []),
        this.note,
        this.readout,
        h(
          'details',
          { class: 'curve', open: true },
          h('summary', {}, 'PSNR and misfit per step'),
          this.plot.canvas,
        ),
      ],
      csv: () => this.plot.csv(),
      picture: () => this.result(),
      changed: (names, live) => this.changed(names, live),
      retry: () => this.photos.show(),
      looks,
    });
    this.plot.canvas.after(this.bench.csvButton);
    this.plot.show([], 1); // says that there is nothing yet
    this.view.tools.prepend(this.tabs.element);
    this.view.addEventListener('viewchange', () => this.bench.follow(lookOf(this.view)));
    whenThemeChanges(() => this.plot.redraw(), this.bench.signal);
    this.automatic = context.autorun !== false;
    this.bench.engine.start(task).catch(() => {}); // told by the bench
  }

  /** Once the demo's own parts are made. */
  protected begin(): void {
    showLook(this.view, this.state);
    const { file } = this.bench.context;
    if (file) this.take(file);
    else this.photos.show();
  }

  // ---- Of each demo

  /** Undefined: there is nothing to run; `sentence` says why. */
  protected abstract setting(picture: Picture): Setting | undefined;
  /** Name of what the result is compared with. */
  protected abstract readonly before: string;
  /** Whether what the task begins with, whose PSNR it tells, is that picture. */
  protected readonly beginsBefore: boolean = true;
  /** What one sees, or what was not known. */
  protected abstract sentence(job: RestoreJob | undefined): string;
  /** Views of the demo's own; undefined: one that all have. */
  protected layerOf(_view: string): Layer | undefined {
    return undefined;
  }
  /** A person has opened a picture: what it is hardly ever is. */
  protected ownPicture(): void {}
  /** The state has changed: what is shown or hidden with it. */
  protected stateShown(): void {}

  protected get state(): State {
    return this.bench.state;
  }

  // ---- Changes

  private photoChanged(): void {
    this.bench.visible('colour', !this.photos.picture!.grey);
    this.earlier = undefined;
    this.stateShown();
    this.restart(this.automatic ? 'play' : 'hold');
  }

  private changed(names: ReadonlySet<string>, live: boolean): void {
    clearTimeout(this.timer);
    this.stateShown();
    showLook(this.view, this.state);
    if (names.has('image')) {
      if (this.state.image === ownImage && !this.navigating) this.ownPicture();
      if (!this.navigating) {
        this.view.look(undefined);
        this.bench.follow({ zoom: 0, x: 0, y: 0 });
      }
      if (!this.navigating) this.automatic = true;
      return this.photos.show();
    }
    if ([...names].every(isLook)) return this.draw();
    this.timer = window.setTimeout(() => this.restart(this.automatic ? 'play' : 'hold'), live ? REST_MS : 0);
    this.draw();
  }

  /** What a run starts from was changed by hand on the stage: a person says when to run. */
  protected changedByHand(): void {
    clearTimeout(this.timer);
    this.automatic = false;
    this.earlier = undefined;
    this.drop();
  }

  // ---- Runs

  /** No run: one is made when a person asks for it. */
  private drop(): void {
    this.job?.leave();
    this.job = undefined;
    this.key = this.base = '';
    this.verbs.show('idle');
    this.verbs.progress({ unit: 0, units: 0, ms: 0, name: 'step', fraction: 0 });
    this.readout.replaceChildren();
    this.bench.fact('');
    this.draw();
  }

  protected restart(wish: Wish, anew = false): void {
    clearTimeout(this.timer);
    const { picture } = this.photos;
    if (!picture) return;
    const setting = this.setting(picture);
    const { job: old, bench } = this;
    bench.notices.clear('run');
    if (!setting) return this.drop();
    const { task } = this.parts;
    const params =
      picture.grey && setting.params.colour ? { ...setting.params, colour: 'auto' } : setting.params;
    const base = `${task} ${numberOf(picture)} ${setting.base}`;
    const key = `${base} ${JSON.stringify(params)}`;
    const known = key === this.key ? old : results.get(key);
    const kept = wish === 'play' && !anew && !known?.ended && known?.freeFor(this) ? known : undefined;
    const prepared = base === this.base ? old?.prepared : undefined;
    const job = kept ?? new RestoreJob(bench.engine, task, params, setting.prepare, prepared);
    if (old !== job) old?.leave();
    Object.assign(this, { job, key, base });
    job.shown(this, () => this.jobChanged(job));
    if (kept) job.go('play');
    else void job.start(wish);
    this.jobChanged(job);
  }

  private wish(wish: Wish): void {
    const { job } = this;
    this.automatic = wish === 'play';
    if (wish === 'play') this.runs();
    if (job && !job.ended && job.phase !== 'done') return job.go(wish);
    this.restart(wish, job?.phase === 'done');
    if (!this.job && this.photos.picture)
      this.bench.notices.tell({ topic: 'run', text: this.sentence(undefined) });
  }

  /** A person has asked for a run. */
  protected runs(): void {}

  private stop(): void {
    clearTimeout(this.timer);
    this.automatic = false;
    this.job?.stop();
    this.bench.say('Stopped. The picture shows how far it came.', true);
  }

  private reset(): void {
    this.automatic = false;
    this.earlier = undefined;
    this.restart('hold');
    this.bench.say('Reset to the picture before.', true);
  }

  private jobChanged(job: RestoreJob): void {
    if (job !== this.job) return;
    const { bench, verbs } = this;
    const { phase, status } = job;
    verbs.show(phase);
    if (phase !== 'loading' || bench.engine.state === 'ready')
      verbs.progress({
        ...status,
        fraction: phase === 'loading' ? undefined : status.progress,
        name: 'step',
      });
    if (job.settled) {
      this.earlier = job.result;
      if (results.get(this.key) !== job) results.put(this.key, job);
      const rate = (job.size.width * job.size.height) / 1e3 / Math.max(1, status.ms);
      bench.fact(`${duration(status.ms)} · ${rate.toPrecision(2)} MP/s`);
    } else bench.fact('');
    if (job.error) bench.fail(job.error);
    const told = spoken(job, job.figure('psnr_given'), job.figure('psnr'));
    if (told) bench.say(told);
    this.draw();
  }

  // ---- Showing

  protected layer(picture: ImageData, label: string): Layer {
    let canvas = this.canvases.get(picture);
    if (!canvas) this.canvases.set(picture, (canvas = canvasOf(picture)));
    return { picture: canvas, width: picture.width, height: picture.height, label };
  }

  protected draw(): void {
    const { job, photos, parts } = this;
    const { picture } = photos;
    if (!picture) return;
    const { before } = job ?? {};
    const restored = job?.restored;
    const same = (it: ImageData | undefined) =>
      it && before && it.width === before.width && it.height === before.height ? it : undefined;
    const after = restored?.picture ?? same(this.earlier);
    const measured = (name: string, psnr: number | undefined) =>
      psnr === undefined ? name : `${name} ${decibels(psnr)}`;
    const left =
      before &&
      this.layer(before, measured(this.before, this.beginsBefore ? job?.figure('psnr_given') : undefined));
    const right = after && {
      ...this.layer(after, restored ? measured('restored', job?.figure('psnr')) : 'earlier result'),
      ...(before && { width: before.width, height: before.height }),
    };
    const clean = job?.prepared?.clean?.picture;
    const layers: Record<string, [Layer | undefined, Layer?]> = {
      compare: left ? [left, right] : [undefined],
      original: [clean && this.layer(clean, 'original')],
      before: [left],
      restored: [right],
    };
    for (const { id } of parts.views) layers[id] ??= [this.layerOf(id)];
    const available = (id: string) => layers[id]?.[0] !== undefined;
    const chosen = String(this.state.view);
    const id = [chosen, 'compare'].find(available);
    this.tabs.show(id ?? 'compare', (it) => it === 'compare' || available(it));
    const [first, second] = (id && layers[id]) || [this.layer(picture.image, 'picture')];
    this.view.show(first, second);
    this.viewShown(id ?? '');
    if (job) {
      this.plot.show(series(job), job.status.units || 5);
      this.readout.replaceChildren(
        ...readoutRows(
          job,
          this.state.sigma === 'auto',
          this.beginsBefore ? 'PSNR' : 'PSNR, smooth filling → ours',
        ).map(([name, title, text]) =>
          h('div', { 'data-metric': name }, h('dt', {}, title), h('dd', {}, text)),
        ),
      );
    }
    this.bench.estimate('sigma', job?.figure('sigma'));
    say(this.note, this.sentence(job));
  }

  protected viewShown(_view: string): void {}

  private result(): { image: ImageData; name: string } | undefined {
    const { picture } = this.photos;
    const image = this.job?.result;
    if (!image || !picture) return undefined;
    const fits = picture.image.width === image.width && picture.image.height === image.height;
    return {
      image: withAlpha(image, fits ? picture.alpha : undefined),
      name: `${picture.name}-${this.parts.task}`,
    };
  }

  // ---- The page's side

  override navigate(query: URLSearchParams): void {
    this.navigating = true;
    super.navigate(query);
    this.navigating = false;
  }

  take(file: File): void {
    this.photos.open(file);
  }

  unmount(): void {
    clearTimeout(this.timer);
    this.photos.stop();
    this.job?.leave();
    this.bench.unmount();
  }
}
