// How high a demo will be, so that text below it stays where it is when the demo takes the poster's place. Measured by
// web/scripts/heights.mjs.
import measured from './heights.json';
import { namesIn } from '../ui/names';

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
