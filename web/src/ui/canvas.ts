// A canvas for plots: as many pixels as the screen shows of it, the page's colours and font, redrawn once per frame.
import { h } from '../lib/dom';

export type Drawing = {
  context: CanvasRenderingContext2D;
  /** In CSS pixels. */
  width: number;
  height: number;
  font: string;
  /** Of a custom property: "--accent". */
  colour(name: string): string;
};

/** What a custom property that holds a colour is at an element. */
export function colourAt(element: HTMLElement, name: string): string {
  // By way of a property that holds colours: a custom one would give its words, light-dark() among them.
  element.style.color = `var(${name})`;
  const { color } = getComputedStyle(element);
  element.style.removeProperty('color');
  return color;
}

export class PlotCanvas {
  readonly element: HTMLCanvasElement;
  private frame = 0;

  constructor(
    classes: string,
    private readonly draw: (drawing: Drawing) => void,
  ) {
    this.element = h('canvas', { class: `plot-canvas ${classes}`.trim(), role: 'img' });
    new ResizeObserver(() => this.redraw()).observe(this.element);
  }

  redraw(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  private paint(): void {
    const { element } = this;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [element.clientWidth, element.clientHeight];
    if (!width || !height) return;
    Object.assign(element, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    const context = element.getContext('2d')!;
    context.scale(ratio, ratio);
    const colour = (name: string) => colourAt(element, name);
    const font = `12px ${getComputedStyle(element).fontFamily}`;
    context.font = font;
    this.draw({ context, width, height, font, colour });
  }
}
