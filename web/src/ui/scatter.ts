// A scatter plot on our own canvas: points of several sets on common axes with ticks, filled (measured here) or hollow
// (published), with bars of their standard errors and names beside them. The same as text, and as CSV.
import { linearTicks, scaleTo, signed } from './axes';
import { PlotCanvas, type Drawing } from './canvas';

export type Point = {
  name: string;
  x: number;
  y: number;
  /** Standard errors, drawn as bars of twice their length to either side. */
  xError?: number;
  yError?: number;
};

export type PointSet = {
  name: string;
  /** A custom property: "--accent". */
  colour: string;
  points: readonly Point[];
  hollow?: boolean;
  /** Whether the points' names are written. */
  named?: boolean;
  /** Of a point, in CSS pixels. */
  radius?: number;
};

const MARGIN = { left: 46, right: 14, top: 26, bottom: 36 };
const RADIUS = 5;

/** Of some values and a margin at both ends; undefined: there are none. */
export function paddedRange(values: readonly number[], share = 0.08): [number, number] | undefined {
  const known = values.filter(Number.isFinite);
  if (!known.length) return undefined;
  const [low, high] = [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))];
  const pad = share * (high - low) || 0.5;
  return [low - pad, high + pad];
}

export class Scatter {
  readonly canvas: HTMLCanvasElement;
  private readonly surface: PlotCanvas;
  private sets: readonly PointSet[] = [];
  private axes: { x: string; y: string } = { x: '', y: '' };
  /** Where the points have been drawn, in CSS pixels. */
  private drawn: { x: number; y: number; point: Point }[] = [];

  /** `pick`: a point was clicked. */
  constructor(pick?: (point: Point) => void) {
    this.surface = new PlotCanvas('scatter-canvas', (drawing) => this.draw(drawing));
    this.canvas = this.surface.element;
    if (!pick) return;
    this.canvas.classList.add('picks');
    this.canvas.addEventListener('click', ({ offsetX, offsetY }) => {
      const point = nearest(this.drawn, offsetX, offsetY);
      if (point) pick(point);
    });
  }

  /** `axes`: what is measured and its unit: "log-likelihood, nats". `text`: the plot in words. */
  show(axes: { x: string; y: string }, sets: readonly PointSet[], text: string): void {
    Object.assign(this, { axes, sets });
    this.canvas.setAttribute('aria-label', text);
    this.redraw();
  }

  redraw(): void {
    this.surface.redraw();
  }

  private draw({ context, width, height, font, colour }: Drawing): void {
    const { sets, axes } = this;
    const points = sets.flatMap((it) => it.points);
    const across = paddedRange(points.map(({ x }) => x));
    const up = paddedRange(points.map(({ y }) => y));
    if (!across || !up) return;
    const [left, right, top, bottom] = [
      ...[MARGIN.left, width - MARGIN.right],
      ...[MARGIN.top, height - MARGIN.bottom],
    ] as [number, number, number, number];
    const x = scaleTo(across, [left, right]);
    const y = scaleTo(up, [bottom, top]);
    context.strokeStyle = colour('--line');
    context.fillStyle = colour('--muted');
    const [xTicks, yTicks] = [
      linearTicks(...across, (right - left) / 56),
      linearTicks(...up, (bottom - top) / 34),
    ];
    context.textAlign = 'center';
    for (const v of xTicks.values) {
      line(context, x(v), top, x(v), bottom);
      context.fillText(signed(v, xTicks.digits), x(v), bottom + 14);
    }
    context.textAlign = 'right';
    for (const v of yTicks.values) {
      line(context, left, y(v), right, y(v));
      context.fillText(signed(v, yTicks.digits), left - 6, y(v) + 4);
    }
    context.fillText(axes.x, right, height - 6);
    context.textAlign = 'left';
    context.fillText(axes.y, 4, 14);
    const taken: Box[] = [];
    this.drawn = points.map((point) => ({ x: x(point.x), y: y(point.y), point }));
    for (const set of sets) {
      context.strokeStyle = context.fillStyle = colour(set.colour);
      context.lineWidth = 2;
      const { radius = RADIUS } = set;
      for (const { x: px, y: py, xError = 0, yError = 0 } of set.points) {
        if (xError) line(context, x(px - 2 * xError), y(py), x(px + 2 * xError), y(py));
        if (yError) line(context, x(px), y(py - 2 * yError), x(px), y(py + 2 * yError));
        context.beginPath();
        context.arc(x(px), y(py), radius, 0, 7);
        if (set.hollow) context.stroke();
        else context.fill();
        taken.push([x(px) - RADIUS, y(py) - RADIUS, x(px) + RADIUS, y(py) + RADIUS]);
      }
    }
    context.font = `600 ${font}`;
    context.textAlign = 'left';
    for (const set of sets) {
      if (!set.named) continue;
      context.fillStyle = colour(set.colour);
      for (const point of set.points) {
        const wide = context.measureText(point.name).width;
        const [px, py] = [x(point.x), y(point.y)];
        const box = placed(px, py, wide, taken, [left + 2, width - 2]);
        taken.push(box);
        context.fillText(point.name, box[0], box[3] - 3);
      }
    }
  }
}

/** The point drawn nearest to a place, within a fingertip's reach. */
export function nearest<T>(
  drawn: readonly { x: number; y: number; point: T }[],
  x: number,
  y: number,
  reach = 14,
): T | undefined {
  let best: T | undefined;
  let least = reach;
  for (const it of drawn) {
    const away = Math.hypot(it.x - x, it.y - y);
    if (away < least) [best, least] = [it.point, away];
  }
  return best;
}

/** Left, top, right, bottom. */
type Box = [number, number, number, number];

const overlap = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) *
  Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));

/** Where a name beside a point covers least: above, below, to the right, to the left. */
export function placed(
  x: number,
  y: number,
  wide: number,
  taken: readonly Box[],
  [least, most]: readonly [number, number],
): Box {
  const tall = 14;
  const gap = RADIUS + 3;
  const corners = [
    [x - wide / 2, y - gap - tall],
    [x - wide / 2, y + gap],
    [x + gap, y - tall / 2],
    [x - gap - wide, y - tall / 2],
    [x + gap, y - gap - tall],
    [x - gap - wide, y + gap],
  ] as const;
  let best: Box | undefined;
  let cost = Infinity;
  for (const [cx, cy] of corners) {
    const shift = Math.max(least, Math.min(most - wide, cx));
    const box: Box = [shift, cy, shift + wide, cy + tall];
    const here = taken.reduce((sum, it) => sum + overlap(box, it), 0) + (shift === cx ? 0 : 1);
    if (here < cost) [best, cost] = [box, here];
  }
  return best!;
}

function line(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
