// How high a demo will be, so that text below it stays where it is when the demo takes the poster's place. Measured by
// web/scripts/heights.mjs.
import { namesIn } from '../ui/names';
import measured from './heights.json';

/** Names of what stands on top. */
const SOURCES = ['image', 'digit'];

/** At the widths, with text of 16 and of 20 px: with all controls, with none, and what chooses a picture or digit alone. */
type Heights = Record<'all' | 'bare' | 'source', readonly [number[], number[]]>;

/** One control with its hint, and the heading of a section, in text of 16 px. */
const [CONTROL, HEADING] = [92, 40];
/** Wider, controls stand beside the stage (bench.css). */
const BESIDE = 845;
/** Texts take more lines with another font; in text of 16 px. */
const MORE = 36;

const { widths } = measured;
const demos = measured.demos as unknown as Record<string, Heights | undefined>;

/** Between the widths that were measured; beyond them the nearest. */
export function between(heights: readonly number[], width: number): number {
  const last = widths.length - 1;
  if (width <= widths[0]!) return heights[0]!;
  if (width >= widths[last]!) return heights[last]!;
  const i = widths.findIndex((it) => it > width) - 1;
  const share = (width - widths[i]!) / (widths[i + 1]! - widths[i]!);
  return heights[i]! + share * (heights[i + 1]! - heights[i]!);
}

/** CSS pixels at a width of the element; `controls`: the attribute; `text`: size of the text, px. A demo that was not
 * measured: one like it. */
export function reservedHeight(id: string, width: number, controls: string | null, text = 16): number {
  const { all, bare, source } = demos[id] ?? demos.denoise!;
  const of = ([usual, large]: Heights['all']) => {
    const height = between(usual, width);
    return height + ((text - 16) / 4) * (between(large, width) - height);
  };
  const scale = text / 16;
  const names = namesIn(controls);
  const others = names?.filter((name) => !SOURCES.includes(name)).length ?? 0;
  const chooses = names && others < names.length;
  const few = of(bare) + (chooses ? of(source) : 0) + (others && HEADING + CONTROL * others) * scale;
  const below = width <= BESIDE || names?.length === 0;
  const height = names && below ? few : of(all);
  return Math.round(Math.min(height, names?.length ? of(all) : Infinity) + MORE * scale);
}

/** lib/prior-lab.css, for pages that want nothing to move before the script has come either: the same heights for elements
 * that are not yet defined. How many controls are listed no style can tell: some. */
export function heightStyles(): string {
  const kinds = [
    ['', null],
    ['[controls]', 'image, some, more'],
    ['[controls=""]', ''],
  ] as const;
  const rules = (from: number, to: number) =>
    Object.keys(demos).flatMap((id) =>
      kinds.map(([having, controls]) => {
        const [a, b, c, d] = [16, 20].flatMap((text) =>
          [from, to].map((width) => reservedHeight(id, width, controls, text)),
        ) as [number, number, number, number];
        const slope = to > from ? (b - a) / (to - from) : 0;
        const em = (c + d - a - b) / 8;
        const height = `calc(${Math.round(a - slope * from - 16 * em)}px + ${em.toFixed(1)}em + ${(100 * slope).toFixed(1)}cqi)`;
        return `prior-lab[demo=${id}]${having}:not(:defined)::before{height:${height}}`;
      }),
    );
  const lines = [
    'prior-lab:not(:defined){display:block;container-type:inline-size}',
    'prior-lab:not(:defined)::before{content:"";display:block}',
    ...rules(widths[0]!, widths[0]!),
  ];
  for (const [i, from] of widths.entries())
    lines.push(`@container (min-width:${from}px){`, ...rules(from, widths[i + 1] ?? from), '}');
  return [...lines, ''].join('\n');
}
