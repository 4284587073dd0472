// <compare-view>: one or two pictures of one size in a viewport, with one zoom and pan for both and a divider between
// them. The divider is a native range input, visually hidden: keyboards, screen readers and forms know it.
// Fires 'viewchange' when a person moves the view or the divider.
import { h, say } from '../lib/dom';
import { PIXELATED_ABOVE, clamped, fit, fitZoom, nextZoom, visiblePart, zoomed } from '../lib/view';
import type { Part, Point, Size, View } from '../lib/view';
import { followGestures } from './gestures';

export type Layer = {
  picture: HTMLCanvasElement | OffscreenCanvas | HTMLImageElement;
  width: number;
  height: number;
  label: string;
  /** Lies over a part of the picture. */
  patch?: { picture: HTMLCanvasElement; part: Part };
};

/** Draws on the picture instead of panning it: points are in picture pixels, (0, 0) the upper left corner of the first. */
export interface Pen {
  down(point: Point, event: PointerEvent): void;
  move(point: Point): void;
  up(): void;
  /** What was drawn since `down` was none: a second finger came. */
  cancel(): void;
  /** Whether the key was the pen's. */
  key(event: KeyboardEvent): boolean;
  /** Over the layers, in device pixels: picture point (px, py) is at x + px * scale, y + py * scale. */
  paint(context: CanvasRenderingContext2D, x: number, y: number, scale: number): void;
}

const sizeOf = (layer: Layer): Size => ({ width: layer.width, height: layer.height });

export class CompareView extends HTMLElement {
  readonly canvas = h('canvas', { role: 'img' });
  readonly range = h('input', {
    type: 'range',
    class: 'compare-range',
    min: 0,
    max: 100,
    step: 1,
    value: 50,
  });
  readonly viewport = h('div', {
    class: 'compare-viewport',
    tabindex: 0,
    role: 'group',
    'aria-label': 'Picture. Arrow keys pan, plus and minus zoom, 0 shows all of it, 1 is 100 percent.',
  });
  private readonly divider = h(
    'div',
    { class: 'compare-divider', 'aria-hidden': 'true' },
    h('span', { class: 'compare-grip' }),
  );
  private readonly chips = [
    h('span', { class: 'chip chip-before' }),
    h('span', { class: 'chip chip-after' }),
  ] as const;
  private readonly zoomText = h('output', { class: 'zoom-value', 'aria-label': 'Zoom' });
  /** The row below the viewport; a page may put its own controls into it. */
  readonly tools = h('div', { class: 'stage-tools' });
  private left: Layer | undefined;
  private drawer: Pen | undefined;
  private right: Layer | undefined;
  /** Absent: all of the picture is shown, whatever the size of the viewport. */
  private wanted: View | undefined;
  private frame = 0;
  private built = false;
  private readonly resized = new ResizeObserver(() => this.redraw());

  connectedCallback(): void {
    if (!this.built) this.build();
    this.resized.observe(this.viewport);
  }

  disconnectedCallback(): void {
    this.resized.disconnect();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  private build(): void {
    this.built = true;
    this.classList.add('compare-view');
    const button = (text: string, label: string, keys: string, action: () => void) =>
      h(
        'button',
        { type: 'button', class: 'tool', 'aria-label': label, title: `${label} (${keys})`, onclick: action },
        text,
      );
    this.viewport.append(this.canvas, this.range, this.divider, ...this.chips);
    const tools = h('div', { class: 'zoom-tools', role: 'group', 'aria-label': 'Zoom' });
    tools.append(
      button('−', 'Zoom out', '-', () => this.zoomStep(-1)),
      this.zoomText,
      button('+', 'Zoom in', '+', () => this.zoomStep(1)),
      button('Fit', 'Fit: show all of the picture', '0', () => this.showAll()),
      button('100 %', '100 %: pixels one to one', '1', () => this.zoomTo(1)),
    );
    this.tools.append(tools);
    this.append(this.viewport, this.tools);
    this.range.addEventListener('input', () => this.moved());
    followGestures(this);
  }

  /** One layer: no divider. Two: before left of the divider, after right of it. Both have the same size. */
  show(before: Layer | undefined, after?: Layer): void {
    this.left = before;
    this.right = after;
    const size = before && sizeOf(before);
    if (size) this.style.setProperty('--picture-ratio', `${size.width} / ${size.height}`);
    const two = before !== undefined && after !== undefined;
    this.range.hidden = this.divider.hidden = this.chips[1].hidden = !two;
    this.chips[0].hidden = !before;
    say(this.chips[0], before?.label ?? '');
    say(this.chips[1], after?.label ?? '');
    this.range.setAttribute(
      'aria-label',
      two ? `Divider: ${before.label} left, ${after.label} right` : 'Divider',
    );
    this.redraw();
  }

  /** While there is one, one pointer draws and two pan and zoom. */
  get pen(): Pen | undefined {
    return this.drawer;
  }

  set pen(pen: Pen | undefined) {
    this.drawer = pen;
    this.viewport.classList.toggle('drawn-on', pen !== undefined);
    this.redraw();
  }

  get layers(): readonly Layer[] {
    return [this.left, this.right].flatMap((layer) => layer ?? []);
  }

  // ---- Where we look

  get extent(): Size {
    return { width: this.viewport.clientWidth || 1, height: this.viewport.clientHeight || 1 };
  }

  get view(): View {
    const picture = this.left ? sizeOf(this.left) : { width: 1, height: 1 };
    return clamped(this.wanted ?? fit(picture, this.extent), picture, this.extent);
  }

  /** The picture point under a point of the viewport. */
  under({ x, y }: Point): Point {
    const { view, extent } = this;
    return {
      x: view.x + (x - extent.width / 2) / view.zoom,
      y: view.y + (y - extent.height / 2) / view.zoom,
    };
  }

  /** Undefined while all of the picture is shown. */
  get chosen(): View | undefined {
    return this.wanted;
  }

  /** Nothing to pan: all is seen. */
  get whole(): boolean {
    return !this.left || this.view.zoom <= fitZoom(sizeOf(this.left), this.extent) * 1.001;
  }

  /** What is seen of a picture of that size, which is or will be on the stage. */
  visible(picture: Size): Part {
    return visiblePart(
      clamped(this.wanted ?? fit(picture, this.extent), picture, this.extent),
      picture,
      this.extent,
    );
  }

  look(view: View | undefined): void {
    this.wanted = view;
    if (view && this.left) {
      const picture = sizeOf(this.left);
      this.wanted = clamped(view, picture, this.extent);
    }
    this.redraw();
  }

  private moved(): void {
    this.redraw();
    this.dispatchEvent(new Event('viewchange'));
  }

  move(view: View): void {
    this.look(view);
    this.moved();
  }

  zoomTo(zoom: number, px = 0, py = 0): void {
    this.move(zoomed(this.view, zoom, px, py));
  }

  zoomStep(direction: 1 | -1): void {
    this.zoomTo(nextZoom(this.view.zoom, direction));
  }

  showAll(): void {
    this.look(undefined);
    this.moved();
  }

  pan(dx: number, dy: number): void {
    const { zoom, x, y } = this.view;
    this.move({ zoom, x: x + dx / zoom, y: y + dy / zoom });
  }

  /** Divider in percent of the viewport's width. */
  get split(): number {
    return Number(this.range.value);
  }

  set split(percent: number) {
    this.range.value = String(percent);
    this.redraw();
  }

  moveSplit(percent: number): void {
    this.range.value = String(percent);
    this.moved();
  }

  get divided(): boolean {
    return this.right !== undefined;
  }

  // ---- Drawing

  redraw(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  private draw(): void {
    const { left: before, right: after, canvas, extent, view } = this;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(extent.width * ratio), Math.round(extent.height * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d')!;
    context.clearRect(0, 0, width, height);
    say(this.zoomText, `${Math.round(view.zoom * 100)} %`);
    this.viewport.classList.toggle('pannable', !this.whole);
    if (!before) return canvas.setAttribute('aria-label', 'No picture yet');
    const scale = view.zoom * ratio;
    context.imageSmoothingEnabled = view.zoom <= PIXELATED_ABOVE;
    context.imageSmoothingQuality = 'high';
    const split = after ? (this.split / 100) * width : width;
    this.divider.style.left = `${this.split}%`;
    const paint = (layer: Layer, from: number, to: number) => {
      const { picture } = layer;
      if (picture instanceof HTMLImageElement && !(picture.complete && picture.naturalWidth)) return; // not loaded yet
      context.save();
      context.beginPath();
      context.rect(from, 0, to - from, height);
      context.clip();
      const x = Math.round(width / 2 - view.x * scale);
      const y = Math.round(height / 2 - view.y * scale);
      context.drawImage(layer.picture, x, y, layer.width * scale, layer.height * scale);
      if (layer.patch) {
        const { part, picture: over } = layer.patch;
        context.imageSmoothingEnabled = over.width < part.width || view.zoom <= PIXELATED_ABOVE;
        context.drawImage(
          over,
          x + part.x * scale,
          y + part.y * scale,
          part.width * scale,
          part.height * scale,
        );
      }
      context.restore();
    };
    paint(before, 0, split);
    if (after) paint(after, split, width);
    this.drawer?.paint(
      context,
      Math.round(width / 2 - view.x * scale),
      Math.round(height / 2 - view.y * scale),
      scale,
    );
    const label = after ? `Left of the divider: ${before.label}. Right of it: ${after.label}.` : before.label;
    if (canvas.getAttribute('aria-label') !== label) canvas.setAttribute('aria-label', label);
    this.range.setAttribute(
      'aria-valuetext',
      `${this.split} % ${before.label}, ${100 - this.split} % ${after?.label ?? ''}`,
    );
  }
}

// Scripts of two versions may meet in one page: the later one takes another name.
let name = 'compare-view';
while (customElements.get(name)) name += '-again';
customElements.define(name, CompareView);
