// What the demos of small pictures have in common: the frame with its verbs, controls made from fields, the state in the
// address, presets, words of the engine, exports, the same in code. A demo gives its parts and is told what has changed.
import type { DemoContext } from '../demos';
import { EngineError, type Engine } from '../engine';
import type { ParamSpec } from '../engine/describe';
import { Address, notCopied, type Keeper } from '../lib/address';
import { h, markup, say } from '../lib/dom';
import { savePicture, saveText } from '../lib/save';
import { accepted, decode, defaults, encode, type State, type Value } from '../lib/state';
import { codeBlock, makeBench, type Bench } from './bench';
import { makeControl, type Control } from './controls';
import { embedButton } from './embed_button';
import { modelControl } from './model_choice';
import { still } from './theme';
import type { Verbs } from './verbs';

export type DemoWords = {
  title: string;
  lead: string;
  /** Constant HTML: sentences, equation, links. */
  html: string;
  /** Constant HTML. */
  keys: string;
  presets: readonly { name: string; title: string; state: State }[];
};

export type WorkbenchParts = {
  id: string;
  fields: readonly ParamSpec[];
  words: DemoWords;
  verbs?: Verbs;
  stage: HTMLElement;
  below: (Node | false)[];
  source?: HTMLElement;
  /** Names of fields, by heading; what is not a field is an element of the demo's own. */
  sections: readonly { title: string; controls: readonly (string | HTMLElement)[] }[];
  more: readonly string[];
  /** Beside "Download PNG" and "Copy link". */
  actions?: readonly HTMLElement[];
  /** For "Curve as CSV": the button is the demo's to place. */
  csv(): string;
  /** For "Download PNG": the picture and its name; undefined: there is none yet. */
  picture(): { image: ImageData; name: string } | undefined;
  command(state: State): string;
  code(state: State): string;
  /** The state has changed in these names; `live`: by a slider that may move on. */
  changed(names: ReadonlySet<string>, live: boolean): void;
  /** A person asks for what failed again. */
  retry(): void;
  /** Names that change nothing that is computed: kept by presets. */
  looks?: readonly string[];
};

const WORDS_MS = 5000;

export const button = (text: string, action: () => void, kind = 'button'): HTMLButtonElement =>
  h('button', { type: 'button', class: kind, onclick: action }, text);

/** By which a page that shows some controls only may ask for it: its own name, or that of its section. */
export function named(element: HTMLElement, section: string): HTMLElement {
  element.dataset.control ??= section.toLowerCase();
  return element;
}

export class Workbench {
  state: State;
  readonly bench: Bench;
  readonly csvButton = button('Curve as CSV', () => this.saveCsv(), 'tool');
  private readonly start: State;
  private readonly address: Keeper;
  private readonly controls = new Map<string, Control>();
  private readonly facts = h('span', { class: 'facts-line' });
  private readonly toast = h('span', { class: 'toast', role: 'status' });
  private readonly blocks: ReturnType<typeof codeBlock>[];
  private readonly end = new AbortController();
  private told = '';
  private moving = false;

  constructor(
    readonly context: DemoContext,
    private readonly parts: WorkbenchParts,
  ) {
    const { id, fields, words } = parts;
    this.start = defaults(fields);
    this.state = decode(fields, context.query);
    const hash = () => encode(id, fields, this.state);
    this.address = context.keep?.(hash) ?? new Address(hash);
    this.blocks = [
      codeBlock('Command line', () => parts.command(this.state)),
      codeBlock('In code', () => parts.code(this.state)),
    ];
    const section = (name: string, ...children: (HTMLElement | HTMLElement[])[]) =>
      h('section', { class: 'rail-section' }, h('h2', {}, name), children.flat());
    const presets = words.presets.map(({ name, title, state }) =>
      h('button', { type: 'button', class: 'pill', title, onclick: () => this.preset(state) }, name),
    );
    const keys = h('section', {});
    keys.append(markup(words.keys));
    this.bench = makeBench({
      title: words.title,
      lead: words.lead,
      verbs: parts.verbs,
      picture: () => parts.picture()?.image,
      stage: parts.stage,
      source: parts.source,
      below: parts.below,
      rail: [
        section('Presets', h('div', { class: 'pills', 'data-control': 'presets' }, presets)),
        ...parts.sections.map(({ title, controls }) =>
          section(
            title,
            ...controls.map((it) => (typeof it === 'string' ? this.control(it) : named(it, title))),
          ),
        ),
        ...(parts.more.length
          ? [
              h(
                'details',
                { class: 'rail-section more' },
                h('summary', {}, 'More'),
                parts.more.map((name) => this.control(name)),
              ),
            ]
          : []),
      ],
      footer: [
        h('p', { class: 'promise' }, 'Runs in this tab. Nothing is uploaded. ', this.facts),
        h(
          'div',
          { class: 'actions' },
          button('Download PNG', () => void this.savePng(), 'button button-strong'),
          ...(parts.actions ?? []),
          button('Copy link', () => void this.copyLink()),
          embedButton(
            () => this.bench.element,
            () => this.address.current,
            (text) => this.flash(text),
          ),
          this.toast,
        ),
      ],
      explanation: { html: words.html },
      more: [
        h(
          'div',
          { class: 'same' },
          h('h3', {}, 'The same by command line and in code'),
          this.blocks.map(({ element }) => element),
        ),
        keys,
      ],
    });
    context.host.append(this.bench.element);
    this.end.signal.addEventListener(
      'abort',
      context.engine.watch(() => this.engineChanged()),
    );
    this.show();
  }

  get engine(): Engine {
    return this.context.engine;
  }

  get notices() {
    return this.bench.notices;
  }

  /** Ended by `unmount`. */
  get signal(): AbortSignal {
    return this.end.signal;
  }

  /** Nothing runs unasked. */
  get still(): boolean {
    return this.context.autorun === false || still();
  }

  say(text: string, now = false): void {
    this.bench.live.say(text, now);
  }

  // ---- State

  private control(name: string): HTMLElement {
    const spec = this.parts.fields.find((field) => field.name === name)!;
    const report = (value: Value, live: boolean) => this.change({ [name]: value }, live);
    const control =
      spec.type === 'model'
        ? modelControl(this.engine, spec, report, this.signal)
        : makeControl(spec, report);
    this.controls.set(name, control);
    return control.element;
  }

  visible(name: string, on: boolean): void {
    const control = this.controls.get(name);
    if (control) control.element.hidden = !on;
  }

  /** What "auto" came to. */
  estimate(name: string, value: number | undefined): void {
    this.controls.get(name)?.estimate(value);
  }

  /** What a person has chosen; a step for the back button unless `live`. */
  change(to: State, live = false): void {
    const names = new Set(Object.keys(to).filter((name) => this.state[name] !== to[name]));
    if (!names.size && (live || !this.moving)) return;
    if (!live && !this.moving) this.address.step();
    this.moving = live;
    Object.assign(this.state, to);
    this.show();
    this.parts.changed(live ? names : new Set(Object.keys(to)), live);
  }

  /** What follows from what is done on the stage: no step for the back button. */
  follow(to: State): void {
    Object.assign(this.state, to);
    this.show();
  }

  private preset(state: State): void {
    const looks = Object.fromEntries((this.parts.looks ?? []).map((name) => [name, this.state[name]!]));
    this.become({ ...this.start, ...looks, ...state }, true);
  }

  private become(next: State, step: boolean): void {
    const names = new Set(Object.keys(next).filter((name) => next[name] !== this.state[name]));
    if (step) this.address.step();
    this.state = next;
    this.moving = false;
    this.show();
    if (names.size) this.parts.changed(names, false);
  }

  navigate(query: URLSearchParams): void {
    this.become(decode(this.parts.fields, query), false);
  }

  show(): void {
    const { state } = this;
    for (const [name, control] of this.controls) {
      const spec = this.parts.fields.find((field) => field.name === name)!;
      control.set(accepted(spec, state[name]) ?? this.start[name]!);
    }
    this.blocks.forEach((block) => block.refresh());
    this.address.follow();
  }

  // ---- The engine

  /** What the last computation was: "0.4 s for 64 digits". */
  fact(text: string): void {
    this.told = text;
    this.engineChanged();
  }

  private engineChanged(): void {
    const { state, error, info, loading } = this.engine;
    const share = loading?.total ? ` ${Math.floor((100 * loading.loaded) / loading.total)} %` : '';
    const what = loading
      ? `Loading ${loading.what.replace(/^The /, 'the ')}${share}`
      : state === 'loading'
        ? 'Starting the engine'
        : '';
    say(this.facts, what || [info?.text, this.told].filter(Boolean).join(' · '));
    if (state === 'ready') this.notices.clear('engine');
    if (state !== 'failed' || !error) return;
    const retry = { label: 'Retry', action: () => this.parts.retry() };
    const actions = error.kind === 'unsupported' ? [] : [retry];
    this.notices.tell({ topic: 'engine', kind: 'error', text: error.message, actions });
  }

  /** Says what went wrong, unless the page itself asked for it or the engine's notice says it. */
  fail(error: unknown, topic = 'run'): void {
    const it =
      error instanceof EngineError
        ? error
        : new EngineError('internal', `Something went wrong: ${String((error as Error)?.message ?? error)}`);
    if (it.kind === 'cancelled' || this.end.signal.aborted || this.engine.state === 'failed') return;
    const actions = it.kind === 'user' ? [] : [{ label: 'Try again', action: () => this.parts.retry() }];
    this.notices.tell({ topic, kind: 'error', text: it.message, actions });
  }

  // ---- Taking away

  private saveCsv(): void {
    saveText(this.parts.csv(), `${this.parts.id}.csv`, 'text/csv');
  }

  private async savePng(): Promise<void> {
    const it = this.parts.picture();
    if (!it) return this.flash('Wait until there is a picture.');
    try {
      await savePicture(it.image, it.name, 'png');
    } catch (error) {
      this.flash((error as Error).message);
    }
  }

  private async copyLink(): Promise<void> {
    this.address.replace();
    try {
      await navigator.clipboard.writeText(this.address.link);
      this.flash('Link copied.');
    } catch {
      this.flash(notCopied(this.address));
    }
  }

  /** A word beside the buttons, for a while. */
  flash(text: string): void {
    say(this.toast, text);
    setTimeout(() => this.toast.textContent === text && say(this.toast, ''), WORDS_MS);
  }

  unmount(): void {
    this.end.abort();
    this.address.stop();
    this.bench.element.remove();
  }
}
