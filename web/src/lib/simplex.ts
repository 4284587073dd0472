// The least value of a function of a few numbers without its derivatives: the downhill simplex (Nelder and Mead, The
// Computer Journal 1965).

/** Begins at `start` and so far around it; ends after `steps` or where the simplex has shrunk to `least`. */
export function minimise(
  f: (at: readonly number[]) => number,
  start: readonly number[],
  around: number,
  steps = 400,
  least = 1e-5,
): number[] {
  const n = start.length;
  const corner = (at: number[]) => ({ at, value: f(at) });
  const simplex = [
    corner([...start]),
    ...start.map((_, k) => corner(start.map((v, i) => (i === k ? v + around : v)))),
  ];
  for (let step = 0; step < steps; step++) {
    simplex.sort((a, b) => a.value - b.value);
    const [best, worst] = [simplex[0]!, simplex[n]!];
    const extent = Math.max(
      ...simplex.map(({ at }) => Math.max(...at.map((v, i) => Math.abs(v - best.at[i]!)))),
    );
    if (extent < least) break;
    const middle = start.map((_, i) => simplex.slice(0, n).reduce((sum, { at }) => sum + at[i]!, 0) / n);
    const along = (by: number) => corner(middle.map((m, i) => m + by * (worst.at[i]! - m)));
    const mirrored = along(-1);
    if (mirrored.value < best.value) {
      const further = along(-2);
      simplex[n] = further.value < mirrored.value ? further : mirrored;
    } else if (mirrored.value < simplex[n - 1]!.value) {
      simplex[n] = mirrored;
    } else {
      const nearer = along(mirrored.value < worst.value ? -0.5 : 0.5);
      if (nearer.value < Math.min(mirrored.value, worst.value)) simplex[n] = nearer;
      else
        simplex
          .slice(1)
          .forEach(({ at }, k) => (simplex[k + 1] = corner(at.map((v, i) => (v + best.at[i]!) / 2))));
    }
  }
  return simplex.reduce((a, b) => (b.value < a.value ? b : a)).at;
}
