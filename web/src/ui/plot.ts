// A small live plot of values per unit: each series on its own scale, labelled at its end, on our own canvas. Beside it
// the same as text, and as CSV.
import { h } from '../lib/dom';

export type Series = {
  name: string;
  unit: string;
  digits: number;
  colour: string;
  values: (number | undefined)[];
};

/** A curve of more values has no dots. */
const DOTS = 60;
/** Of more curves the ends say the names alone. */
const FEW = 3;
type Label = { name: string; value: string; variable: string; x: number; y: number };

const MARGIN = { left: 10, right: 76, top: 12, bottom: 20 };

/** 1, 2, 5, 10, 20, ...: the first that is not smaller. */
export function niceStep(least: number): number {
  const ten = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return ten * [1, 2, 5, 10].find((step) => step * ten >= least)!;
}

export class Plot {
  readonly canvas = h('canvas', { class: 'plot-canvas', role: 'img' });
  private series: Series[] = [];
  private units = 1;
  private frame = 0;

  /** `axis`: what is counted, "pass". `shared`: all series on one scale, whose ends are labelled. */
  constructor(
    private readonly axis: string,
    private readonly shared = false,
  ) {
    new ResizeObserver(() => this.redraw()).observe(this.canvas);
    this.redraw();
  }

  /** values[i] is what was measured after i units. */
  show(series: Series[], units: number): void {
    this.series = series;
    this.units = Math.max(1, units);
    this.canvas.setAttribute('aria-label', this.summary());
    this.redraw();
  }

  redraw(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  summary(): string {
    const told = this.series.flatMap(({ name, unit, digits, values }) => {
      const known = values.flatMap((v) => (v === undefined ? [] : [v]));
      const word = (v: number) => `${v.toFixed(digits)}${unit ? ` ${unit}` : ''}`;
      return known.length ? [`${name}: from ${word(known[0]!)} to ${word(known.at(-1)!)}`] : [];
    });
    return told.length ? `Per ${this.axis}. ${told.join('; ')}.` : `Nothing measured yet.`;
  }

  csv(): string {
    const rows = Array.from(
      { length: Math.max(0, ...this.series.map(({ values }) => values.length)) },
      (_, i) => [i, ...this.series.map(({ values }) => values[i] ?? '')].join(','),
    );
    return (
      [
        [this.axis, ...this.series.map(({ name, unit }) => (unit ? `${name} (${unit})` : name))].join(','),
        ...rows,
      ].join('\n') + '\n'
    );
  }

  private draw(): void {
    const { canvas } = this;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || !height) return;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext('2d')!;
    context.scale(ratio, ratio);
    const style = getComputedStyle(canvas);
    // By way of a property that holds colours: a custom one would give its words, light-dark() among them.
    const colour = (name: string) => {
      canvas.style.color = `var(${name})`;
      const { color } = style;
      canvas.style.removeProperty('color');
      return color;
    };
    context.font = `12px ${style.fontFamily}`;
    const inner = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
    const x = (i: number) => MARGIN.left + (inner.width * i) / this.units;
    context.strokeStyle = colour('--line');
    context.fillStyle = colour('--muted');
    context.textAlign = 'center';
    const every = niceStep(this.units / Math.min(8, Math.max(2, inner.width / 48)));
    for (let i = 0; i <= this.units; i += every) {
      context.beginPath();
      context.moveTo(x(i), MARGIN.top);
      context.lineTo(x(i), height - MARGIN.bottom);
      context.stroke();
      context.fillText(String(i), x(i), height - 5);
    }
    const labels: Label[] = [];
    const all = this.shared ? this.series.flatMap(({ values }) => values.filter((v) => v !== undefined)) : [];
    const range = (values: number[]): [number, number] => {
      const of = all.length ? all : values;
      return [of.reduce((a, b) => Math.min(a, b)), of.reduce((a, b) => Math.max(a, b))];
    };
    if (all.length) {
      const [low, high] = range([]);
      context.textAlign = 'left';
      const [{ digits } = { digits: 0 }] = this.series;
      context.fillText(high.toFixed(digits), MARGIN.left + 3, MARGIN.top + 9);
      context.fillText(low.toFixed(digits), MARGIN.left + 3, height - MARGIN.bottom - 4);
    }
    for (const { name, unit, digits, values, colour: variable } of this.series) {
      const known = values.flatMap((v, i) => (v === undefined ? [] : [{ i, v }]));
      if (!known.length) continue;
      const [low, high] = range(known.map(({ v }) => v));
      const y = (v: number) => MARGIN.top + inner.height * (high > low ? 1 - (v - low) / (high - low) : 0.5);
      context.strokeStyle = context.fillStyle = colour(variable);
      context.lineWidth = 2;
      context.beginPath();
      known.forEach(({ i, v }, k) => (k ? context.lineTo(x(i), y(v)) : context.moveTo(x(i), y(v))));
      context.stroke();
      for (const { i, v } of known.length > DOTS ? known.slice(-1) : known) {
        context.beginPath();
        context.arc(x(i), y(v), 3, 0, 7);
        context.fill();
      }
      const last = known.at(-1)!;
      labels.push({
        name,
        value: `${last.v.toFixed(digits)}${unit ? ` ${unit}` : ''}`,
        variable,
        x: x(last.i),
        y: y(last.v),
      });
    }
    this.label(context, labels, colour, height);
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
