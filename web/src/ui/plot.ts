// A small live plot of values per unit: each series on its own scale or all on one, labelled at its end, on our own
// canvas; either axis may be logarithmic. Beside it the same as text, and as CSV.
import { linearTicks, logLabel, logTicks, niceStep, scaleTo } from './axes';
import { PlotCanvas, type Drawing } from './canvas';

export { niceStep } from './axes';

export type Series = {
  name: string;
  unit: string;
  digits: number;
  colour: string;
  values: (number | undefined)[];
  /** Where each value lies on the axis; absent: at 0, 1, 2, ... */
  at?: readonly number[];
  dashed?: boolean;
};

export type Axes = {
  /** All series on one scale, whose ends are labelled. */
  shared?: boolean;
  /** Positions above 0 only. */
  logX?: boolean;
  /** Values above 0 only, all on one scale; others are left out. */
  logY?: boolean;
};

/** A curve of more values has no dots. */
const DOTS = 60;
/** Of more curves the ends say the names alone. */
const FEW = 3;
type Label = { name: string; value: string; variable: string; x: number; y: number };
type Range = readonly [number, number];

const MARGIN = { left: 10, right: 76, top: 12, bottom: 20 };

const ends = (values: readonly number[]): Range => [
  values.reduce((a, b) => Math.min(a, b)),
  values.reduce((a, b) => Math.max(a, b)),
];

export class Plot {
  readonly canvas: HTMLCanvasElement;
  private readonly surface: PlotCanvas;
  private readonly axes: Axes;
  private series: Series[] = [];
  private units = 1;

  /** `axis`: what is counted, "pass". */
  constructor(
    private readonly axis: string,
    axes: Axes | boolean = {},
  ) {
    this.axes = typeof axes === 'boolean' ? { shared: axes } : axes;
    this.surface = new PlotCanvas('', (drawing) => this.draw(drawing));
    this.canvas = this.surface.element;
    this.redraw();
  }

  /** values[i] is what was measured after i units, or at at[i]. */
  show(series: Series[], units: number): void {
    this.series = series;
    this.units = Math.max(1, units);
    this.canvas.setAttribute('aria-label', this.summary());
    this.redraw();
  }

  redraw(): void {
    this.surface.redraw();
  }

  summary(): string {
    const told = this.series.flatMap(({ name, unit, digits, values }) => {
      const known = values.flatMap((v) => (v === undefined ? [] : [v]));
      const word = (v: number) =>
        `${this.axes.logY ? Number(v.toPrecision(3)) : v.toFixed(digits)}${unit ? ` ${unit}` : ''}`;
      return known.length ? [`${name}: from ${word(known[0]!)} to ${word(known.at(-1)!)}`] : [];
    });
    return told.length ? `Per ${this.axis}. ${told.join('; ')}.` : `Nothing measured yet.`;
  }

  csv(): string {
    const places = this.series.find(({ at }) => at)?.at;
    const rows = Array.from(
      { length: Math.max(0, ...this.series.map(({ values }) => values.length)) },
      (_, i) => [places?.[i] ?? i, ...this.series.map(({ values }) => values[i] ?? '')].join(','),
    );
    return (
      [
        [this.axis, ...this.series.map(({ name, unit }) => (unit ? `${name} (${unit})` : name))].join(','),
        ...rows,
      ].join('\n') + '\n'
    );
  }

  /** What can be drawn of a series. */
  private known({ values, at }: Series): { x: number; v: number }[] {
    const { logX, logY } = this.axes;
    return values.flatMap((v, i) => {
      const x = at ? at[i] : i;
      if (v === undefined || x === undefined || (logY && !(v > 0)) || (logX && !(x > 0))) return [];
      return [{ x, v }];
    });
  }

  private draw({ context, width, height, colour }: Drawing): void {
    const { shared, logX, logY } = this.axes;
    const curves = this.series.map((series) => ({ series, known: this.known(series) }));
    const all = curves.flatMap(({ known }) => known);
    const across: Range =
      (logX || this.series.some(({ at }) => at)) && all.length
        ? ends(all.map(({ x }) => x))
        : [0, this.units];
    const [left, right] = [logY ? 44 : MARGIN.left, width - MARGIN.right];
    const [top, bottom] = [MARGIN.top, height - MARGIN.bottom];
    const x = scaleTo(across, [left, right], logX);
    context.strokeStyle = colour('--line');
    context.fillStyle = colour('--muted');
    context.textAlign = 'center';
    for (const tick of this.ticks(across, (right - left) / 48)) {
      line(context, x(tick), top, x(tick), bottom);
      context.fillText(String(Number(tick.toPrecision(9))), x(tick), height - 5);
    }
    if (!all.length) return;
    const common = shared || logY ? ends(all.map(({ v }) => v)) : undefined;
    if (logY) {
      const y = scaleTo(common!, [bottom, top], true);
      context.textAlign = 'right';
      for (const tick of logTicks(...common!, (bottom - top) / 18)) {
        line(context, left, y(tick), right, y(tick));
        context.fillText(logLabel(tick), left - 5, y(tick) + 4);
      }
    } else if (common) {
      context.textAlign = 'left';
      const [{ digits } = { digits: 0 }] = this.series;
      context.fillText(common[1].toFixed(digits), left + 3, top + 9);
      context.fillText(common[0].toFixed(digits), left + 3, bottom - 4);
    }
    const labels: Label[] = [];
    for (const { series, known } of curves) {
      if (!known.length) continue;
      const { name, unit, digits, colour: variable, dashed } = series;
      const y = scaleTo(common ?? ends(known.map(({ v }) => v)), [bottom, top], logY);
      context.strokeStyle = context.fillStyle = colour(variable);
      context.lineWidth = 2;
      context.setLineDash(dashed ? [5, 4] : []);
      context.beginPath();
      known.forEach((it, k) => (k ? context.lineTo(x(it.x), y(it.v)) : context.moveTo(x(it.x), y(it.v))));
      context.stroke();
      context.setLineDash([]);
      for (const it of known.length > DOTS ? known.slice(-1) : known) {
        context.beginPath();
        context.arc(x(it.x), y(it.v), 3, 0, 7);
        context.fill();
      }
      const last = known.at(-1)!;
      const value = logY ? logLabel(Number(last.v.toPrecision(2))) : last.v.toFixed(digits);
      labels.push({
        ...{ name, value: `${value}${unit ? ` ${unit}` : ''}`, variable },
        ...{ x: x(last.x), y: y(last.v) },
      });
    }
    this.label(context, labels, colour, height);
  }

  private ticks(across: Range, room: number): number[] {
    if (this.axes.logX) return logTicks(...across, Math.max(2, room));
    const most = Math.min(8, Math.max(2, room));
    if (this.series.some(({ at }) => at)) return linearTicks(...across, most).values;
    const every = niceStep(this.units / most);
    return Array.from({ length: Math.floor(this.units / every) + 1 }, (_, i) => i * every);
  }

  /** Names at the ends of the curves, apart from each other; with their values where there is room. */
  private label(
    context: CanvasRenderingContext2D,
    labels: Label[],
    colour: (name: string) => string,
    height: number,
  ): void {
    const lines = labels.length > FEW ? 1 : 2;
    const tall = 14 * lines + 2;
    const lowest = height - MARGIN.bottom - 14 * (lines - 1);
    labels.sort((a, b) => a.y - b.y);
    labels.forEach((it, k) => (it.y = Math.max(MARGIN.top + 4, it.y, k ? labels[k - 1]!.y + tall : 0)));
    for (let k = labels.length - 1, limit = lowest; k >= 0; k--, limit -= tall)
      labels[k]!.y = Math.min(labels[k]!.y, limit);
    context.textAlign = 'left';
    for (const { name, value, variable, x, y } of labels) {
      context.fillStyle = colour(variable);
      context.fillText(name, x + 8, y);
      if (lines > 1) context.fillText(value, x + 8, y + 14);
    }
  }
}

function line(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
