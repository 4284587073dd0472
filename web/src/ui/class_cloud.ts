// Points of ten classes on a plane: their colours, how they are drawn, and buttons that name them.
import type { Cloud } from '../lib/cloud';
import { h } from '../lib/dom';

/** On black: Okabe and Ito's colours for the colour-blind, with blue and black changed for the dark ground, a violet and a
 * brown; they differ in lightness, too. */
export const classColours = [
  ...['#56b4e9', '#e69f00', '#00b383', '#f0e442', '#5c8dff'],
  ...['#e8590c', '#e599c4', '#ffffff', '#a97bff', '#b08968'],
] as const;

type Place = {
  px(v: number): number;
  py(v: number): number;
  width: number;
  height: number;
  /** Of a point. */
  side: number;
  alpha: number;
};

/** Points of a class that are drawn before the next class has its turn: no class covers all others. */
const LOT = 30;

/** `lit`: the class that stands out, if any. */
export function drawCloud(
  context: CanvasRenderingContext2D,
  { counts, points }: Cloud,
  { px, py, width, height, side, alpha }: Place,
  lit = -1,
): void {
  let end = 0;
  const ends = counts.map((count) => (end += count));
  const dots = (c: number, from: number, to: number, size: number) => {
    context.fillStyle = classColours[c % classColours.length]!;
    for (let i = from; i < to; i++) {
      const [u, v] = [px(points[2 * i]!), py(points[2 * i + 1]!)];
      if (u > -size && v > -size && u < width + size && v < height + size)
        context.fillRect(u - size / 2, v - size / 2, size, size);
    }
  };
  context.globalAlpha = lit < 0 ? alpha : 0.15;
  for (let lot = 0; lot < Math.max(...counts); lot += LOT)
    counts.forEach((count, c) => {
      const first = ends[c]! - count;
      if (c !== lit) dots(c, first + lot, Math.min(ends[c]!, first + lot + LOT), side);
    });
  context.globalAlpha = 1;
  if (lit >= 0) dots(lit, ends[lit]! - counts[lit]!, ends[lit]!, side + 1);
}

/** Ten buttons: a class stands out while its button is pressed. */
export class ClassKeys {
  readonly element: HTMLElement;
  private readonly buttons: HTMLButtonElement[];

  constructor(pick: (digit: number) => void) {
    this.buttons = classColours.map((colour, digit) => {
      const dot = h('i', {});
      dot.style.setProperty('--swatch', colour);
      return h(
        'button',
        {
          ...{ type: 'button', class: 'class-key', 'aria-pressed': 'false' },
          'aria-label': `Show the digits ${digit}`,
          onclick: () => pick(digit),
        },
        dot,
        String(digit),
      );
    });
    this.element = h(
      'div',
      { class: 'classes', role: 'group', 'aria-label': 'Classes of test digits' },
      this.buttons,
    );
  }

  show(lit: number): void {
    this.buttons.forEach((button, digit) => button.setAttribute('aria-pressed', String(digit === lit)));
  }
}
