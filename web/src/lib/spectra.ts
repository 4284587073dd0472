// How alike two zero-mean Gaussians are up to a factor: whether their leading eigenvectors span the same space, and whether
// their spectra differ by more than a constant.

/** Mean squared cosine of the principal angles between the spaces that two sets of orthonormal vectors span, in [0,1]:
 * 1 for the same space, 0 for orthogonal ones. Signs, order and rotations within a set do not matter. */
export function overlap(a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): number {
  const count = Math.min(a.length, b.length);
  if (!count) return 0;
  let sum = 0;
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++) {
      let dot = 0;
      for (let p = 0; p < a[i]!.length; p++) dot += a[i]![p]! * b[j]![p]!;
      sum += dot * dot;
    }
  return sum / count;
}

/** What `overlap` is on average for spaces of random directions. */
export const overlapByChance = (count: number, dims: number): number => count / dims;

const logRatios = (a: ArrayLike<number>, b: ArrayLike<number>): number[] =>
  Array.from({ length: Math.min(a.length, b.length) }, (_, i) => Math.log(a[i]! / b[i]!));

/** The factor between two spectra, and by what factor (>= 1) they typically differ beyond it: exp of the root mean square
 * deviation of the logarithm of their ratio. Exactly 1 for two members of a Gaussian scale mixture. */
export function spectraApart(a: ArrayLike<number>, b: ArrayLike<number>): { factor: number; beyond: number } {
  const ratios = logRatios(a, b);
  if (!ratios.length) return { factor: 1, beyond: 1 };
  const mean = ratios.reduce((sum, r) => sum + r, 0) / ratios.length;
  const square = ratios.reduce((sum, r) => sum + (r - mean) ** 2, 0) / ratios.length;
  return { factor: Math.exp(mean), beyond: Math.exp(Math.sqrt(square)) };
}

/** The spectrum times a factor that makes its sum 1: mean variance no longer matters. */
export function equalVariance(spectrum: ArrayLike<number>): number[] {
  const sum = Array.from(spectrum).reduce((a, b) => a + b, 0);
  return Array.from(spectrum, (v) => (sum > 0 ? v / sum : v));
}
