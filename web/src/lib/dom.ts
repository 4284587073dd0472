// One function to make elements with: h('p', { class: 'hint' }, 'text', h('b', {}, 'more')).

type Props = Record<string, unknown>;
export type Child = Node | string | number | null | undefined | false;

/** Names starting with "on" are listeners; false and undefined leave an attribute out; true sets it empty. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: (Child | Child[])[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value as EventListener);
    else if (value !== undefined && value !== false && value !== null)
      element.setAttribute(name, value === true ? '' : String(value));
  }
  put(element, ...children);
  return element;
}

/** Appends what there is. */
export function put(parent: Node, ...children: (Child | Child[])[]): void {
  for (const child of children.flat())
    if (child || child === 0 || child === '')
      parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
}

/** From a constant of ours, never from anything that came from outside. */
export function markup(html: string): DocumentFragment {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content;
}

/** Sets the text only when it differs: screen readers speak what changes. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Icons: 20 x 20, drawn with the text's colour. */
export function icon(path: string): SVGSVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'icon');
  const line = document.createElementNS(space, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

let last = 0;
/** A fresh id for labels. */
export const freshId = (stem: string): string => `${stem}-${++last}`;
