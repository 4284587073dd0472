// A histogram on our own canvas: bars of one or two sets on a common axis, and marks with names. The same as text.
import { niceStep } from './axes';
import { PlotCanvas, type Drawing } from './canvas';

export type Counts = {
  name: string;
  /** A custom property: "--accent". */
  colour: string;
  /** Left edge of the first bar, and the width of each. */
  from: number;
  width: number;
  counts: readonly number[];
};

export type Mark = { name: string; value: number };

const MARGIN = { left: 10, right: 10, top: 22, bottom: 20 };

/** Counts of values in bars of that width, whose edges are multiples of it. */
export function countsOf(
  values: ArrayLike<number>,
  width: number,
): Pick<Counts, 'from' | 'width' | 'counts'> {
  const bins = Array.from(values, (v) => Math.floor(v / width));
  const first = bins.reduce((a, b) => Math.min(a, b), Infinity);
  const last = bins.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!Number.isFinite(first) || !Number.isFinite(last)) return { from: 0, width, counts: [] };
  const counts = new Array<number>(last - first + 1).fill(0);
  for (const bin of bins) counts[bin - first]!++;
  return { from: first * width, width, counts };
}

/** Share of what was counted that lies below a value; within a bar evenly. */
export function shareBelow(
  { from, width, counts }: Pick<Counts, 'from' | 'width' | 'counts'>,
  value: number,
): number {
  let [below, all] = [0, 0];
  counts.forEach((count, i) => {
    all += count;
    below += count * Math.min(1, Math.max(0, (value - from - i * width) / width));
  });
  return all ? below / all : 0;
}

export class Histogram {
  readonly canvas: HTMLCanvasElement;
  private readonly surface: PlotCanvas;
  private sets: readonly Counts[] = [];
  private marks: readonly Mark[] = [];

  /** `axis`: what is counted and its unit: "log p(x), nats". */
  constructor(private readonly axis: string) {
    this.surface = new PlotCanvas('histogram-canvas', (drawing) => this.draw(drawing));
    this.canvas = this.surface.element;
  }

  show(sets: readonly Counts[], marks: readonly Mark[], text: string): void {
    Object.assign(this, { sets, marks });
    this.canvas.setAttribute('aria-label', text);
    this.redraw();
  }

  redraw(): void {
    this.surface.redraw();
  }

  csv(): string {
    const rows = this.sets.flatMap(({ name, from, width, counts }) =>
      counts.map((count, i) => [name, from + i * width, from + (i + 1) * width, count].join(',')),
    );
    return `${['set,from,to,count', ...rows, ...this.marks.map(({ name, value }) => [name, value, value, 1].join(','))].join('\n')}\n`;
  }

  private draw({ context, width, height, font, colour }: Drawing): void {
    const { sets, marks } = this;
    const ends = [
      ...sets.flatMap(({ from, width, counts }) =>
        counts.length ? [from, from + width * counts.length] : [],
      ),
      ...marks.map(({ value }) => value),
    ];
    if (!ends.length) return;
    const [least, most] = [Math.min(...ends), Math.max(...ends)];
    const pad = Math.max(1, 0.02 * (most - least));
    const [low, high] = [least - pad, most + pad];
    const x = (v: number) => MARGIN.left + ((width - MARGIN.left - MARGIN.right) * (v - low)) / (high - low);
    const floor = height - MARGIN.bottom;
    const step = niceStep((high - low) / Math.max(2, Math.min(8, width / 70)));
    context.fillStyle = colour('--muted');
    context.strokeStyle = colour('--line');
    context.textAlign = 'center';
    for (let v = Math.ceil(low / step) * step; v <= high; v += step) {
      context.beginPath();
      context.moveTo(x(v), MARGIN.top);
      context.lineTo(x(v), floor);
      context.stroke();
      context.fillText(String(Math.round(v)).replace('-', '−'), x(v), height - 5);
    }
    for (const { colour: variable, from, width: wide, counts } of sets) {
      const all = counts.reduce((a, b) => a + b, 0);
      const top = Math.max(
        ...sets.map((it) => Math.max(...it.counts) / it.counts.reduce((a, b) => a + b, 0) / it.width),
      );
      context.fillStyle = context.strokeStyle = colour(variable);
      context.globalAlpha = 0.45;
      counts.forEach((count, i) => {
        const tall = ((floor - MARGIN.top) * count) / all / wide / top;
        const left = x(from + i * wide);
        context.fillRect(left, floor - tall, Math.max(1, x(from + (i + 1) * wide) - left), tall);
      });
      context.globalAlpha = 1;
    }
    context.font = `600 ${font}`;
    context.fillStyle = context.strokeStyle = colour('--ink');
    for (const { name, value } of marks) {
      context.lineWidth = 2;
      context.beginPath();
      context.moveTo(x(value), MARGIN.top - 4);
      context.lineTo(x(value), floor);
      context.stroke();
      const half = context.measureText(name).width / 2;
      context.fillText(name, Math.min(width - half - 2, Math.max(half + 2, x(value))), 12);
    }
    context.font = font;
    context.fillStyle = colour('--muted');
    context.textAlign = 'right';
    if (!marks.length) context.fillText(this.axis, width - 2, 12);
  }
}
