// How high a demo will be, so that text below it stays where it is when the demo takes the poster's place. Measured by
// web/scripts/heights.mjs.
import { namesIn } from '../ui/names';
import measured from './heights.json';

type Heights = { all: number[]; bare: number[] };

/** One control with its hint, and the heading of a section, CSS pixels. */
const [CONTROL, HEADING] = [92, 40];
/** Wider, controls stand beside the stage (bench.css). */
const BESIDE = 845;
/** Texts are a little longer with another font. */
const MORE = 12;

const { widths } = measured;
const demos: Record<string, Heights | undefined> = measured.demos;

/** Between the widths that were measured; beyond them the nearest. */
export function between(heights: readonly number[], width: number): number {
  const last = widths.length - 1;
  if (width <= widths[0]!) return heights[0]!;
  if (width >= widths[last]!) return heights[last]!;
  const i = widths.findIndex((it) => it > width) - 1;
  const share = (width - widths[i]!) / (widths[i + 1]! - widths[i]!);
  return heights[i]! + share * (heights[i + 1]! - heights[i]!);
}

/** CSS pixels at a width of the element; `controls`: the attribute. A demo that was not measured: one like it. */
export function reservedHeight(id: string, width: number, controls: string | null): number {
  const { all, bare } = demos[id] ?? demos.denoise!;
  const names = namesIn(controls);
  const whole = between(all, width);
  if (names && !names.length) return Math.round(between(bare, width) + MORE);
  if (!names || width > BESIDE) return Math.round(whole + MORE);
  return Math.round(Math.min(whole, between(bare, width) + HEADING + CONTROL * names.length) + MORE);
}

/** lib/prior-lab.css, for pages that want nothing to move before the script has come either: the same heights for elements
 * that are not yet defined. How many controls are listed no style can tell: some. */
export function heightStyles(): string {
  const kinds = [
    ['', null],
    ['[controls]', 'some, more'],
    ['[controls=""]', ''],
  ] as const;
  const rules = (at: (id: string, controls: string | null) => string) =>
    Object.keys(demos).flatMap((id) =>
      kinds.map(
        ([having, controls]) =>
          `prior-lab[demo=${id}]${having}:not(:defined)::before{height:${at(id, controls)}}`,
      ),
    );
  const lines = [
    'prior-lab:not(:defined){display:block;container-type:inline-size}',
    'prior-lab:not(:defined)::before{content:"";display:block}',
    ...rules((id, controls) => `${reservedHeight(id, widths[0]!, controls)}px`),
  ];
  for (const [i, from] of widths.slice(0, -1).entries()) {
    const to = widths[i + 1]!;
    const line = (id: string, controls: string | null) => {
      const [a, b] = [from, to].map((width) => reservedHeight(id, width, controls)) as [number, number];
      const slope = (b - a) / (to - from);
      return `calc(${Math.round(a - slope * from)}px + ${(100 * slope).toFixed(2)}cqi)`;
    };
    lines.push(`@container (min-width:${from}px){`, ...rules(line), '}');
  }
  const last = rules((id, controls) => `${reservedHeight(id, widths.at(-1)!, controls)}px`);
  return [...lines, `@container (min-width:${widths.at(-1)}px){`, ...last, '}', ''].join('\n');
}
