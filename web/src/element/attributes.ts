// Attributes of <prior-lab>: those of the element itself, and the state of its demo under the names of its address. A name
// of the state that the element has for itself is written data-NAME.

/** What the element itself takes. */
export const OWN: readonly string[] = ['demo', 'controls', 'theme', 'height', 'autorun'];
/** Attributes that any element may have. */
const OTHERS =
  'id class style title lang dir hidden slot part exportparts role tabindex inert draggable translate is nonce'.split(
    ' ',
  );

/** The name of the state that an attribute has; undefined for one that is the element's own or nobody's. */
export const stateName = (name: string): string | undefined => {
  const key = name.startsWith('data-') ? name.slice(5) : name;
  if (key !== name) return OWN.includes(key) ? key : undefined;
  return OWN.includes(name) || OTHERS.includes(name) || !/^[a-z][a-z0-9_]*$/.test(name) ? undefined : name;
};

/** Of a name of the state. */
export const attributeOf = (key: string): string => (OWN.includes(key) ? `data-${key}` : key);

/** What the attributes say of the state; names that the demo does not know are dropped where it is decoded. */
export function queryOf({ attributes }: Element): URLSearchParams {
  const query = new URLSearchParams();
  for (const { name, value } of attributes) {
    const key = stateName(name);
    if (key) query.set(key, value);
  }
  return query;
}

/** All that matters here, to see whether something has changed. */
export function snapshot(element: Element): string {
  const own = OWN.map((name) => element.getAttribute(name));
  return JSON.stringify([own, queryOf(element).toString()]);
}

/** Writes what has changed from `before` to `now`, names of the state with their values; what is absent is the default.
 * Returns the names whose attributes were not so already. */
export function reflect(
  element: Element,
  before: Record<string, string>,
  now: Record<string, string>,
): string[] {
  const changed: string[] = [];
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const value = now[key] ?? null;
    const name = attributeOf(key);
    if (before[key] === now[key] || element.getAttribute(name) === value) continue;
    if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
    changed.push(key);
  }
  return changed;
}

/** "420" and "420px"; 0 for anything else. */
export function pixels(text: string | null): number {
  const number = Number(text?.trim().replace(/px$/, '') || 0);
  return Number.isFinite(number) && number > 0 ? number : 0;
}
