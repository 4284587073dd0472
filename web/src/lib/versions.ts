// Links that were copied long ago keep working: an address says in `v` which version of the names it was written with, and
// here is what has changed from each version to the next. An address without `v` was written by hand, with today's names.

/** Written into every link. Raise it, and add a step below, when a demo, a name or a choice changes its meaning or goes. */
export const VERSION = 1;

export type Route = { id: string; query: URLSearchParams };

/** From version n to n + 1, the value of `v` aside; may change the route it is given. */
export type Step = (route: Route) => Route;

/** steps[n]: what a link of version n becomes in version n + 1. Tests hold links of every version against it. */
const steps: Readonly<Record<number, Step>> = {};

/** Whether a link comes from a later version of the page, whose names may mean other things, or from none there ever was. */
export function isUnknown(query: URLSearchParams, current = VERSION): boolean {
  const version = Number(query.get('v') ?? current);
  return !(Number.isInteger(version) && version >= 1 && version <= current);
}

export function upToDate(route: Route, table = steps, current = VERSION): Route {
  const version = Number(route.query.get('v') ?? current);
  if (isUnknown(route.query, current) || version === current) return route;
  let now = route;
  for (let n = version; n < current; n++) now = table[n]?.(now) ?? now;
  now.query.set('v', String(current));
  return now;
}
