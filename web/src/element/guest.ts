// The demo in the shadow root of a <prior-lab>: with the page's shared engine, styles of its own, the colours and font of
// the page around it. Loaded when the reader comes near.
import type { DemoContext, MountedDemo } from '../demos';
import { hasPage, siteUrl } from '../engine/site';
import type { Keeper } from '../lib/address';
import { h } from '../lib/dom';
import { route } from '../lib/state';
import { forgetRoot, styleRoot } from '../lib/styles';
import { catchFiles } from '../ui/catch_files';
import { obeyDisabled } from '../ui/disabled';
import { showOnly } from '../ui/lesson';
import { namesIn } from '../ui/names';
import { themeChanged } from '../ui/theme';
import type { Phase, Verb } from '../ui/verbs';
import { attributeOf, queryOf } from './attributes';
import { isHostDark, textSize, watchHost } from './host_page';
import type { PriorLab } from './prior_lab';
import { borrowEngine } from './shared_engine';
import baseCss from '../ui/styles/base.css?inline';
import noticesCss from '../ui/styles/notices.css?inline';
import frameCss from './frame.css?inline';
import guestCss from './guest.css?inline';

export type Host = {
  /** The state has changed: names with their values, defaults left out; `byScript`: since attributes had been changed. */
  write(before: Record<string, string>, now: Record<string, string>, byScript: boolean): void;
  tell(name: string, detail: object): void;
};

/** Longer than a demo takes on a slow network it is not kept behind its poster: it says itself what it waits for. */
const REVEAL_MS = 4000;
/** Where nothing runs there is little to wait for. */
const STILL_MS = 1000;

export class Guest {
  private readonly box = h('div', { class: 'guest', part: 'demo' });
  private readonly lent = borrowEngine();
  private readonly demo: MountedDemo;
  private readonly ends: (() => void)[] = [];
  private hash: () => string = () => '';
  private written: Record<string, string> | undefined;
  private due = false;
  private byScript = false;
  private gone = false;
  private failed = false;
  private near = false;
  /** A script has asked for the run: it goes on wherever the reader is. */
  private asked = false;
  /** Paused because the reader is away. */
  private resting = false;

  constructor(
    private readonly element: PriorLab,
    private readonly root: ShadowRoot,
    mount: (context: DemoContext) => MountedDemo,
    private readonly host: Host,
  ) {
    forgetRoot(root);
    styleRoot(root, frameCss, guestCss, baseCss, noticesCss);
    root.append(this.box);
    this.look();
    const context: DemoContext = {
      ...{ host: this.box, engine: this.lent.engine },
      query: new URLSearchParams([...(element.given ?? []), ...queryOf(element)]),
      keep: (hash) => this.keep(hash),
      ...(element.autorun !== undefined && { autorun: element.autorun }),
    };
    try {
      this.demo = mount(context);
    } catch (error) {
      forgetRoot(root);
      this.lent.giveBack();
      throw error;
    }
    if (element.given) this.written = {}; // attributes are to follow
    element.given = undefined;
    this.listen();
    void this.reveal();
    this.showControls();
    if (element.autorun) void this.run();
  }

  get state(): Record<string, string> {
    const { query } = route(this.hash());
    query.delete('v');
    return Object.fromEntries(query);
  }

  // ---- Verbs

  act(verb: Verb): void {
    this.resting = false;
    this.asked = true;
    this.demo.surface.verbs?.act(verb);
  }

  /** Now, or when what it needs has been loaded; where that fails the notice, and the event, say so. */
  async run(): Promise<void> {
    const { verbs } = this.demo.surface;
    this.failed = false;
    while (verbs?.phase === 'loading' && !this.gone && !this.failed)
      await new Promise((go) => setTimeout(go, 50));
    if (!this.gone) this.act('run');
  }

  /** The demo takes the poster's place when it has something to show: what moves before that moves unseen. */
  private async reveal(): Promise<void> {
    const { verbs, element } = this.demo.surface;
    const poster = this.root.querySelector('.poster');
    const end = performance.now() + (verbs ? REVEAL_MS : STILL_MS);
    const empty = () => (verbs ? verbs.phase === 'loading' : !element.querySelector('[data-metric]'));
    const waiting = () => empty() && !this.failed && !this.gone;
    while (waiting() && performance.now() < end) await new Promise((go) => setTimeout(go, 50));
    poster?.remove();
    this.box.classList.add('guest-ready');
  }

  /** The reader has come or gone. */
  attend(near: boolean): void {
    if (this.near && !near) this.asked = false;
    this.near = near;
    if (near && this.resting) this.demo.surface.verbs?.act('run');
    this.resting = false;
    this.rest();
  }

  private rest(): void {
    const { verbs } = this.demo.surface;
    if (this.near || this.asked || this.gone || verbs?.phase !== 'running') return;
    verbs.act('pause');
    this.resting = true;
  }

  private listen(): void {
    const { verbs, notices } = this.demo.surface;
    const { host, box } = this;
    notices.onTell = ({ kind, text, topic }) => {
      if (kind !== 'error') return;
      this.failed = true;
      host.tell('error', { message: text, topic });
    };
    if (verbs) {
      verbs.onPhase = (now, before) => this.phaseChanged(now, before);
      verbs.onProgress = ({ fraction, unit, units, ms }) =>
        host.tell('progress', { fraction, unit, units, ms });
    }
    obeyDisabled(box);
    box.addEventListener('click', (event) => this.followLink(event));
    // A page of slides has keys of its own.
    box.addEventListener('keydown', (event) => {
      const passes = ['Tab', 'Escape'].includes(event.key) || event.ctrlKey || event.metaKey;
      if (event.defaultPrevented || !passes) event.stopPropagation();
    });
    this.ends.push(
      catchFiles(
        (file) => this.demo.take(file),
        (sentence) => this.demo.complain(sentence),
        box,
      ),
      watchHost(() => this.look()),
    );
  }

  private phaseChanged(now: Phase, before: Phase): void {
    const { surface } = this.demo;
    if (now === 'running') queueMicrotask(() => this.rest());
    if (now !== 'done' && (before !== 'loading' || now === 'running')) return;
    queueMicrotask(() => {
      // the demo shows it first
      if (this.gone || (now !== 'done' && !surface.picture())) return;
      const figures = [...surface.element.querySelectorAll<HTMLElement>('[data-metric]')].map((it) => [
        it.dataset.metric!,
        it.querySelector('dd')?.textContent ?? '',
      ]);
      this.host.tell('result', {
        ...{ state: this.state, figures: Object.fromEntries(figures) },
        get picture() {
          return surface.picture(); // made when somebody wants it
        },
      });
    });
  }

  /** Links of a demo lead to other demos: on the site, not in the page around; here, where there is no site. */
  private followLink(event: MouseEvent): void {
    const link = (event.target as Element).closest?.('a[href^="#"]');
    if (!link) return;
    event.preventDefault();
    const hash = link.getAttribute('href')!;
    if (hasPage) return void window.open(siteUrl(hash), '_blank', 'noopener');
    const { id, query } = route(hash);
    const { element } = this;
    for (const name of Object.keys(this.state)) element.removeAttribute(attributeOf(name));
    for (const [name, value] of query) element.setAttribute(attributeOf(name), value);
    element.demo = id;
  }

  // ---- State

  private keep(hash: () => string): Keeper {
    this.hash = hash;
    const write = () => this.write();
    const follow = () => {
      if (this.due) return;
      this.due = true;
      queueMicrotask(write);
    };
    return {
      ...{ follow, replace: write, step() {}, stop() {} },
      get current() {
        return hash();
      },
      get link() {
        return hasPage ? siteUrl(`#${hash()}`) : location.href;
      },
    };
  }

  private write(): void {
    this.due = false;
    if (this.gone) return;
    const now = this.state;
    const before = this.written;
    this.written = now;
    if (before) this.host.write(before, now, this.byScript);
    this.byScript = false;
  }

  /** Attributes have been changed. */
  follow(): void {
    this.showControls();
    this.look();
    this.byScript = true; // until what follows is written
    this.demo.navigate(queryOf(this.element));
    queueMicrotask(() => queueMicrotask(() => (this.byScript = false)));
  }

  // ---- Looks

  private look(): void {
    const { box, element } = this;
    const style = getComputedStyle(element);
    const own = style.getPropertyValue('--demo-font').trim();
    box.style.setProperty('--font', own || style.fontFamily);
    box.style.setProperty('--rem', `${textSize(element)}px`);
    const theme = isHostDark(element, element.theme) ? 'dark' : 'light';
    if (box.dataset.theme === theme) return;
    box.dataset.theme = theme;
    themeChanged();
  }

  private showControls(): void {
    showOnly(this.box, namesIn(this.element.controls));
  }

  unmount(): void {
    this.gone = true;
    this.demo.unmount();
    this.ends.forEach((end) => end());
    forgetRoot(this.root);
    this.root.replaceChildren();
    this.lent.giveBack();
  }
}
