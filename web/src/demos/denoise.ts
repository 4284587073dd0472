// The denoise demo: its state and what changes it. Runs are denoise_job.ts, elements denoise_panel.ts, words
// denoise_text.ts, names and parameters denoise_state.ts.
import { decode, PictureError, TooLarge, type Picture } from '../lib/decode';
import { size } from '../lib/format';
import { withAlpha } from '../lib/pixels';
import { savePicture, saveText } from '../lib/save';
import { decode as decodeState, encode, type State, type Value } from '../lib/state';
import { DenoiseJob, type Wish } from './denoise_job';
import { DenoisePanel } from './denoise_panel';
import { hint, sentence } from './denoise_show';
import * as names from './denoise_state';
import * as words from './denoise_text';
import type { DemoContext, MountedDemo } from './index';

const DEBOUNCE_MS = 250;
const ADDRESS_MS = 300; // browsers allow about a hundred changes of the address in half a minute

/** The picture opened last in this tab, so that the back button finds it again. */
let lastOwn: Picture | undefined;

class Denoise implements MountedDemo {
  private state: State;
  private picture: Picture | undefined;
  private job: DenoiseJob | undefined;
  /** Whether a change starts a run by itself: until a person pauses, steps, stops or resets. */
  private automatic = true;
  /** Of the picture that was asked for last: an earlier one that arrives later is dropped. */
  private turn = 0;
  private timer = 0;
  private addressTimer = 0;
  private readonly panel: DenoisePanel;
  private readonly end: (() => void)[] = [];

  constructor(private readonly context: DemoContext) {
    this.state = decodeState(names.fields, context.query);
    this.panel = new DenoisePanel(context.engine, {
      run: () => this.wish('play'),
      pause: () => this.wish('hold'),
      step: () => this.wish('step'),
      stop: () => this.stop(),
      reset: () => this.reset(),
      file: (file) => void this.open(file),
      sample: (id) => this.pick(id),
      change: (name, value, live) => this.change(name, value, live),
      preset: (state) => this.preset(state),
      download: (format) => void this.download(format),
      copyLink: () => void this.copyLink(),
      saveCurve: () => saveText(this.panel.plot.csv(), `${this.name}-curve.csv`, 'text/csv'),
    });
    context.host.append(this.panel.bench.element);
    const themed = () => this.panel.redraw();
    window.addEventListener('themechange', themed);
    this.end.push(
      () => window.removeEventListener('themechange', themed),
      context.engine.watch(() => this.engineChanged()),
    );
    this.panel.view.addEventListener('viewchange', () => this.lookChanged());
    context.engine.start().catch(() => {}); // told by `watch`
    this.showState();
    if (context.file) void this.open(context.file);
    else void this.begin();
  }

  private get notices() {
    return this.panel.bench.notices;
  }

  private say(text: string, now = false): void {
    this.panel.bench.live.say(text, now);
  }

  // ---- Pictures

  private get name(): string {
    return this.picture?.name ?? String(this.state.image);
  }

  /** From the state: a sample, or the default one where a link was made with somebody's own picture. */
  private async begin(): Promise<void> {
    if (names.isOwn(this.state)) {
      this.turn++;
      if (lastOwn) return this.use(lastOwn);
      this.notices.tell({ topic: 'picture', text: words.notHere });
    }
    if (!names.samples.some(({ id }) => id === this.state.image)) this.state.image = names.start.image!;
    const chosen = names.samples.find(({ id }) => id === this.state.image)!;
    this.showState();
    this.panel.stage.poster(this.state);
    const turn = ++this.turn;
    try {
      const answer = await fetch(chosen.url);
      if (!answer.ok) throw new Error(String(answer.status));
      const picture = await decode(await answer.blob(), { name: chosen.id });
      if (turn === this.turn) this.use(picture);
    } catch {
      if (turn !== this.turn) return;
      const text = `The sample photo "${chosen.title}" could not be loaded: the connection failed. Your own photos work without one.`;
      this.notices.tell({
        topic: 'picture-error',
        kind: 'error',
        text,
        actions: [{ label: 'Retry', action: () => void this.begin() }],
      });
    }
  }

  private pick(id: string): void {
    const wasOwn = names.isOwn(this.state);
    this.state.image = id;
    if (wasOwn && this.state.noise === 'off') this.state.noise = names.start.noise!;
    this.freshLook();
    this.automatic = true;
    void this.begin();
  }

  private async open(file: File, pixels?: number): Promise<void> {
    const { notices } = this;
    const turn = ++this.turn;
    notices.clear('picture-error');
    this.say(`Opening ${file.name || 'the picture'}.`);
    try {
      const picture = await decode(file, { pixels });
      if (turn !== this.turn) return;
      this.state.image = names.ownImage;
      this.state.noise = 'off';
      this.freshLook();
      this.automatic = true;
      lastOwn = picture;
      this.use(picture);
    } catch (error) {
      if (turn !== this.turn) return;
      const known = error instanceof PictureError;
      const text = known
        ? error.message
        : `This picture could not be opened: ${String((error as Error)?.message ?? error)}`;
      const sizes = error instanceof TooLarge ? error.sizes : [];
      const actions = sizes.map(({ width, height, pixels: goal }) => ({
        label: `Use ${size(width, height)}`,
        action: () => void this.open(file, goal),
      }));
      notices.tell({ topic: 'picture-error', kind: 'error', text, actions });
    }
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

  private restart(wish: Wish): void {
    clearTimeout(this.timer);
    const { picture, state } = this;
    if (!picture) return;
    const { job: earlier } = this;
    this.job = undefined; // what it still reports is not shown
    earlier?.stop();
    this.notices.clear('run', 'noise');
    const epll = names.epllOf(state);
    if (picture.grey && epll.colour !== undefined) epll.colour = names.paramDefaults.epll.colour!;
    const settings = { noise: names.noiseOf(state), epll, half: state.half === true };
    const job = new DenoiseJob(this.context.engine, picture.image, picture.grey, settings, () =>
      this.jobChanged(job),
    );
    this.job = job;
    void job.start(wish);
    this.jobChanged(job);
  }

  private wish(wish: Wish): void {
    this.automatic = wish === 'play';
    const phase = this.job?.phase;
    if (!this.job || this.job.ended || phase === 'done') this.restart(wish);
    else this.job.go(wish);
  }

  private stop(): void {
    this.automatic = false;
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
    if (names.isView(name)) this.state[name] = value;
    else if (this.state[name] !== value) {
      this.state[name] = value;
      if (names.isLive(name)) void this.job?.set({ [name]: value });
      else {
        clearTimeout(this.timer);
        if (!this.automatic) this.panel.stage.forget();
        this.timer = window.setTimeout(
          () => this.restart(this.automatic ? 'play' : 'hold'),
          live ? DEBOUNCE_MS : 0,
        );
      }
    }
    this.showState();
    if (this.job) this.jobChanged(this.job);
  }

  private preset(state: State): void {
    const look = { view: this.state.view!, split: this.state.split! };
    this.state = { ...names.start, ...state, ...look };
    this.automatic = true;
    this.panel.view.look(undefined);
    void this.begin();
  }

  navigate(query: URLSearchParams): void {
    const next = decodeState(names.fields, query);
    const same = (name: string) => next[name] === this.state[name];
    if (names.fields.every(({ name }) => same(name))) return;
    const samePicture = same('image') && this.picture;
    const onlyLook = names.fields.every(({ name }) => same(name) || names.isView(name));
    this.state = next;
    this.showState();
    if (onlyLook) this.job && this.jobChanged(this.job);
    else if (samePicture) this.restart('play');
    else void this.begin();
  }

  /** What belongs to the last picture alone does not pass to the next. */
  private freshLook(): void {
    this.panel.view.look(undefined);
    Object.assign(this.state, { zoom: 0, x: 0, y: 0, half: false });
    if (this.state.view === 'original') this.state.view = 'compare';
  }

  private lookChanged(): void {
    const { chosen, split } = this.panel.view;
    const { zoom, x, y } = chosen ?? { zoom: 0, x: 0, y: 0 };
    const rounded = (value: number, digits: number) => Number(value.toFixed(digits));
    Object.assign(this.state, { split, zoom: rounded(zoom, 3), x: rounded(x, 1), y: rounded(y, 1) });
    this.writeAddress();
  }

  private writeAddress(): void {
    clearTimeout(this.addressTimer);
    this.addressTimer = window.setTimeout(
      () => history.replaceState(null, '', `#${encode('denoise', names.fields, this.state)}`),
      ADDRESS_MS,
    );
  }

  // ---- Showing

  private showState(): void {
    this.panel.showState(this.state, this.name, this.picture?.grey ?? false);
    this.writeAddress();
  }

  private jobChanged(job: DenoiseJob): void {
    if (job !== this.job) return;
    this.panel.showJob(job, this.state);
    if (job.error) this.tellError(job);
    const useHalf = { label: 'Use half size', action: () => this.change('half', true, false) };
    const found = hint(job, this.state);
    if (found)
      this.notices.tell({
        topic: 'noise',
        text: words.hints[found],
        actions: found === 'coarse' ? [useHalf] : [],
      });
    else this.notices.clear('noise');
    const told = sentence(job);
    if (told) this.say(told);
  }

  private tellError({ error }: DenoiseJob): void {
    if (!error || this.context.engine.state === 'failed' || error.kind === 'unsupported') return; // the engine's notice says it
    const large =
      this.picture && this.picture.image.width * this.picture.image.height > 1e6 && !this.state.half;
    const actions = error.kind === 'user' ? [] : [{ label: 'Run again', action: () => this.wish('play') }];
    if (error.kind === 'user' && large)
      actions.push({ label: 'Use half size', action: () => this.change('half', true, false) });
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
    history.replaceState(null, '', `#${encode('denoise', names.fields, this.state)}`);
    try {
      await navigator.clipboard.writeText(location.href);
      this.panel.flash(
        names.isOwn(this.state) ? 'Link copied. It holds the settings, not your picture.' : 'Link copied.',
      );
    } catch {
      this.panel.flash('The browser does not let the page copy; the link is in the address bar.');
    }
  }

  // ---- The page's side

  take(file: File): void {
    void this.open(file);
  }

  complain(text: string): void {
    this.notices.tell({ topic: 'picture-error', kind: 'error', text });
  }

  unmount(): void {
    this.turn++;
    clearTimeout(this.timer);
    clearTimeout(this.addressTimer);
    this.job?.stop();
    this.end.forEach((end) => end());
    this.panel.bench.element.remove();
  }
}

export const mount = (context: DemoContext): MountedDemo => new Denoise(context);
