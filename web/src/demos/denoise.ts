// The denoise demo: its state and what changes it. Runs are denoise_job.ts, elements denoise_panel.ts, words
// denoise_text.ts, names and parameters denoise_state.ts.
import type { Picture } from '../lib/decode';
import { Address, notCopied, type Keeper } from '../lib/address';
import { withAlpha } from '../lib/pixels';
import { savePicture, saveText } from '../lib/save';
import { decode as decodeState, encode, type State, type Value } from '../lib/state';
import { whenThemeChanges } from '../ui/theme';
import { DenoiseJob, type JobSettings } from './denoise_job';
import { DenoisePanel } from './denoise_panel';
import { DenoisePictures } from './denoise_pictures';
import { Previewer, canPreview } from './denoise_preview';
import { baseKey, resultKey, results } from './denoise_results';
import { hint, sentence } from './denoise_show';
import * as names from './denoise_state';
import * as words from './denoise_text';
import type { DemoContext, MountedDemo } from './index';
import { learnedMixtures } from './learned_mixtures';
import { lookOf } from './look_state';
import type { Wish } from './picture_job';

/** A slider that rests so long while it is held counts as let go, without and with previews. */
const [REST_MS, PREVIEWED_REST_MS] = [250, 700];
const LARGE_BYTES = 12e6;

class Denoise implements MountedDemo {
  private state: State;
  private picture: Picture | undefined;
  private job: DenoiseJob | undefined;
  /** Of `job` in `results`, and of what it restores. */
  private key = '';
  private base = '';
  /** The last result of the same picture and noise. */
  private colours: ImageData | undefined;
  /** Whether a change starts a run by itself: until a person pauses, steps, stops or resets. */
  private automatic: boolean;
  private timer = 0;
  /** Still to come: the last value of a slider; a run for what has changed. */
  private moving = false;
  private expecting = false;
  /** Of the newest change: runs are started for no other. */
  private changes = 0;
  private readonly address: Keeper;
  private readonly previewer: Previewer;
  private readonly panel: DenoisePanel;
  private readonly pictures: DenoisePictures;
  private readonly end = new AbortController();

  constructor(private readonly context: DemoContext) {
    this.state = decodeState(names.fields, context.query);
    this.automatic = context.autorun !== false;
    const hash = () => encode('denoise', names.fields, this.state);
    this.address = context.keep?.(hash) ?? new Address(hash);
    this.panel = new DenoisePanel(context.engine, {
      run: () => this.wish('play'),
      pause: () => this.wish('hold'),
      step: () => this.wish('step'),
      stop: () => this.stop(),
      reset: () => this.reset(),
      file: (file) => void this.pictures.open(file),
      sample: (id) => this.pick(id),
      change: (name, value, live) => this.change(name, value, live),
      preset: (state) => this.preset(state),
      download: (format) => void this.download(format),
      copyLink: () => void this.copyLink(),
      address: () => this.address.current,
      signal: this.end.signal,
      result: () => this.job?.result,
      saveCurve: () => saveText(this.panel.plot.csv(), `${this.name}-curve.csv`, 'text/csv'),
    });
    this.previewer = new Previewer(context.engine, (preview) => {
      this.panel.stage.preview = preview;
      if (this.job) this.jobChanged(this.job);
    });
    this.pictures = new DenoisePictures(this.panel.bench.notices, {
      use: (picture, own) => (own ? this.useOwn(picture) : this.use(picture)),
      say: (text) => this.say(text),
    });
    context.host.append(this.panel.bench.element);
    const { signal } = this.end;
    whenThemeChanges(() => this.panel.redraw(), signal);
    signal.addEventListener(
      'abort',
      context.engine.watch(() => this.engineChanged()),
    );
    this.panel.view.addEventListener('viewchange', () => this.lookChanged());
    context.engine.start().catch(() => {}); // told by `watch`
    this.showState();
    const first = () => (context.file ? void this.pictures.open(context.file) : this.begin());
    // A prior that was learned in this browser is at hand before it is asked for.
    const priors = learnedMixtures.offer(context.engine).catch(() => {}); // then the run says what is missing
    if (this.state.prior === names.start.prior) first();
    else void priors.then(() => !signal.aborted && first());
  }

  private get notices() {
    return this.panel.bench.notices;
  }

  private get name(): string {
    return this.picture?.name ?? String(this.state.image);
  }

  private say(text: string, now = false): void {
    this.panel.bench.live.say(text, now);
  }

  // ---- Pictures

  /** From the state: a sample, or the default one where a link was made with somebody's own picture. */
  private begin(): void {
    const { state, pictures, panel } = this;
    pictures.stop();
    if (names.isOwn(state)) {
      if (pictures.own) return this.use(pictures.own);
      this.notices.tell({ topic: 'picture', text: words.notHere });
    }
    if (!names.samples.some(({ id }) => id === state.image)) state.image = names.start.image!;
    const chosen = names.samples.find(({ id }) => id === state.image)!;
    this.showState();
    if (!pictures.has(chosen)) panel.stage.poster(state);
    void pictures.sample(chosen);
  }

  private pick(id: string): void {
    this.address.step();
    const wasOwn = names.isOwn(this.state);
    this.state.image = id;
    if (wasOwn && this.state.noise === 'off') this.state.noise = names.start.noise!;
    this.freshLook();
    this.automatic = true;
    this.begin();
  }

  private useOwn(picture: Picture): void {
    this.address.step();
    Object.assign(this.state, { image: names.ownImage, noise: 'off' });
    this.freshLook();
    this.automatic = true;
    this.use(picture);
  }

  private use(picture: Picture): void {
    this.picture = picture;
    const { notices } = this;
    notices.clear('picture-error', 'noise', 'run');
    if (picture.notes.length) notices.tell({ topic: 'picture', text: picture.notes.join(' ') });
    else if (names.isOwn(this.state)) notices.clear('picture');
    this.panel.stage.forget();
    this.showState();
    this.restart(this.automatic ? 'play' : 'hold');
  }

  // ---- Runs

  private settings(picture: Picture): JobSettings {
    const { state } = this;
    const epll = names.epllOf(state);
    if (picture.grey && epll.colour !== undefined) epll.colour = names.paramDefaults.epll.colour!;
    return { noise: names.noiseOf(state), epll, half: state.half === true };
  }

  /** Shows the result of the state as it is: one that is kept, or a new run. `anew`: a new run in any case. */
  private restart(wish: Wish, anew = false): void {
    this.settle();
    const { picture, job: earlier } = this;
    if (!picture) return;
    const settings = this.settings(picture);
    const [key, base] = [resultKey(picture, settings), baseKey(picture, settings)];
    const known = key === this.key ? earlier : results.get(key);
    const kept = wish === 'play' && !anew && !known?.ended && known?.freeFor(this) ? known : undefined;
    if (!kept || kept !== earlier) this.notices.clear('run', 'noise');
    const share = base === this.base ? earlier : undefined;
    if (!share) this.panel.stage.preview = this.colours = undefined;
    const job = kept ?? new DenoiseJob(this.context.engine, picture, settings, share);
    if (earlier !== job) earlier?.leave();
    Object.assign(this, { job, key, base });
    job.shown(this, () => this.jobChanged(job));
    if (kept) job.go('play');
    else void job.start(wish);
    this.jobChanged(job);
  }

  private wish(wish: Wish): void {
    this.automatic = wish === 'play';
    const phase = this.job?.phase;
    if (wish !== 'play') this.panel.stage.preview = undefined;
    if (!this.job || this.job.ended || this.moving || phase === 'done') this.restart(wish, phase === 'done');
    else this.job.go(wish);
  }

  private stop(): void {
    this.settle();
    this.automatic = false;
    this.panel.stage.preview = undefined;
    this.job?.stop();
    this.say('Stopped. The picture shows how far it came.', true);
  }

  private reset(): void {
    this.automatic = false;
    this.panel.stage.forget(true);
    this.restart('hold');
    this.say('Reset to the noisy picture.', true);
  }

  // ---- Changes of state

  private change(name: string, value: Value, live: boolean): void {
    const { state } = this;
    if (state[name] === value && (live || !this.moving)) return;
    if (!live && !this.moving && !names.isView(name)) this.address.step();
    state[name] = value;
    const amends = names.isLive(name) && this.job?.live;
    if (amends) this.amend({ [name]: value });
    else if (live && !names.isView(name)) this.move(name);
    else if (!names.isView(name)) void this.let();
    this.showState();
    if (this.job) this.jobChanged(this.job);
  }

  /** A live parameter: the run at hand takes it. */
  private amend(params: State): void {
    results.delete(this.key);
    void this.job!.set(params);
    this.key = resultKey(this.picture!, this.job!.settings);
  }

  /** A slider has moved and may move on: a kept result, else a preview, and the run when it rests. */
  private move(name: string): void {
    const { picture, job, panel } = this;
    this.settle();
    this.moving = this.expecting = true;
    let rest = REST_MS;
    if (picture && job?.prepared) {
      const settings = this.settings(picture);
      if (this.automatic && results.get(resultKey(picture, settings))) return this.restart('play');
      if (baseKey(picture, settings) === this.base && canPreview(name, settings.epll)) {
        job.go('hold');
        this.previewer.ask({
          input: job.prepared.input,
          colours: name === 'chroma' ? undefined : this.colours,
          part: panel.view.visible(job.original),
          epll: settings.epll,
        });
        rest = PREVIEWED_REST_MS;
      }
    }
    this.timer = window.setTimeout(() => void this.let(), rest);
  }

  /** The slider is let go, or something was chosen: the run, after the preview under way. */
  private async let(): Promise<void> {
    this.settle();
    this.expecting = true;
    const { changes } = this;
    await this.previewer.done();
    // A run on a large photo takes its time to start, and would hold up the preview of the next key.
    const large = (this.picture?.image.data.length ?? 0) > LARGE_BYTES && this.panel.stage.preview;
    if (large) await new Promise((go) => setTimeout(go, PREVIEWED_REST_MS));
    if (changes !== this.changes) return;
    if (!this.automatic) this.panel.stage.forgetResult(); // it was made otherwise
    this.restart(this.automatic ? 'play' : 'hold');
  }

  /** No change waits any more for its run. */
  private settle(): void {
    clearTimeout(this.timer);
    this.moving = this.expecting = false;
    this.changes++;
  }

  private preset(state: State): void {
    this.address.step();
    const look = { view: this.state.view!, split: this.state.split! };
    this.state = { ...names.start, ...state, ...look };
    this.automatic = true;
    this.panel.view.look(undefined);
    this.begin();
  }

  navigate(query: URLSearchParams): void {
    const next = decodeState(names.fields, query);
    const same = (name: string) => next[name] === this.state[name];
    const samePicture = same('image') && this.picture;
    const onlyLook = names.fields.every(({ name }) => same(name) || names.isView(name));
    this.state = next;
    this.showState();
    if (onlyLook) this.job && this.jobChanged(this.job);
    else if (samePicture) this.restart(this.automatic || this.context.autorun !== false ? 'play' : 'hold');
    else this.begin();
  }

  /** What belongs to the last picture alone does not pass to the next. */
  private freshLook(): void {
    this.panel.view.look(undefined);
    Object.assign(this.state, { zoom: 0, x: 0, y: 0, half: false });
    if (this.state.view === 'original') this.state.view = 'compare';
  }

  private lookChanged(): void {
    Object.assign(this.state, lookOf(this.panel.view));
    this.address.follow();
  }

  // ---- Showing

  private showState(): void {
    this.panel.showState(this.state, this.name, this.picture?.grey ?? false);
    this.address.follow();
  }

  private readonly useHalf = { label: 'Use half size', action: () => this.change('half', true, false) };

  private jobChanged(job: DenoiseJob): void {
    if (job !== this.job) return;
    const { panel } = this;
    if (job.settled) {
      if (!this.expecting) panel.stage.preview = undefined;
      this.colours = job.result;
      if (results.get(this.key) !== job) results.put(this.key, job);
    }
    panel.showJob(job, this.state);
    if (job.error) this.tellError(job);
    const found = hint(job, this.state);
    const actions = found === 'coarse' ? [this.useHalf] : [];
    if (found) this.notices.tell({ topic: 'noise', text: words.hints[found], actions });
    else this.notices.clear('noise');
    const told = sentence(job);
    if (told) this.say(told);
  }

  private tellError({ error }: DenoiseJob): void {
    if (!error || this.context.engine.state === 'failed' || error.kind === 'unsupported') return; // the engine's notice says it
    const large =
      this.picture && this.picture.image.width * this.picture.image.height > 1e6 && !this.state.half;
    const actions = error.kind === 'user' ? [] : [{ label: 'Run again', action: () => this.wish('play') }];
    if (error.kind === 'user' && large) actions.push(this.useHalf);
    this.notices.tell({ topic: 'run', kind: 'error', text: error.message, actions });
  }

  private engineChanged(): void {
    const { engine } = this.context;
    const { state, error } = engine;
    this.panel.showEngine(this.job !== undefined && this.job.phase !== 'loading');
    if (state === 'ready') this.notices.clear('engine');
    if (state === 'failed' && error) {
      const retry = () =>
        engine.start().then(
          () => this.wish('play'),
          () => {},
        ); // told by `watch`
      this.notices.tell({
        ...{ topic: 'engine', kind: 'error', text: error.message },
        actions: error.kind === 'unsupported' ? [] : [{ label: 'Retry', action: () => void retry() }],
      });
    } else if (this.job) this.panel.showFacts(this.job);
  }

  // ---- Taking away

  private async download(format: 'png' | 'jpeg'): Promise<void> {
    const result = this.job?.result;
    if (!result || !this.picture) return this.panel.flash('Wait until the run is done.');
    const alpha = this.state.half ? undefined : this.picture.alpha;
    try {
      await savePicture(withAlpha(result, alpha), `${this.name}-restored`, format);
    } catch (error) {
      this.panel.flash((error as Error).message);
    }
  }

  private async copyLink(): Promise<void> {
    this.address.replace();
    try {
      await navigator.clipboard.writeText(this.address.link);
      this.panel.flash(
        names.isOwn(this.state) ? 'Link copied. It holds the settings, not your picture.' : 'Link copied.',
      );
    } catch {
      this.panel.flash(notCopied(this.address));
    }
  }

  // ---- The page's side

  get surface() {
    return this.panel.bench;
  }

  take(file: File): void {
    void this.pictures.open(file);
  }

  complain(text: string): void {
    this.notices.tell({ topic: 'picture-error', kind: 'error', text });
  }

  unmount(): void {
    this.pictures.stop();
    this.settle();
    this.address.stop();
    this.previewer.stop();
    this.job?.leave();
    this.end.abort();
    this.panel.bench.element.remove();
  }
}

export const mount = (context: DemoContext): MountedDemo => new Denoise(context);
