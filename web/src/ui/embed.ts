// The panel under a demo that writes what shows it elsewhere: for Quarto, as an HTML element, in a frame, as a link. It is
// loaded when somebody opens it.
import { siteUrl } from '../engine';
import { freshId, h, say } from '../lib/dom';
import * as snippets from '../lib/snippets';
import { route } from '../lib/state';
import { VERSION } from '../lib/versions';
import { codeBlock, viewTabs } from './bench';
import { controlsIn } from './lesson';
import { namesIn } from './names';
import './styles/embed.css';

const ways = [
  {
    ...{ id: 'quarto', label: 'Quarto' },
    hint: 'For books and sites with the extension. In PDF and EPUB a picture, a caption and a link stand in its place.',
    write: snippets.shortcode,
  },
  {
    ...{ id: 'element', label: 'HTML' },
    hint: 'An element in your page, with its font and colours. The first two lines are needed once on a page.',
    write: snippets.element,
  },
  {
    ...{ id: 'frame', label: 'iframe' },
    hint: 'A page of its own in your page. The script lets the frame be as high as the demo; without it, it scrolls.',
    write: snippets.frame,
  },
  {
    ...{ id: 'link', label: 'Link' },
    hint: 'Opens this page with the demo as it is now. The reader can show all controls again.',
    write: (it: snippets.Embedding) => snippets.link(it, VERSION),
  },
] as const;

const themes = [
  { id: 'auto', label: 'Auto' },
  { id: 'light', label: 'Light' },
  { id: 'dark', label: 'Dark' },
];

const EXTENSION = 'priorlab-quarto.zip';

/** One tab at a time has the keyboard; arrow keys, Home and End go from one to the next and show it. */
function tabs(chosen: (i: number) => void) {
  const ids = ways.map(({ id }) => freshId(`embed-${id}`));
  const buttons = ways.map(({ label }, i) =>
    h(
      'button',
      { type: 'button', role: 'tab', id: ids[i], class: 'embed-tab', onclick: () => show(i) },
      label,
    ),
  );
  const list = h('div', { class: 'embed-tabs', role: 'tablist', 'aria-label': 'Where it goes' }, buttons);
  const show = (to: number) => {
    buttons.forEach((it, i) => {
      it.setAttribute('aria-selected', String(i === to));
      it.tabIndex = i === to ? 0 : -1;
    });
    chosen(to);
  };
  list.addEventListener('keydown', ({ key, target }) => {
    const at = buttons.indexOf(target as HTMLButtonElement);
    const last = buttons.length - 1;
    const to = {
      ArrowRight: at === last ? 0 : at + 1,
      ArrowLeft: at === 0 ? last : at - 1,
      Home: 0,
      End: last,
    }[key];
    if (to === undefined || at < 0) return;
    show(to);
    buttons[to]!.focus();
  });
  return { list, ids, show };
}

/** `bench`: the demo's element, whose controls can be chosen; `address`: its state, without '#'. */
export function openEmbed(bench: HTMLElement, address: string): void {
  const { id, query } = route(address);
  const controls = controlsIn(bench);
  const shown = namesIn(query.get('controls')) ?? controls.map(({ name }) => name);
  const boxes = controls.map(({ name, label }) => {
    const box = h('input', { type: 'checkbox', value: name, onchange: () => write() });
    box.checked = shown.includes(name);
    return { name, box, element: h('label', { class: 'embed-control' }, box, h('span', {}, label)) };
  });
  const now: snippets.Embedding = {
    ...{ id, state: query, site: siteUrl(''), theme: 'auto', controls: undefined },
    title: bench.querySelector('h1')?.textContent ?? 'Priorlab',
  };
  let at = 0;
  const hint = h('p', { class: 'hint' });
  const code = codeBlock('Paste this', () => ways[at]!.write(now));
  const zip = h('a', { href: siteUrl(EXTENSION), download: '' }, `Download the extension, ${EXTENSION}`);
  const more = h(
    'p',
    { class: 'hint' },
    zip,
    '; then, in the folder of the book: quarto add priorlab-quarto.zip',
  );
  const own = h(
    'p',
    { class: 'hint' },
    'Your own picture stays in this browser: what you embed begins with one of the samples.',
  );
  own.hidden = !snippets.hasOwn(now);

  function write(): void {
    const chosen = boxes.filter(({ box }) => box.checked).map(({ name }) => name);
    now.controls = chosen.length === boxes.length ? undefined : chosen;
    code.refresh();
  }

  const { list, ids, show } = tabs((i) => {
    at = i;
    say(hint, ways[i]!.hint);
    more.hidden = ways[i]!.id !== 'quarto';
    panel.setAttribute('aria-labelledby', ids[i]!);
    themeBox.hidden = ways[i]!.id === 'link';
    write();
  });
  const panel = h('div', { class: 'embed-panel', role: 'tabpanel' }, hint, code.element, more);
  const theme = viewTabs(themes, (it) => ((now.theme = it as typeof now.theme), write()), 'Colours');
  theme.show('auto');
  const themeBox = h(
    'div',
    { class: 'embed-choice' },
    h('span', { class: 'control-name' }, 'Colours'),
    theme.element,
  );
  const all = (on: boolean) => () => {
    for (const { box } of boxes) box.checked = on;
    write();
  };
  const heading = h('h2', { id: freshId('embed-title'), tabindex: -1 }, 'Embed this demo');
  const close = h('button', { type: 'button', class: 'button' }, 'Close');
  const dialog = h(
    'dialog',
    { class: 'embed', 'aria-labelledby': heading.id },
    h('div', { class: 'embed-head' }, heading, close),
    h(
      'p',
      { class: 'hint' },
      'As it is now: settings, seed and view are in the snippet. It runs in the reader’s browser.',
    ),
    h(
      'fieldset',
      { class: 'embed-controls' },
      h('legend', { class: 'control-name' }, 'Controls that are shown'),
      h(
        'div',
        { class: 'embed-boxes' },
        boxes.map(({ element }) => element),
      ),
      h(
        'div',
        { class: 'actions' },
        h('button', { type: 'button', class: 'pill', onclick: all(true) }, 'All'),
        h('button', { type: 'button', class: 'pill', onclick: all(false) }, 'None'),
      ),
    ),
    themeBox,
    list,
    panel,
    own,
  );
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close()); // beside the panel
  dialog.addEventListener('close', () => dialog.remove()); // the browser puts the focus back
  // Keys of the panel are none of the demo's.
  dialog.addEventListener('keydown', (event) => event.stopPropagation());
  bench.append(dialog);
  show(0);
  dialog.showModal();
  heading.focus();
}
