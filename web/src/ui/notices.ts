// Sentences for people above the stage: errors, notes and offers, each with its buttons, until dismissed or replaced.
import { h } from '../lib/dom';

export type Notice = {
  /** Notices of one topic replace each other. */
  topic: string;
  text: string;
  kind?: 'error' | 'note';
  actions?: { label: string; action: () => void }[];
};

export class Notices {
  // Two regions that are there from the start: screen readers speak what is put into them.
  private readonly errors = h('div', { role: 'alert' });
  private readonly notes = h('div', { role: 'status' });
  readonly element = h('div', { class: 'notices' }, this.errors, this.notes);
  private readonly shown = new Map<string, HTMLElement>();
  /** What was told last of a topic: told again, it stays as it is, dismissed or not. */
  private readonly told = new Map<string, string>();

  /** Told of each notice that is new. */
  onTell: ((notice: Notice) => void) | undefined;

  tell({ topic, text, kind = 'note', actions = [] }: Notice): void {
    if (this.told.get(topic) === text) return;
    this.onTell?.({ topic, text, kind });
    this.clear(topic);
    this.told.set(topic, text);
    const notice = h('div', { class: `notice notice-${kind}`, 'data-topic': topic }, h('p', {}, text));
    for (const { label, action } of actions)
      notice.append(
        h('button', { type: 'button', class: 'button', onclick: () => (this.clear(topic), action()) }, label),
      );
    notice.append(
      h(
        'button',
        { type: 'button', class: 'tool', 'aria-label': 'Dismiss', onclick: () => this.remove(topic) },
        '×',
      ),
    );
    this.shown.set(topic, notice);
    (kind === 'error' ? this.errors : this.notes).append(notice);
  }

  private remove(topic: string): void {
    this.shown.get(topic)?.remove();
    this.shown.delete(topic);
  }

  clear(...topics: string[]): void {
    for (const topic of topics) {
      this.remove(topic);
      this.told.delete(topic);
    }
  }
}

/** A polite live region that speaks at most once per `interval` ms; the newest sentence wins. */
export class LiveText {
  readonly element = h('p', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' });
  private next = 0;
  private timer = 0;
  private waiting = '';

  constructor(private readonly interval = 4000) {}

  say(text: string, now = false): void {
    this.waiting = text;
    if (now) this.next = 0;
    clearTimeout(this.timer);
    const wait = Math.max(0, this.next - performance.now());
    this.timer = window.setTimeout(() => {
      this.next = performance.now() + this.interval;
      if (this.element.textContent !== this.waiting) this.element.textContent = this.waiting;
    }, wait);
  }
}
