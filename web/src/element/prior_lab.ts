// <prior-lab demo="denoise" sigma="25" controls="sigma,image">: a demo as a figure in somebody's page. This script is small:
// it shows the poster and loads the rest (guest.ts) when the reader comes near. Attributes are the names of the demo's
// address, both ways; what the element itself takes is in attributes.ts.
import { demos, type Demo } from '../demos';
import { imageUrl } from '../lib/assets';
import { h } from '../lib/dom';
import * as attributes from './attributes';
import type { Guest } from './guest';
import { reservedHeight } from './heights';
import { textSize } from './host_page';
import { watchNearness } from './nearness';
import frameCss from './frame.css?inline';

export type { ChangeDetail, ErrorDetail, ProgressDetail, ResultDetail } from './events';

let frame: CSSStyleSheet | undefined;
function frameSheet(): CSSStyleSheet {
  if (!frame) {
    frame = new CSSStyleSheet();
    frame.replaceSync(frameCss);
  }
  return frame;
}

export class PriorLab extends HTMLElement {
  /** State to begin with that comes from elsewhere than from attributes; names that the demo does not know are dropped. */
  given: URLSearchParams | undefined;
  private readonly root = this.attachShadow({ mode: 'open' });
  private readonly internals = this.attachInternals?.();
  private readonly observer = new MutationObserver(() => this.told());
  /** Attributes as they were last read or written. */
  private known = '';
  /** What is shown: the id of a demo. */
  private shown: string | undefined;
  private guest: Guest | undefined;
  private starting: Promise<void> | undefined;
  /** Of what is being loaded: what comes for another is not wanted any more. */
  private turn = 0;
  private endWatch: (() => void) | undefined;
  private near = false;
  private width = -1;
  private readonly resized = new ResizeObserver(() => this.reserve());

  connectedCallback(): void {
    if (this.endWatch) return; // moved
    this.takeProperties();
    this.dress();
    this.observer.observe(this, { attributes: true });
    this.endWatch = watchNearness(this, (near) => {
      this.near = near;
      if (near) void this.start();
      this.guest?.attend(near);
    });
    this.resized.observe(this);
    this.showDemo();
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.endWatch?.();
      this.endWatch = undefined;
      this.near = false;
      this.observer.disconnect();
      this.resized.disconnect();
      this.leave();
    });
  }

  /** What was set before this script had come lies in the way of the accessors. */
  private takeProperties(): void {
    const own = this as unknown as Record<string, unknown>;
    for (const name of ['demo', 'controls', 'theme', 'height', 'seed', 'autorun']) {
      if (!Object.hasOwn(own, name)) continue;
      const value = own[name];
      delete own[name];
      own[name] = value;
    }
  }

  // ---- What scripts use

  /** Resolves when the demo is there; it is loaded now, wherever the reader is. */
  get ready(): Promise<void> {
    return this.start();
  }

  /** The state that differs from the demo's defaults, by the names of its attributes. */
  get state(): Record<string, string> {
    return this.guest?.state ?? Object.fromEntries(attributes.queryOf(this));
  }

  /** Loads the demo if need be and runs it. */
  async run(): Promise<void> {
    await this.start();
    await this.guest?.run();
  }

  pause(): void {
    this.guest?.act('pause');
  }

  /** One unit: a step of EPLL, a sheet of patches, a pixel. */
  step(): void {
    this.guest?.act('step');
  }

  stop(): void {
    this.guest?.act('stop');
  }

  reset(): void {
    this.guest?.act('reset');
  }

  get demo(): string {
    return this.getAttribute('demo') ?? '';
  }
  set demo(id: string) {
    this.setAttribute('demo', id);
  }

  /** Names of the controls that are shown, separated by commas; null: all. */
  get controls(): string | null {
    return this.getAttribute('controls');
  }
  set controls(names: string | null) {
    this.put('controls', names);
  }

  get theme(): 'auto' | 'light' | 'dark' {
    const theme = this.getAttribute('theme');
    return theme === 'light' || theme === 'dark' ? theme : 'auto';
  }
  set theme(theme: 'auto' | 'light' | 'dark') {
    this.setAttribute('theme', theme);
  }

  /** Pixels that are kept free for the demo; 0: as many as it is known to need. */
  get height(): number {
    return attributes.pixels(this.getAttribute('height'));
  }
  set height(pixels: number) {
    this.put('height', pixels > 0 ? String(pixels) : null);
  }

  get seed(): number | undefined {
    const text = this.getAttribute('seed');
    return text === null ? undefined : Number(text);
  }
  set seed(seed: number | undefined) {
    this.put('seed', seed === undefined ? null : String(seed));
  }

  /** Whether the demo may run unasked; undefined: as it likes best. */
  get autorun(): boolean | undefined {
    const text = this.getAttribute('autorun');
    return text === null ? undefined : text !== 'false';
  }
  set autorun(on: boolean | undefined) {
    this.put('autorun', on === undefined ? null : String(on));
  }

  private put(name: string, value: string | null): void {
    if (value === null) this.removeAttribute(name);
    else this.setAttribute(name, value);
  }

  // ---- Showing

  /** The poster of the demo that the attributes name. */
  private showDemo(): void {
    this.leave();
    this.known = attributes.snapshot(this);
    this.shown = this.demo;
    const demo = demos.find(({ id }) => id === this.demo);
    if (!demo) return this.refuse();
    Object.assign(this.internals ?? {}, { role: 'figure', ariaLabel: demo.title });
    this.width = -1;
    this.reserve();
    const picture = h('img', {
      crossorigin: '', // an isolated page takes no other pictures of another origin
      ...{ src: imageUrl(demo.picture), alt: demo.pictureAlt, width: 640, height: 400 },
    });
    this.root.replaceChildren(h('div', { class: 'poster', part: 'poster' }, picture));
    if (this.near) void this.start();
  }

  /** Browsers that cannot construct sheets get the poster and sentences as they come. */
  private dress(): void {
    if ('adoptedStyleSheets' in this.root) this.root.adoptedStyleSheets = [frameSheet()];
  }

  private refuse(): void {
    const message = this.demo
      ? `There is no demo "${this.demo}". There are: ${demos.map(({ id }) => id).join(', ')}.`
      : 'prior-lab needs the attribute demo, for example demo="denoise".';
    this.trouble(message, 'demo');
  }

  private reserve(): void {
    const width = this.clientWidth;
    if (width === this.width || !this.shown) return;
    this.width = width;
    const height = this.height || reservedHeight(this.shown, width, this.controls, textSize(this));
    this.style.setProperty('min-height', `${height}px`, 'important');
  }

  private start(): Promise<void> {
    const demo = demos.find(({ id }) => id === this.shown);
    if (!demo || !this.isConnected) return Promise.resolve();
    this.starting ??= this.load(demo);
    return this.starting;
  }

  private async load(demo: Demo): Promise<void> {
    const { turn } = this;
    const wanted = () => turn === this.turn;
    const parts = await Promise.all([import('./guest'), demo.load()]).catch((error) => {
      console.warn(error);
    });
    if (!wanted()) return;
    if (!parts) {
      // Browsers remember that a module did not arrive.
      return this.trouble(
        'This figure could not be loaded: the connection failed. Reload the page to try again.',
      );
    }
    const [{ Guest }, { mount }] = parts;
    try {
      this.guest = new Guest(this, this.root, mount, {
        write: (before, now, byScript) => this.write(before, now, byScript),
        tell: (name, detail) => this.tell(name, detail),
      });
      this.guest.attend(this.near);
    } catch (error) {
      console.warn(error);
      this.trouble('This figure broke down while it was built; the console of the browser says why.');
    }
  }

  private trouble(message: string, topic = 'engine'): void {
    this.dress();
    this.root.replaceChildren(h('p', { class: 'trouble', role: 'alert' }, message));
    this.tell('error', { message, topic });
  }

  private leave(): void {
    this.turn++;
    this.shown = this.starting = undefined;
    this.guest?.unmount();
    this.guest = undefined;
  }

  // ---- Attributes

  /** An attribute has been changed, perhaps by the demo. */
  private told(): void {
    const now = attributes.snapshot(this);
    if (now === this.known) return;
    if (this.demo !== this.shown) return this.showDemo();
    this.known = now;
    this.width = -1;
    this.reserve();
    this.guest?.follow();
  }

  /** The demo's state has changed: so do the attributes. */
  private write(before: Record<string, string>, now: Record<string, string>, byScript: boolean): void {
    const changed = attributes.reflect(this, before, now);
    this.known = attributes.snapshot(this);
    if (changed.length && !byScript) this.tell('change', { state: now, changed });
  }

  private tell(name: string, detail: object): void {
    const known = { demo: this.shown ?? '' };
    const told = Object.defineProperties(known, Object.getOwnPropertyDescriptors(detail));
    this.dispatchEvent(new CustomEvent(name, { detail: told }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'prior-lab': PriorLab;
  }
}

// Two versions in one page: the first one serves it.
if (!customElements.get('prior-lab')) customElements.define('prior-lab', PriorLab);
