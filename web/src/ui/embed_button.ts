// The button in a demo's foot that opens the panel of snippets (embed.ts), which is loaded then.
import { h } from '../lib/dom';

/** `demo`: its element; `address`: its state as in an address, without '#'; `failed`: told when the panel did not arrive. */
export function embedButton(
  demo: () => HTMLElement,
  address: () => string,
  failed: (sentence: string) => void,
): HTMLButtonElement {
  let opening = false; // a double click opens one panel
  const open = async () => {
    if (opening) return;
    opening = true;
    try {
      const { openEmbed } = await import('./embed');
      openEmbed(demo(), address());
    } catch {
      failed('The panel could not be loaded: the connection failed.');
    }
    opening = false;
  };
  return h('button', { type: 'button', class: 'button embed-button', onclick: () => void open() }, 'Embed');
}
