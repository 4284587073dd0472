// The page's address as it follows a demo's state: replaced while something is moved, a new step for the back button
// where a person chose something. Back and forward change the address before the page hears of it: until then nothing is
// written, since it would replace where the reader has gone. What a lesson's link asks of the controls stays in it.
import { VERSION } from './versions';

/** Where a demo's state is kept: the page's address, or elsewhere by the same words. */
export interface Keeper {
  /** Before a choice changes the state. */
  step(): void;
  /** The state has changed. */
  follow(): void;
  /** At once. */
  replace(): void;
  /** The demo is gone. */
  stop(): void;
  /** What an address says of the state, without '#': "denoise?v=1&sigma=25". */
  readonly current: string;
  /** A link to it. */
  readonly link: string;
}

/** Said when the browser does not let a link be copied. */
export const notCopied = ({ link }: Keeper): string =>
  link === location.href
    ? 'The browser does not let the page copy; the link is in the address bar.'
    : `The browser does not let the page copy ${link}`;

/** Browsers allow about a hundred changes of the address in half a minute. */
const PAUSE_MS = 300;

export class Address implements Keeper {
  private timer = 0;
  private choice = false;
  private written = -Infinity;
  /** The address the page knows of. */
  private known = location.hash;

  /** A click may follow a link: what is not written yet would be lost to the back button. */
  private readonly clicked = () => this.timer && this.replace();

  private readonly moved = () => (this.known = location.hash);

  /** `state`: what the address should say, without '#'. */
  constructor(private readonly state: () => string) {
    document.addEventListener('click', this.clicked, { capture: true });
    for (const event of ['popstate', 'hashchange'])
      window.addEventListener(event, this.moved, { capture: true });
  }

  /** Before a choice changes the state: what has come so far is written, and the next change makes a step. */
  step(): void {
    this.replace();
    this.choice = true;
  }

  /** The state has changed. */
  follow(): void {
    if (!this.choice) {
      const wait = Math.max(0, this.written + PAUSE_MS - performance.now());
      clearTimeout(this.timer);
      if (wait) this.timer = window.setTimeout(() => this.replace(), wait);
      else this.replace();
      return;
    }
    this.choice = false;
    clearTimeout(this.timer);
    this.timer = 0;
    this.write(() => history.pushState(null, '', `#${this.current}`));
  }

  /** At once. */
  replace(): void {
    clearTimeout(this.timer);
    this.timer = 0;
    this.written = performance.now();
    this.write(() => history.replaceState(null, '', `#${this.current}`));
  }

  /** What the address says, or will in a moment; without '#'. */
  get current(): string {
    const [, controls] = /[?&](controls=[^&]*)/.exec(this.known) ?? [];
    const hash = this.state();
    return controls ? `${hash}${hash.includes('?') ? '&' : `?v=${VERSION}&`}${controls}` : hash;
  }

  private write(change: () => void): void {
    if (location.hash !== this.known) return;
    if (`#${this.current}` !== this.known) change();
    this.known = location.hash;
  }

  get link(): string {
    return location.href;
  }

  /** The address is another's from now on. */
  stop(): void {
    clearTimeout(this.timer);
    document.removeEventListener('click', this.clicked, { capture: true });
    for (const event of ['popstate', 'hashchange'])
      window.removeEventListener(event, this.moved, { capture: true });
  }
}
