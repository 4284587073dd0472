// What a figure takes from the page around it: light or dark, font, size of text.

export const SIZES = { least: 14, most: 20 };

const system = () => matchMedia('(prefers-color-scheme: dark)');

/** Of the text around, in px, within bounds: what a figure's own is made from. */
export function textSize(element: Element): number {
  const size = parseFloat(getComputedStyle(element).fontSize) || 16;
  return Math.min(SIZES.most, Math.max(SIZES.least, size));
}

/** Whether a computed colour is dark; undefined where it is transparent or not in sRGB. */
export function isDarkColour(colour: string): boolean | undefined {
  const [r, g, b, alpha = 1] = (/^rgba?\((.*)\)$/.exec(colour)?.[1] ?? '').split(/[\s,/]+/).map(parseFloat);
  if (r === undefined || g === undefined || b === undefined || !(alpha > 0.5)) return undefined;
  return 0.299 * r + 0.587 * g + 0.114 * b < 110;
}

/** Whether what lies behind an element is dark. A page that says nothing has a white canvas, whatever the system prefers. */
function darkBehind(element: Element): boolean {
  for (let at: Element | null = element; at;) {
    const dark = isDarkColour(getComputedStyle(at).backgroundColor);
    if (dark !== undefined) return dark;
    const root: Node = at.getRootNode();
    at = at.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  }
  return false;
}

/** `wish`: the attribute theme. Quarto says it by a class, newer pages by color-scheme, others by their background alone. */
export function isHostDark(element: Element, wish: string): boolean {
  if (wish === 'dark' || wish === 'light') return wish === 'dark';
  const { classList } = document.body;
  if (classList.contains('quarto-dark')) return true;
  if (classList.contains('quarto-light')) return false;
  const scheme = getComputedStyle(element).colorScheme ?? '';
  const [light, dark] = ['light', 'dark'].map((word) => scheme.split(' ').includes(word));
  if (light && dark) return system().matches;
  return light || dark ? dark! : darkBehind(element);
}

/** `listener` is told when the page may have changed its colours. Returns what ends it. */
export function watchHost(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  for (const element of [document.documentElement, document.body])
    observer.observe(element, { attributes: true });
  const query = system();
  query.addEventListener('change', listener);
  return () => {
    observer.disconnect();
    query.removeEventListener('change', listener);
  };
}
