// State of a page in its address: `#denoise?v=1&sigma=25`. Values that are the default are left out, so an untouched page
// has a short link, and a link outlives a new default only where it must. Unknown names are dropped, wrong values become
// the default: a link from anywhere never breaks the page.
import type { ParamSpec } from '../engine/describe';
import { VERSION, isUnknown, upToDate, type Route } from './versions';

export type { Route } from './versions';

export type Value = number | boolean | string;
export type State = Record<string, Value>;

/** What a name of the state may hold. A parameter table of a task is a list of these. */
export type Field = Pick<ParamSpec, 'name' | 'type' | 'default'> &
  Partial<Pick<ParamSpec, 'min' | 'max' | 'step' | 'choices' | 'automatic'>>;

export const defaults = (fields: readonly Field[]): State =>
  Object.fromEntries(fields.map((field) => [field.name, field.default]));

/** The value if the field may hold it, else undefined. */
export function accepted(field: Field, raw: unknown): Value | undefined {
  switch (field.type) {
    case 'boolean':
      return raw === true || raw === 'true' || raw === '1'
        ? true
        : raw === false || raw === 'false' || raw === '0'
          ? false
          : undefined;
    case 'choice':
      return field.choices?.some(({ value }) => value === raw) ? (raw as string) : undefined;
    case 'text':
    case 'model':
      return typeof raw === 'string' && raw.length <= 200 ? raw : undefined;
    default: {
      if (field.automatic && raw === 'auto') return 'auto';
      const number = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
      if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
      if (field.type === 'integer' && !Number.isInteger(number)) return undefined;
      const { min = -Infinity, max = Infinity } = field;
      return Math.min(max, Math.max(min, number));
    }
  }
}

/** Address part after '#': "denoise" or "denoise?v=1&sigma=25". */
export function encode(id: string, fields: readonly Field[], state: State): string {
  const query = new URLSearchParams();
  for (const { name, default: fallback } of fields)
    if (state[name] !== undefined && state[name] !== fallback) query.set(name, String(state[name]));
  const tail = query.toString();
  return tail ? `${id}?v=${VERSION}&${tail}` : id;
}

/** '' is the home page. An old link comes back as one of today. */
export function route(hash: string): Route {
  const [id = '', query = ''] = hash.replace(/^#/, '').split(/\?(.*)/s);
  return upToDate({ id, query: new URLSearchParams(query) });
}

export function decode(fields: readonly Field[], query: URLSearchParams): State {
  const state = defaults(fields);
  if (isUnknown(query)) return state;
  for (const field of fields) {
    const value = accepted(field, query.get(field.name));
    if (value !== undefined) state[field.name] = value;
  }
  return state;
}
