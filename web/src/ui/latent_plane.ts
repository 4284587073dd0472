// Two latents as a plane: a sheet of decoded digits behind, and over it test digits as coloured points, ellipses, paths and one
// point to drag. Drag or arrows move the point; wheel, pinch, + and - zoom; two fingers, the right button, Shift move the plane.
import { h, say } from '../lib/dom';
import { nearestClass, type Cloud } from '../lib/cloud';
import { clampedView, zoomedView, type PlaneView } from '../lib/latents';
import { placeIn } from '../lib/place';
import { linearTicks, signed } from './axes';
import { PlotCanvas, type Drawing } from './canvas';
import { classColours, drawCloud } from './class_cloud';
import { arrows } from './pixels';
import './styles/latent.css';

export type Ellipse = { x: number; y: number; across: number; up: number; dashed?: boolean };

export type PlaneContent = {
  /** What is dragged. */
  point?: readonly [number, number];
  cloud?: Cloud | undefined;
  /** The class that stands out; the others are dim. */
  lit?: number | undefined;
  /** The cloud is the background of something else. */
  faint?: boolean;
  ellipses?: readonly Ellipse[];
  /** Small crosses. */
  marks?: readonly (readonly [number, number])[];
  path?: readonly (readonly [number, number])[];
  /** Of the axes: "z₁". */
  names: readonly [string, string];
};

export type PlaneHandlers = {
  /** The point is wanted there. */
  move?(x: number, y: number, live: boolean): void;
  look(view: PlaneView, live: boolean): void;
};

const REACH = 9; // CSS pixels from the pointer to what it is about
/** A wheel that turns no more. */
const SETTLED_MS = 250;
const INK = '#ffffff';

export class LatentPlane {
  readonly sheet = h('canvas', { class: 'pixels', width: 1, height: 1, 'aria-hidden': 'true' });
  readonly frame: HTMLElement;
  readonly caption = h('figcaption', {});
  readonly element: HTMLElement;
  private readonly surface: PlotCanvas;
  private readonly layer = document.createElement('canvas');
  private layerKey = '';
  private layerOf: Cloud | undefined;
  private readonly tip = h('div', { class: 'plane-tip', hidden: true });
  private view: PlaneView = { x: 0, y: 0, half: 3.5 };
  private content: PlaneContent = { names: ['', ''] };
  private readonly pointers = new Map<number, { x: number; y: number }>();
  private settling = 0;
  /** Where the point was when it was taken hold of. */
  private before: readonly [number, number] | undefined;
  private holding: 'point' | 'plane' | undefined;

  constructor(
    name: string,
    private readonly on: PlaneHandlers,
  ) {
    this.surface = new PlotCanvas('plane-overlay', (drawing) => this.draw(drawing));
    const over = this.surface.element;
    over.removeAttribute('role');
    over.setAttribute('aria-hidden', 'true');
    this.frame = h(
      'div',
      {
        class: on.move ? 'plane' : 'plane plane-still',
        tabindex: 0,
        role: 'application',
        'aria-label': name,
      },
      this.sheet,
      over,
      this.tip,
    );
    this.element = h('figure', { class: 'panel' }, this.frame, this.caption);
    this.listen();
  }

  // ---- Showing

  showSheet(image: ImageData | undefined): void {
    const { sheet } = this;
    sheet.hidden = !image;
    if (!image) return;
    if (sheet.width !== image.width) Object.assign(sheet, { width: image.width, height: image.height });
    sheet.getContext('2d')!.putImageData(image, 0, 0);
  }

  /** `label`: the plane in words. */
  show(view: PlaneView, content: PlaneContent, caption: string, label: string): void {
    Object.assign(this, { view, content });
    say(this.caption, caption);
    if (this.frame.getAttribute('aria-label') !== label) this.frame.setAttribute('aria-label', label);
    this.surface.redraw();
  }

  /** What is seen, as one picture. */
  picture(): ImageData | undefined {
    const over = this.surface.element;
    if (!over.width) return undefined;
    const canvas = Object.assign(document.createElement('canvas'), { width: 1120, height: 1120 });
    const context = canvas.getContext('2d')!;
    context.fillRect(0, 0, 1120, 1120);
    context.imageSmoothingEnabled = false;
    if (!this.sheet.hidden) context.drawImage(this.sheet, 0, 0, 1120, 1120);
    context.imageSmoothingEnabled = true;
    context.drawImage(over, 0, 0, 1120, 1120);
    return context.getImageData(0, 0, 1120, 1120);
  }

  private draw({ context, width, height }: Drawing): void {
    const { x, y, half } = this.view;
    const scale = width / (2 * half);
    const [px, py] = [
      (v: number) => width / 2 + (v - x) * scale,
      (v: number) => height / 2 - (v - y) * scale,
    ];
    const layer = this.cloudLayer(width, height, px, py);
    if (layer) context.drawImage(layer, 0, 0, width, height);
    const { ellipses = [], marks = [], path = [], point } = this.content;
    for (const { x: ex, y: ey, across, up, dashed } of ellipses)
      outlined(context, dashed ? 1 : 2, () => {
        context.setLineDash(dashed ? [4, 4] : []);
        context.ellipse(px(ex), py(ey), Math.max(1, across * scale), Math.max(1, up * scale), 0, 0, 7);
      });
    context.setLineDash([]);
    if (path.length) {
      outlined(context, 2, () =>
        path.forEach(([a, b], i) => (i ? context.lineTo(px(a), py(b)) : context.moveTo(px(a), py(b)))),
      );
      [path[0]!, path.at(-1)!].forEach(([a, b], i) => label(context, 'AB'[i]!, px(a) + 7, py(b) - 7, 14));
    }
    for (const [a, b] of marks)
      outlined(context, 1.5, () => {
        context.moveTo(px(a) - 4, py(b));
        context.lineTo(px(a) + 4, py(b));
        context.moveTo(px(a), py(b) - 4);
        context.lineTo(px(a), py(b) + 4);
      });
    if (point)
      outlined(context, 3, () => {
        context.arc(px(point[0]), py(point[1]), 8, 0, 7);
      });
    this.drawAxes(context, px, py, width, height);
  }

  /** The cloud, drawn anew only when it or the view has changed: a point is dragged across 10,000 others. */
  private cloudLayer(
    width: number,
    height: number,
    px: (v: number) => number,
    py: (v: number) => number,
  ): HTMLCanvasElement | undefined {
    const { cloud, lit = -1, faint } = this.content;
    if (!cloud) return undefined;
    const { x, y, half } = this.view;
    const { width: wide, height: high } = this.surface.element;
    const key = [x, y, half, wide, high, lit, faint].join(' ');
    const { layer } = this;
    if (this.layerKey === key && this.layerOf === cloud) return layer;
    Object.assign(this, { layerKey: key, layerOf: cloud });
    Object.assign(layer, { width: wide, height: high });
    const context = layer.getContext('2d')!;
    context.scale(wide / width, high / height);
    const side = Math.min(4, Math.max(2, 8 / half));
    drawCloud(context, cloud, { px, py, width, height, side, alpha: faint ? 0.45 : 0.9 }, lit);
    cloud.middles.forEach(([a, b], c) => {
      if (lit < 0 || lit === c) label(context, String(c), px(a), py(b), 17, classColours[c]);
    });
    return layer;
  }

  private drawAxes(
    context: CanvasRenderingContext2D,
    px: (v: number) => number,
    py: (v: number) => number,
    width: number,
    height: number,
  ): void {
    const { x, y, half } = this.view;
    const { names } = this.content;
    const across = linearTicks(x - half, x + half, width / 90);
    const up = linearTicks(y - half, y + half, height / 90);
    for (const v of across.values)
      if (px(v) > 24 && px(v) < width - 24) label(context, signed(v, across.digits), px(v), height - 9, 11);
    for (const v of up.values)
      if (py(v) > 24 && py(v) < height - 30) label(context, signed(v, up.digits), 16, py(v), 11);
    label(context, names[0], width - 16, height - 9, 12);
    label(context, names[1], 16, 11, 12);
  }

  // ---- Pointer and keys

  private listen(): void {
    const { frame } = this;
    const at = (event: PointerEvent | WheelEvent) => {
      const box = frame.getBoundingClientRect();
      return {
        x: (2 * (event.clientX - box.left)) / box.width - 1,
        y: 1 - (2 * (event.clientY - box.top)) / box.height,
      };
    };
    const place = ({ x, y }: { x: number; y: number }): [number, number] => [
      this.view.x + x * this.view.half,
      this.view.y + y * this.view.half,
    ];
    frame.addEventListener('pointerdown', (event) => {
      frame.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, at(event));
      this.tip.hidden = true;
      if (this.pointers.size > 1) {
        // The first of two fingers has moved the point by mistake.
        if (this.holding === 'point' && this.before) this.on.move?.(...this.before, false);
        this.holding = 'plane';
      } else if (!this.on.move && event.pointerType === 'touch')
        this.holding = undefined; // one finger scrolls the page
      else if (event.button > 0 || event.shiftKey || !this.on.move) this.holding = 'plane';
      else {
        this.holding = 'point';
        this.before = this.content.point;
        this.on.move(...place(at(event)), true);
      }
    });
    frame.addEventListener('pointermove', (event) => {
      const before = this.pointers.get(event.pointerId);
      const now = at(event);
      if (!before) return this.point(event, place(now));
      this.pointers.set(event.pointerId, now);
      if (this.holding === 'point') return this.on.move?.(...place(now), true);
      if (!this.holding) return;
      const { x, y, half } = this.view;
      const share = 1 / this.pointers.size;
      let next: PlaneView = {
        x: x - (now.x - before.x) * half * share,
        y: y - (now.y - before.y) * half * share,
        half,
      };
      const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const far = (p: { x: number; y: number }) => Math.hypot(p.x - other.x, p.y - other.y) || 0.01;
        next = zoomedView(next, far(now) / far(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
      }
      this.look(clampedView(next), true);
    });
    const release = (event: PointerEvent) => {
      const last = this.pointers.get(event.pointerId);
      if (!last) return;
      this.pointers.delete(event.pointerId);
      if (this.pointers.size) return;
      if (this.holding === 'point') this.on.move?.(...place(last), false);
      else if (this.holding) this.look(this.view, false);
      this.holding = undefined;
    };
    frame.addEventListener('pointerup', release);
    frame.addEventListener('pointercancel', release);
    frame.addEventListener('pointerleave', () => (this.tip.hidden = true));
    frame.addEventListener('contextmenu', (event) => event.preventDefault());
    frame.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey && !event.metaKey && !frame.matches(':focus')) return; // the page scrolls
        event.preventDefault();
        const delta = event.deltaY * (event.deltaMode === 1 ? 20 : 1);
        const { x, y } = at(event);
        this.look(zoomedView(this.view, Math.exp(-delta / (event.ctrlKey ? 100 : 400)), x, y), true);
        clearTimeout(this.settling);
        this.settling = window.setTimeout(() => frame.isConnected && this.look(this.view, false), SETTLED_MS);
      },
      { passive: false },
    );
    frame.addEventListener('keydown', (event) => this.key(event));
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { x, y, half } = this.view;
    const [columns, rows] = arrows[event.key] ?? [0, 0];
    const { point } = this.content;
    if (columns || rows) {
      if (event.shiftKey || !point || !this.on.move)
        this.look(clampedView({ x: x + columns * half * 0.2, y: y - rows * half * 0.2, half }), false);
      else this.on.move(point[0] + columns * half * 0.04, point[1] - rows * half * 0.04, false);
    } else if (event.key === '+' || event.key === '=') this.look(zoomedView(this.view, 1.25), false);
    else if (event.key === '-') this.look(zoomedView(this.view, 0.8), false);
    else if (event.key === '0') this.look({ x: 0, y: 0, half: 3.5 }, false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Views follow one another more quickly than the state is written. */
  private look(view: PlaneView, live: boolean): void {
    this.view = view;
    if (!live) clearTimeout(this.settling);
    this.on.look(view, live);
  }

  /** The class of the test digit under the pointer, in words. */
  private point(event: PointerEvent, [x, y]: [number, number]): void {
    const { cloud } = this.content;
    const reach = (REACH * 2 * this.view.half) / this.frame.clientWidth;
    const digit = cloud && nearestClass(cloud, x, y, reach);
    this.tip.hidden = digit === undefined;
    if (digit === undefined) return;
    say(this.tip, `test digit: ${digit}`);
    const { x: left, y: top } = placeIn(this.frame, event);
    this.tip.style.setProperty('--x', `${left}px`);
    this.tip.style.setProperty('--y', `${top}px`);
    this.tip.classList.toggle('plane-tip-left', left > this.frame.offsetWidth / 2);
  }
}

/** A line that can be seen on black and on white. */
function outlined(context: CanvasRenderingContext2D, width: number, way: () => void): void {
  context.beginPath();
  way();
  context.lineJoin = 'round';
  context.strokeStyle = '#000000';
  context.lineWidth = width + 2.5;
  context.stroke();
  context.strokeStyle = INK;
  context.lineWidth = width;
  context.stroke();
}

function label(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  size: number,
  colour: string = INK,
): void {
  context.save();
  context.font = `600 ${size}px ${context.font.replace(/^.*px /, '')}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = 4;
  context.strokeStyle = '#000000';
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
  context.restore();
}
