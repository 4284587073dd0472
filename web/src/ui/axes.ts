// Where an axis has its ticks, linear or logarithmic, and what they say.

/** 1, 2, 5, 10, 20, ...: the first that is not smaller. */
export function niceStep(least: number): number {
  return decimalStep(Math.max(1, least));
}

/** The same below 1, too: 0.1, 0.2, 0.5, 1, ... */
function decimalStep(least: number): number {
  const ten = 10 ** Math.floor(Math.log10(least));
  return ten * [1, 2, 5, 10].find((step) => step * ten >= least * (1 - 1e-9))!;
}

/** Multiples of a nice step within [low, high], about `most` of them; the step tells the digits. */
export function linearTicks(low: number, high: number, most: number): { values: number[]; digits: number } {
  if (!(high > low)) return { values: [low], digits: 2 };
  const step = decimalStep((high - low) / Math.max(1, most));
  const [first, last] = [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)];
  const values = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  return { values, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

/** Powers of ten within [low, high], both positive; where there is room 2 and 5 times them, too; where there is none every
 * second power, every third and so on. */
export function logTicks(low: number, high: number, most: number): number[] {
  if (!(low > 0 && high >= low)) return [];
  const [from, to] = [Math.floor(Math.log10(low) + 1e-9), Math.ceil(Math.log10(high) - 1e-9)];
  const of = (factors: readonly number[], every = 1) => {
    const values: number[] = [];
    for (let power = from; power <= to; power++)
      if (((power % every) + every) % every === 0)
        for (const factor of factors) values.push(factor * 10 ** power);
    return values.filter((v) => v >= low * (1 - 1e-9) && v <= high * (1 + 1e-9));
  };
  const fine = of([1, 2, 5]);
  if (fine.length <= most) return fine;
  for (let every = 1; every <= to - from + 1; every++) {
    const values = of([1], every);
    if (values.length <= most) return values;
  }
  return of([1]).slice(0, 1);
}

const superscripts: Record<string, string> = {
  ...{ '-': '⁻', 0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴', 5: '⁵', 6: '⁶', 7: '⁷', 8: '⁸', 9: '⁹' },
};

/** "200", "0.02", "10⁻⁴", "2·10⁻⁵". */
export function logLabel(value: number): string {
  if (value >= 0.01 - 1e-12 && value < 1e5) return String(Number(value.toPrecision(3)));
  const power = Math.floor(Math.log10(value) + 1e-9);
  const factor = Number((value / 10 ** power).toPrecision(3));
  const ten = `10${[...String(power)].map((c) => superscripts[c]).join('')}`;
  return factor === 1 ? ten : `${factor}·${ten}`;
}

/** With a minus sign as typographers set it. */
export const signed = (value: number, digits: number): string => value.toFixed(digits).replace('-', '−');

/** Maps [low, high] to [from, to], linearly or in the logarithm; a range without extent goes to the middle. */
export function scaleTo(
  [low, high]: readonly [number, number],
  [from, to]: readonly [number, number],
  log = false,
): (value: number) => number {
  const at = log ? Math.log10 : (v: number) => v;
  const [start, extent] = [at(low), at(high) - at(low)];
  return (value) => (extent > 0 ? from + ((to - from) * (at(value) - start)) / extent : (from + to) / 2);
}
