// Styles of demos and elements: every root that shows them adopts them, the page's document or the shadow root of an
// element in somebody else's page. The build turns `import './x.css'` into `addStyles` (vite.config.ts); the page's own
// frame keeps its style sheet.

export type Root = Document | ShadowRoot;

const texts: string[] = [];
const roots = new Set<Root>();
/** One sheet for all roots of a kind. */
const sheets = { page: new Map<string, CSSStyleSheet>(), guest: new Map<string, CSSStyleSheet>() };

/** In a guest, 1 rem is not the page's but what the element makes of it: `html { font-size: 62.5% }` is common. */
export const guestCss = (css: string): string => css.replace(/(\d*\.?\d+)rem\b/g, 'calc($1 * var(--rem))');

function sheetOf(css: string, kind: 'page' | 'guest'): CSSStyleSheet {
  let sheet = sheets[kind].get(css);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(kind === 'page' ? css : guestCss(css));
    sheets[kind].set(css, sheet);
  }
  return sheet;
}

/** Browsers that cannot construct sheets cannot run the computation either; they are to show the sentence that says so. */
function append(root: Root, all: readonly string[]): void {
  for (const css of all) {
    const style = document.createElement('style');
    style.textContent = root instanceof Document ? css : guestCss(css);
    (root instanceof Document ? root.head : root).append(style);
  }
}

function adopt(root: Root, all: readonly string[]): void {
  if (!('adoptedStyleSheets' in root)) return append(root, all);
  const kind = root instanceof Document ? 'page' : 'guest';
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...all.map((css) => sheetOf(css, kind))];
}

export function addStyles(css: string): void {
  texts.push(css);
  for (const root of roots) adopt(root, [css]);
}

/** From now on the root has all styles, those to come too. `before`: styles that come first. */
export function styleRoot(root: Root, ...before: string[]): void {
  roots.add(root);
  adopt(root, [...before, ...texts]);
}

export function forgetRoot(root: Root): void {
  roots.delete(root);
  root.adoptedStyleSheets = [];
}
