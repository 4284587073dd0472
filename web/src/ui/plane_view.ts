// The plane on a canvas: a heat map, ellipses, a curve and points; drawn on with the pointer or with keys. Knows points and
// places; what they mean is the demo's.
import { h, say } from '../lib/dom';
import { BOX, colourOf, mixed, snapped, type Colour, type Ellipse, type Point } from '../lib/plane';
import { PlotCanvas, type Drawing } from './canvas';

export type Shape = Ellipse & {
  colour: Colour | string;
  /** Half axes in standard deviations. */
  reach: number;
  alpha?: number;
  width?: number;
  filled?: boolean;
};

export type PlanePicture = {
  points: readonly Point[];
  /** Of each point; absent: the text's colour. */
  colours?: readonly Colour[];
  /** Shares in [0,1], `rows` of `columns`, the first row at the top. */
  heat?: { shares: ArrayLike<number>; columns: number; rows: number };
  shapes?: readonly Shape[];
  /** Through these places. */
  curve?: readonly Point[];
  /** Absent: the text's colour. */
  curveColour?: string;
  /** Index of a point with a ring around it. */
  chosen?: number;
};

export type PlaneBox = { left: number; right: number; bottom: number; top: number };

export type PlaneOptions = {
  name: string;
  box?: PlaneBox;
  /** Points are drawn and taken away here. `done`: the stroke has ended. */
  drawn?(points: readonly Point[], done: boolean): void;
  /** A place was chosen. */
  pick?(place: Point): void;
};

const RADIUS = 3.5;
/** Between points of one stroke, and how far the eraser reaches, CSS pixels. */
const [APART, REACH] = [14, 16];
const MOST_UNDONE = 100;
const KEY_STEP = 0.125;
export const MOST_POINTS = 1000;

const css = ([r, g, b]: Colour) => `rgb(${Math.round(r)}, ${Math.round(g)}, ${Math.round(b)})`;

export class PlaneView {
  readonly canvas: HTMLCanvasElement;
  readonly caption = h('figcaption', {});
  readonly element: HTMLElement;
  readonly status = h('span', { class: 'visually-hidden', role: 'status' });
  readonly undoButton = this.button('Undo', 'Ctrl+Z', () => this.undo());
  readonly clearButton = this.button('Clear', 'Delete', () => this.clear());
  erasing = false;
  private readonly surface: PlotCanvas;
  private readonly box: PlaneBox;
  private shown: PlanePicture = { points: [] };
  private heat: HTMLCanvasElement | undefined;
  private readonly past: (readonly Point[])[] = [];
  private last: Point | undefined;
  private cursor: Point = [0, 0];
  private keyed = false;

  constructor(private readonly options: PlaneOptions) {
    this.box = options.box ?? BOX;
    this.surface = new PlotCanvas('plane-canvas', (drawing) => this.draw(drawing));
    this.canvas = this.surface.element;
    this.canvas.style.aspectRatio = String(
      (this.box.right - this.box.left) / (this.box.top - this.box.bottom),
    );
    this.element = h('figure', { class: 'panel' }, this.canvas, this.status, this.caption);
    this.label('');
    if (options.drawn) this.listen();
    else if (options.pick) this.listenToPicks(options.pick);
  }

  /** `text`: for people who cannot see it. */
  show(picture: PlanePicture, caption: string, text = caption): void {
    this.shown = picture;
    this.heat = undefined;
    say(this.caption, caption);
    this.label(text);
    this.able();
    this.surface.redraw();
  }

  redraw(): void {
    this.heat = undefined;
    this.surface.redraw();
  }

  get image(): ImageData | undefined {
    const { width, height } = this.canvas;
    return width && height ? this.canvas.getContext('2d')!.getImageData(0, 0, width, height) : undefined;
  }

  /** The points are others now: what was done before cannot be undone. */
  forget(): void {
    this.past.length = 0;
    this.able();
  }

  private label(text: string): void {
    const how = this.options.drawn
      ? ': draw with the pointer, or move with the arrow keys and add a point with Space'
      : '';
    this.canvas.setAttribute('aria-label', `${this.options.name}${how}.${text ? ` ${text}` : ''}`);
  }

  private button(name: string, key: string, action: () => void): HTMLButtonElement {
    return h('button', { type: 'button', class: 'button', title: `${name} (${key})`, onclick: action }, name);
  }

  private able(): void {
    this.undoButton.setAttribute('aria-disabled', String(!this.past.length));
    this.clearButton.setAttribute('aria-disabled', String(!this.shown.points.length));
  }

  // ---- Painting

  private draw({ context, width, height, colour }: Drawing): void {
    const { box, shown } = this;
    const scale = width / (box.right - box.left);
    const x = (v: number) => (v - box.left) * scale;
    const y = (v: number) => height - (v - box.bottom) * (height / (box.top - box.bottom));
    const [ground, ink] = [colourOf(colour('--raised')), colour('--ink')];
    context.fillStyle = css(ground);
    context.fillRect(0, 0, width, height);
    if (shown.heat) {
      this.heat ??= heatCanvas(shown.heat, ground, colourOf(colour('--accent')));
      context.imageSmoothingEnabled = true;
      context.drawImage(this.heat, 0, 0, width, height);
    }
    context.strokeStyle = colour('--line');
    context.lineWidth = 1;
    for (const [x0, y0, x1, y1] of [
      [box.left, 0, box.right, 0],
      [0, box.bottom, 0, box.top],
    ] as const) {
      context.beginPath();
      context.moveTo(x(x0), y(y0));
      context.lineTo(x(x1), y(y1));
      context.stroke();
    }
    for (const shape of shown.shapes ?? []) {
      const paint = typeof shape.colour === 'string' ? colour(shape.colour) : css(shape.colour);
      context.beginPath();
      context.ellipse(
        x(shape.x),
        y(shape.y),
        Math.max(1, shape.reach * shape.a * scale),
        Math.max(1, shape.reach * shape.b * scale),
        -shape.angle,
        0,
        2 * Math.PI,
      );
      context.globalAlpha = shape.alpha ?? 1;
      context.strokeStyle = context.fillStyle = paint;
      context.lineWidth = shape.width ?? 1.5;
      if (shape.filled) context.fill();
      else context.stroke();
      context.globalAlpha = 1;
    }
    const radius = shown.points.length > 300 ? 0.7 * RADIUS : RADIUS;
    shown.points.forEach(([px, py], i) => {
      const own = shown.colours?.[i];
      context.fillStyle = own ? css(own) : ink;
      context.strokeStyle = css(ground);
      context.lineWidth = 1;
      context.beginPath();
      context.arc(x(px), y(py), radius, 0, 7);
      context.fill();
      context.stroke();
      if (i !== shown.chosen) return;
      context.strokeStyle = ink;
      context.lineWidth = 2;
      context.beginPath();
      context.arc(x(px), y(py), radius + 5, 0, 7);
      context.stroke();
    });
    if (shown.curve?.length) {
      context.strokeStyle = shown.curveColour ? colour(shown.curveColour) : ink;
      context.lineWidth = 2.5;
      context.beginPath();
      shown.curve.forEach(([px, py], i) => (i ? context.lineTo(x(px), y(py)) : context.moveTo(x(px), y(py))));
      context.stroke();
    }
    if (this.keyed) {
      const [cx, cy] = [x(this.cursor[0]), y(this.cursor[1])];
      context.strokeStyle = ink;
      context.lineWidth = 2;
      context.strokeRect(cx - 7, cy - 7, 14, 14);
    }
  }

  // ---- Pointer and keys

  private placeOf({ clientX, clientY }: MouseEvent): Point {
    const area = this.canvas.getBoundingClientRect();
    const { left, right, bottom, top } = this.box;
    return [
      left + ((clientX - area.left) / area.width) * (right - left),
      top - ((clientY - area.top) / area.height) * (top - bottom),
    ];
  }

  /** CSS pixels between two places. */
  private apart(a: Point, b: Point): number {
    const scale = this.canvas.clientWidth / (this.box.right - this.box.left);
    return scale * Math.hypot(a[0] - b[0], a[1] - b[1]);
  }

  private listenToPicks(pick: (place: Point) => void): void {
    this.canvas.classList.add('picks');
    this.canvas.addEventListener('click', (event) => pick(this.placeOf(event)));
  }

  private listen(): void {
    const { canvas } = this;
    Object.assign(canvas, { tabIndex: 0 });
    canvas.setAttribute('role', 'application');
    canvas.classList.add('draws');
    let erases = false;
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button > 0 && event.button !== 2 && event.button !== 5) return;
      canvas.setPointerCapture(event.pointerId);
      this.keyed = false;
      erases = this.erasing !== event.button > 0; // the right button and a pen's rubber take away
      this.remember();
      const place = this.placeOf(event);
      this.last = place;
      this.put(place, erases);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!this.last || !canvas.hasPointerCapture(event.pointerId)) return;
      const place = this.placeOf(event);
      if (!erases && this.apart(place, this.last) < APART) return;
      this.last = place;
      this.put(place, erases);
    });
    const end = () => {
      if (!this.last) return;
      this.last = undefined;
      this.options.drawn?.(this.shown.points, true);
    };
    canvas.addEventListener('pointerup', end);
    canvas.addEventListener('pointercancel', end);
    canvas.addEventListener('contextmenu', (event) => event.preventDefault());
    canvas.addEventListener('keydown', (event) => this.key(event));
    canvas.addEventListener('blur', () => {
      this.keyed = false;
      this.surface.redraw();
    });
  }

  private put(place: Point, erases: boolean): void {
    const { points } = this.shown;
    const inside =
      Math.abs(place[0]) <= Math.max(this.box.right, -this.box.left) &&
      Math.abs(place[1]) <= Math.max(this.box.top, -this.box.bottom);
    if (erases) this.set(points.filter((it) => this.apart(it, place) > REACH));
    else if (inside && points.length < MOST_POINTS) this.set([...points, snapped(place)]);
  }

  private set(points: readonly Point[]): void {
    // Colours are of the points before: what is new has none yet.
    this.shown = { ...this.shown, points, colours: undefined };
    this.able();
    this.surface.redraw();
    this.options.drawn?.(points, false);
  }

  private remember(): void {
    this.past.push(this.shown.points);
    if (this.past.length > MOST_UNDONE) this.past.shift();
  }

  undo(): void {
    const before = this.past.pop();
    if (!before) return;
    this.set(before);
    this.options.drawn?.(before, true);
  }

  clear(): void {
    if (!this.shown.points.length) return;
    this.remember();
    this.set([]);
    this.options.drawn?.([], true);
  }

  private key(event: KeyboardEvent): void {
    const step = event.shiftKey ? 4 * KEY_STEP : KEY_STEP;
    const moves: Record<string, Point> = {
      ...{ ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] },
    };
    const move = moves[event.key];
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === 'z') this.undo();
    else if (command || event.altKey) return;
    else if (move) this.moveCursor(move);
    else if (event.key === ' ') this.atCursor(false);
    else if (event.key.toLowerCase() === 'e' || event.key === 'Backspace') this.atCursor(true);
    else if (event.key === 'Delete') this.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private moveCursor([dx, dy]: Point): void {
    const { left, right, bottom, top } = this.box;
    this.cursor = [
      Math.min(right, Math.max(left, this.cursor[0] + dx)),
      Math.min(top, Math.max(bottom, this.cursor[1] + dy)),
    ];
    this.keyed = true;
    this.surface.redraw();
    say(this.status, `x ${this.cursor[0].toFixed(2)}, y ${this.cursor[1].toFixed(2)}`);
  }

  private atCursor(erases: boolean): void {
    this.keyed = true;
    this.remember();
    this.put(this.cursor, erases);
    this.options.drawn?.(this.shown.points, true);
    say(this.status, `${this.shown.points.length} points`);
  }
}

/** From the ground's colour to the accent. */
function heatCanvas(
  { shares, columns, rows }: NonNullable<PlanePicture['heat']>,
  ground: Colour,
  hot: Colour,
): HTMLCanvasElement {
  const canvas = h('canvas', { width: columns, height: rows });
  const image = new ImageData(columns, rows);
  for (let i = 0; i < columns * rows; i++)
    image.data.set([...mixed(ground, hot, 0.85 * Math.min(1, shares[i]!)).map(Math.round), 255], 4 * i);
  canvas.getContext('2d')!.putImageData(image, 0, 0);
  return canvas;
}
