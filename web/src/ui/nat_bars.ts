// Bars of nats with their names and values.
import { h } from '../lib/dom';

export type NatBar = { id: string; name: string; value: number; text: string; colour: string };

export class NatBars {
  readonly element: HTMLElement;

  constructor(label: string) {
    this.element = h('dl', { class: 'nat-bars', 'aria-label': label });
  }

  /** All on one scale. */
  show(bars: readonly NatBar[]): void {
    const most = Math.max(1e-9, ...bars.map(({ value }) => Math.abs(value)));
    this.element.replaceChildren(
      ...bars.map(({ id, name, value, text, colour }) => {
        const bar = h('div', { class: 'nat-bar', 'aria-hidden': 'true' });
        bar.style.setProperty('--swatch', `var(${colour})`);
        bar.style.width = `${(100 * Math.abs(value)) / most}%`;
        return h('div', { 'data-metric': id }, h('dt', {}, name), h('dd', {}, bar, h('span', {}, text)));
      }),
    );
  }
}
