// What the link of a lesson asks of a demo's controls: `controls=sigma,image` shows these alone; `controls=` shows none.
// Names are those of the address; `presets`, and `image` or `digit` for what there is to choose from, are names too. All
// controls stay where they are and keep their values: only what is seen changes.
import { h } from '../lib/dom';
import { isUnknown } from '../lib/versions';
import { namesIn } from './names';
import './styles/lesson.css';

const all = (root: ParentNode, selector: string) => [...root.querySelectorAll<HTMLElement>(selector)];

/** Every control beside the stage that can be shown or hidden by name, in the order of the page. */
export function controlsIn(root: ParentNode): { name: string; label: string }[] {
  const found = new Map<string, string>();
  for (const element of all(root, '.source[data-control], .rail [data-control]')) {
    const name = element.dataset.control!;
    const label =
      element.querySelector('.control-name')?.textContent ?? element.getAttribute('aria-label') ?? 'Presets';
    if (!found.has(name)) found.set(name, label.trim());
  }
  return [...found].map(([name, label]) => ({ name, label }));
}

/** Hides the controls that are not named, headings that are left with none, and the rail when nothing is left in it. */
export function showOnly(root: ParentNode, names: readonly string[] | undefined): void {
  const off = (element: Element, on: boolean) => element.toggleAttribute('data-off', on);
  for (const element of all(root, '.source[data-control], .rail [data-control]'))
    off(element, names !== undefined && !names.includes(element.dataset.control!));
  const empty = (element: Element) => !element.querySelector('[data-control]:not([data-off])');
  for (const section of all(root, '.rail-section')) {
    off(section, names !== undefined && empty(section));
    // What a lesson names is not to be looked for.
    if (names && section instanceof HTMLDetailsElement) section.open = !empty(section);
  }
  for (const grid of all(root, '.bench-grid')) {
    const rail = grid.querySelector('.rail');
    const source = grid.querySelector('.source');
    const bare = names !== undefined && !rail?.querySelector('.rail-section:not([data-off])');
    if (rail) off(rail, bare);
    grid.toggleAttribute('data-bare', bare && (!source || source.hasAttribute('data-off')));
  }
}

const LATER = 'This link was made by a later version of the page: the demo opens as it does without one.';

/** In the page itself, where a reader may want the rest: says that there is more, and shows it. */
export function obey(host: HTMLElement, query: URLSearchParams): void {
  const names = namesIn(query.get('controls'));
  showOnly(host, names);
  for (const note of all(host, '.lesson-note')) note.remove();
  if (isUnknown(query)) {
    const note = h('p', { class: 'notice lesson-note', role: 'status' }, LATER);
    host.querySelector('.bench-head')?.after(note);
  }
  if (!names) return;
  const more = h('button', { type: 'button', class: 'tool' }, 'Show all controls');
  more.addEventListener('click', () => {
    host.focus(); // the button goes
    location.hash = location.hash.replace(/([?&])controls=[^&]*&?/, '$1').replace(/[?&]$/, '');
  });
  const note = h('p', { class: 'hint lesson-note' }, 'This link shows some of the controls. ', more);
  host.querySelector('.bench-foot')?.append(note);
}
