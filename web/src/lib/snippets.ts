// What a person pastes elsewhere to show a demo as it is now: a Quarto shortcode, an HTML element, a frame, a link. The names
// are those of the address.

export type Embedding = {
  /** Of the demo. */
  id: string;
  title: string;
  /** State as in the address; `v` and `controls` in it do not count. */
  state: URLSearchParams;
  /** Controls that are shown; undefined: all. */
  controls: readonly string[] | undefined;
  theme: 'auto' | 'light' | 'dark';
  /** Address of the site, ending in a slash. */
  site: string;
};

/** Of a picture or model that only this browser has: what is embedded begins without it. */
const OWN = 'own';
/** What is said of it alone. */
const ofOwn = ['image', 'noise', 'from'];

/** name and value of everything that is not as usual, as attributes of the element. */
function settings({ state, controls, theme }: Embedding): [string, string][] {
  const own = state.get('image') === OWN;
  const kept = [...state].filter(
    ([name]) => name !== 'v' && name !== 'controls' && !(own && ofOwn.includes(name)),
  );
  return [
    ...kept,
    ...(controls ? [['controls', controls.join(',')] as [string, string]] : []),
    ...(theme === 'auto' ? [] : [['theme', theme] as [string, string]]),
  ];
}

export const hasOwn = ({ state }: Embedding): boolean => state.get('image') === OWN;

/** As an attribute's value in double quotes. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** Numbers and plain words stand alone; the rest in quotes that it does not hold. */
function quoted(text: string): string {
  if (/^[\w.-]+$/.test(text)) return text;
  return text.includes('"') ? `'${text.replaceAll("'", '’')}'` : `"${text}"`;
}

/** Commas and such stay readable. */
function query(pairs: readonly (readonly [string, string])[]): string {
  return pairs
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`)
    .join('&');
}

export function shortcode(it: Embedding): string {
  const words = settings(it).map(([name, value]) => ` ${name}=${quoted(value)}`);
  return `{{< prior-lab ${it.id}${words.join('')} >}}`;
}

export function element(it: Embedding): string {
  const words = settings(it).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  return (
    `<link rel="stylesheet" crossorigin href="${escaped(it.site)}lib/prior-lab.css">\n` +
    `<script type="module" src="${escaped(it.site)}lib/prior-lab.js"></script>\n` +
    // Read where the script does not load: a page that was saved, or opened from a file.
    `<prior-lab demo="${it.id}"${words.join('')}>${escaped(it.title)}: live where its script may load.</prior-lab>`
  );
}

export function frame(it: Embedding): string {
  const address = `${it.site}embed.html?${query([['demo', it.id], ...settings(it)])}`;
  return (
    `<iframe src="${escaped(address)}" title="${escaped(it.title)}" loading="lazy" ` +
    'allow="clipboard-write; fullscreen; cross-origin-isolated" ' +
    'style="width: 100%; height: 720px; border: 0"></iframe>\n' +
    `<script type="module" src="${escaped(it.site)}lib/embed-frame.js"></script>`
  );
}

/** `version`: of the names in an address. The page has a theme of its own. */
export function link(it: Embedding, version: number): string {
  const words = settings({ ...it, theme: 'auto' });
  return `${it.site}#${it.id}${words.length ? `?v=${version}&${query(words)}` : ''}`;
}
