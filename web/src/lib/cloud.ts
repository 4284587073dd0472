// Test digits as points of a plane: of which class are those around a place?

/** Points (n, 2), those of class 0 first; how many there are of each class, and the median of each. */
export type Cloud = {
  counts: readonly number[];
  points: Float32Array;
  middles: readonly (readonly [number, number])[];
};

export function cloudFrom(counts: readonly number[], points: Float32Array): Cloud {
  let end = 0;
  const middles = counts.map((count): [number, number] => {
    const own = points.subarray(2 * end, 2 * (end += count));
    const median = (axis: number) =>
      Array.from({ length: count }, (_, i) => own[2 * i + axis]!).sort((a, b) => a - b)[count >> 1] ?? NaN;
    return [median(0), median(1)];
  });
  return { counts, points, middles };
}

/** Of the i-th point. */
export function classAt({ counts }: Cloud, i: number): number {
  let c = 0;
  for (let end = counts[0]!; i >= end && c + 1 < counts.length; end += counts[c]!) c++;
  return c;
}

/** The class of the nearest point within reach. */
export function nearestClass(cloud: Cloud, x: number, y: number, reach: number): number | undefined {
  const { points } = cloud;
  let [best, least] = [-1, reach * reach];
  for (let i = 0; 2 * i < points.length; i++) {
    const far = (points[2 * i]! - x) ** 2 + (points[2 * i + 1]! - y) ** 2;
    if (far < least) [best, least] = [i, far];
  }
  return best < 0 ? undefined : classAt(cloud, best);
}

/** Which class is most frequent among the points nearest to a place, and how many of them are of it. */
export function classAround(cloud: Cloud, x: number, y: number, among = 25): { digit: number; of: number } {
  const { points, counts } = cloud;
  const nearest: { i: number; far: number }[] = []; // from near to far
  for (let i = 0; 2 * i < points.length; i++) {
    const far = (points[2 * i]! - x) ** 2 + (points[2 * i + 1]! - y) ** 2;
    if (nearest.length === among && far >= nearest.at(-1)!.far) continue;
    if (nearest.length === among) nearest.pop();
    const at = nearest.findIndex((it) => it.far > far);
    nearest.splice(at < 0 ? nearest.length : at, 0, { i, far });
  }
  const votes = counts.map(() => 0);
  for (const { i } of nearest) votes[classAt(cloud, i)]!++;
  const of = Math.max(...votes);
  return { digit: votes.indexOf(of), of };
}
