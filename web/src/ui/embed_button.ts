// The button in a demo's foot that opens the panel of snippets (embed.ts), which is loaded then.
import { h } from '../lib/dom';

/** `demo`: its element; `address`: its state as in an address, without '#'; `failed`: told when the panel did not arrive. */
export function embedButton(
  demo: () => HTMLElement,
  address: () => string,
  failed: (sentence: string) => void,
): HTMLButtonElement {
  const open = () =>
    import('./embed').then(
      ({ openEmbed }) => openEmbed(demo(), address()),
      () => failed('The panel could not be loaded: the connection failed.'),
    );
  return h('button', { type: 'button', class: 'button embed-button', onclick: () => void open() }, 'Embed');
}
