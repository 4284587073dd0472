// The home page: what this is, and the demos by chapter with a picture each.
import { chapters, demos, type Demo } from '../demos';
import { imageUrl } from '../lib/assets';
import { h } from '../lib/dom';

const card = (demo: Demo) =>
  h(
    'li',
    {},
    h(
      'a',
      { class: 'card', href: `#${demo.id}` },
      h('img', { src: imageUrl(demo.picture), alt: demo.pictureAlt, width: 640, height: 400 }),
      h('div', { class: 'card-text' }, h('h3', {}, demo.title), h('p', {}, demo.line)),
    ),
  );

const facts: [string, string][] = [
  [
    'It computes here',
    'The methods are C++ compiled to WebAssembly, on all cores of this machine. No server, no upload, no tracking.',
  ],
  [
    'Right, and measured',
    'Each method is the published one, exact where it can be, and its quality is measured on the usual test sets. Numbers say their unit and definition.',
  ],
  [
    'Every state is a link',
    'Picture, noise, seed and settings live in the address: the same link shows the same result, to the last bit of noise.',
  ],
];

export function mountHome(host: HTMLElement): void {
  host.append(
    h(
      'div',
      { class: 'home' },
      h(
        'header',
        { class: 'hero' },
        h('h1', {}, 'Image priors you can ', h('em', {}, 'run'), '.'),
        h(
          'p',
          { class: 'lead' },
          'The models of a course on image priors and generative models, live in your browser. Give them your own pictures and watch the numbers move.',
        ),
      ),
      chapters.map((chapter) =>
        h(
          'section',
          { class: 'chapter' },
          h('h2', {}, chapter),
          h('ul', { class: 'cards' }, demos.filter((demo) => demo.chapter === chapter).map(card)),
        ),
      ),
      h(
        'section',
        { class: 'facts', 'aria-label': 'About' },
        facts.map(([name, text]) => h('div', {}, h('h3', {}, name), h('p', {}, text))),
      ),
    ),
  );
}
