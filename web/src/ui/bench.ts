// The frame of a demo: title, notices, verbs, stage and footer at the left, pictures and controls at the right, and the
// explanation below. A demo fills it.
import { h, markup, put, say } from '../lib/dom';
import { Notices, LiveText } from './notices';
import type { Verbs } from './verbs';
import './styles/bench.css';
import './styles/verbs.css';
import './styles/stage.css';
import './styles/explanation.css';
import './styles/controls.css';

export type Explanation = {
  /** Constant HTML of the demo: sentences, MathML, links. */
  html: string;
};

export type BenchParts = {
  title: string;
  lead: string;
  /** Absent where nothing runs by itself. */
  verbs?: Verbs;
  /** Of "Download PNG"; undefined: there is none yet. */
  picture(): ImageData | undefined;
  stage: HTMLElement;
  /** Below the stage: readout, plot. */
  below: (Node | false)[];
  source?: HTMLElement;
  rail: Node[];
  footer: Node[];
  explanation: Explanation;
  more: Node[];
};

export type Bench = {
  element: HTMLElement;
  notices: Notices;
  live: LiveText;
  verbs: Verbs | undefined;
  /** Of "Download PNG"; undefined: there is none yet. */
  picture(): ImageData | undefined;
};

export function makeBench(parts: BenchParts): Bench {
  const notices = new Notices();
  const live = new LiveText();
  const work = h('div', { class: 'bench-work', role: 'group', 'aria-label': 'Workbench' });
  work.addEventListener('keydown', (event) => {
    if (parts.verbs?.key(event)) event.preventDefault();
  });
  put(
    work,
    parts.verbs?.element,
    parts.stage,
    ...parts.below,
    h('div', { class: 'bench-foot' }, parts.footer),
  );
  const text = h('section', { class: 'explanation', 'aria-label': 'How it works' });
  text.append(markup(parts.explanation.html));
  put(text, ...parts.more);
  const element = h(
    'article',
    { class: 'bench' },
    h('header', { class: 'bench-head' }, h('h1', {}, parts.title), h('p', { class: 'lead' }, parts.lead)),
    notices.element,
    h(
      'div',
      { class: 'bench-grid' },
      parts.source,
      work,
      h('aside', { class: 'rail', 'aria-label': 'Controls' }, parts.rail),
    ),
    text,
    live.element,
  );
  return { element, notices, live, verbs: parts.verbs, picture: parts.picture };
}

/** A choice of views, or of something else on the stage: radio buttons side by side. */
export function viewTabs(
  views: readonly { id: string; label: string }[],
  onChange: (id: string) => void,
  name = 'View',
) {
  const inputs = views.map(({ id }) =>
    h('input', { type: 'radio', name: name.toLowerCase(), value: id, onchange: () => onChange(id) }),
  );
  const labels = views.map(({ label }, i) => h('label', {}, inputs[i], h('span', {}, label)));
  const element = h('div', { class: 'segments views', role: 'radiogroup', 'aria-label': name }, labels);
  return {
    element,
    show(chosen: string, available: (id: string) => boolean = () => true) {
      inputs.forEach((input, i) => {
        input.checked = input.value === chosen;
        labels[i]!.hidden = !available(input.value);
      });
    },
  };
}

/** Text that copies itself. */
export function codeBlock(label: string, text: () => string): { element: HTMLElement; refresh(): void } {
  const code = h('code', {});
  const copy = h('button', { type: 'button', class: 'tool', 'aria-label': `Copy: ${label}` }, 'Copy');
  copy.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text());
      copy.textContent = 'Copied';
    } catch {
      getSelection()?.selectAllChildren(code); // frames and old browsers may not copy by script
      copy.textContent = 'Selected: copy it by keyboard';
    }
    setTimeout(() => (copy.textContent = 'Copy'), 2500);
  });
  return {
    element: h(
      'div',
      { class: 'code' },
      h('div', { class: 'code-head' }, h('span', {}, label), copy),
      h('pre', { tabindex: 0 }, code),
    ),
    refresh: () => say(code, text()),
  };
}
