// A brush on a <compare-view> that marks pixels as missing: pointer, finger and pen, or keys; with its row of tools.
import { h, say } from '../lib/dom';
import { MaskEdits, emptyMask, type Mask } from '../lib/mask';
import type { Point } from '../lib/view';
import { viewTabs } from './bench';
import type { CompareView, Pen } from './compare_view';

const TINT = [226, 32, 64, 170];
const [LEAST, MOST] = [1, 60];

type Tool = 'brush' | 'eraser' | 'hand';
const tools: { id: Tool; label: string }[] = [
  { id: 'brush', label: 'Brush' },
  { id: 'eraser', label: 'Eraser' },
  { id: 'hand', label: 'Hand' },
];

const KEYS =
  'Picture with a brush. Arrow keys move it, with Shift further; Space paints, Enter keeps it down, E swaps brush and eraser, [ and ] change its size, Ctrl+Z undoes, Delete clears; plus and minus zoom.';

export class MaskBrush implements Pen {
  readonly element: HTMLElement;
  private readonly size = h('input', {
    ...{ type: 'range', min: LEAST, max: MOST, step: 1, value: 8, 'aria-label': 'Size of the brush, pixels' },
  });
  private readonly sizeText = h('output', { class: 'brush-size' });
  private readonly status = h('span', { class: 'visually-hidden', role: 'status' });
  private readonly undoButton = this.button('Undo', 'Ctrl+Z', () => this.turn('undo'));
  private readonly redoButton = this.button('Redo', 'Ctrl+Shift+Z', () => this.turn('redo'));
  private readonly clearButton = this.button('Clear', 'Delete', () => this.clear());
  private readonly choice = viewTabs(tools, (id) => this.choose(id as Tool), 'Tool');
  private readonly overlay = document.createElement('canvas');
  private edits = new MaskEdits(emptyMask(1, 1));
  private tool: Tool = 'brush';
  private view: CompareView | undefined;
  private label = '';
  private on = false;
  private last: Point | undefined;
  private value: 0 | 1 = 1;
  /** Where the ring is. */
  private cursor: Point | undefined;
  /** Keys: every step of the cursor paints. */
  private held = false;

  /** `changed`: a stroke has ended, or was undone. `cleared`: nothing is missing any more. */
  constructor(private readonly handlers: { changed(): void; cleared(): void }) {
    this.size.addEventListener('input', () => this.show());
    this.element = h(
      'div',
      { class: 'brush-tools', role: 'group', 'aria-label': 'Brush', hidden: true },
      this.choice.element,
      h('label', { class: 'brush-range' }, h('span', {}, 'Size'), this.size, this.sizeText),
      h('div', { class: 'brush-buttons' }, this.undoButton, this.redoButton, this.clearButton),
      this.status,
    );
    this.show();
  }

  private button(name: string, keys: string, action: () => void): HTMLButtonElement {
    return h('button', { type: 'button', class: 'tool', title: `${name} (${keys})`, onclick: action }, name);
  }

  attach(view: CompareView, signal: AbortSignal): void {
    this.view = view;
    const { viewport } = view;
    this.label = viewport.getAttribute('aria-label') ?? '';
    const hover = (event: PointerEvent) => {
      if (!this.active || event.pointerType !== 'mouse') return;
      const box = viewport.getBoundingClientRect();
      const scale = viewport.offsetWidth / box.width; // slides are drawn at another size than they have
      this.cursor = view.under({
        x: scale * (event.clientX - box.left),
        y: scale * (event.clientY - box.top),
      });
      view.redraw();
    };
    const away = () => {
      if (this.held) say(this.status, 'Brush up');
      this.cursor = undefined;
      this.held = false;
      view.redraw();
    };
    viewport.addEventListener('pointermove', hover, { signal });
    viewport.addEventListener('pointerleave', away, { signal });
    viewport.addEventListener('blur', away, { signal });
  }

  get mask(): Mask {
    return this.edits.mask;
  }

  /** Another mask: there is nothing to undo. */
  set mask(mask: Mask) {
    this.edits = new MaskEdits(mask);
    Object.assign(this.overlay, { width: mask.width, height: mask.height });
    this.tint();
    this.show();
  }

  /** Whether the stage shows the mask. */
  enable(on: boolean): void {
    this.on = on;
    this.element.hidden = !on;
    this.show();
  }

  get picture(): HTMLCanvasElement {
    return this.overlay;
  }

  private get active(): boolean {
    return this.on && this.tool !== 'hand';
  }

  private get radius(): number {
    return this.size.valueAsNumber / 2;
  }

  private choose(tool: Tool): void {
    this.tool = tool;
    this.show();
  }

  private show(): void {
    const { view, edits } = this;
    this.choice.show(this.tool);
    say(this.sizeText, `${this.size.value} px`);
    this.size.style.setProperty('--filled', `${(100 * (this.size.valueAsNumber - LEAST)) / (MOST - LEAST)}%`);
    const able = (button: HTMLElement, on: boolean) => button.setAttribute('aria-disabled', String(!on));
    able(this.undoButton, edits.canUndo);
    able(this.redoButton, edits.canRedo);
    able(this.clearButton, edits.mask.data.includes(1));
    if (!view) return;
    const pen = this.active ? this : undefined;
    if (view.pen !== pen) {
      view.pen = pen;
      view.viewport.setAttribute('aria-label', pen ? KEYS : this.label);
    }
    view.redraw();
  }

  // ---- Strokes

  private tint(x0 = 0, y0 = 0, x1 = this.mask.width, y1 = this.mask.height): void {
    const { width, height, data } = this.mask;
    const [left, top] = [Math.max(0, Math.floor(x0)), Math.max(0, Math.floor(y0))];
    const [wide, high] = [Math.min(width, Math.ceil(x1)) - left, Math.min(height, Math.ceil(y1)) - top];
    if (wide < 1 || high < 1) return;
    const part = new ImageData(wide, high);
    for (let y = 0, i = 0; y < high; y++)
      for (let x = 0; x < wide; x++, i++) if (data[(top + y) * width + left + x]) part.data.set(TINT, 4 * i);
    this.overlay.getContext('2d')!.putImageData(part, left, top);
    this.view?.redraw();
  }

  private draw(to: Point): void {
    const from = this.last ?? to;
    const { radius } = this;
    this.edits.stroke([from.x, from.y], [to.x, to.y], radius, this.value);
    const reach = radius + 2;
    const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
    const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y, to.y)];
    this.tint(left - reach, top - reach, right + reach, bottom + reach);
    this.last = to;
  }

  down(point: Point, event: PointerEvent): void {
    this.edits.begin();
    this.value = (this.tool === 'eraser') !== event.button > 0 ? 0 : 1; // the right button and a pen's rubber swap
    this.last = undefined;
    this.cursor = event.pointerType === 'mouse' ? point : undefined;
    this.draw(point);
  }

  move(point: Point): void {
    if (this.last) this.draw(point);
  }

  up(): void {
    if (!this.last) return;
    this.last = undefined;
    this.ended();
  }

  cancel(): void {
    this.last = undefined;
    this.edits.cancel();
    this.tint();
  }

  private ended(): void {
    if (this.edits.end()) this.handlers.changed();
    this.show();
  }

  private turn(way: 'undo' | 'redo'): void {
    if (!this.edits[way]()) return;
    this.tint();
    this.handlers.changed();
    this.show();
  }

  private clear(): void {
    this.edits.begin();
    this.edits.fill(0);
    const any = this.edits.end();
    this.tint();
    this.show();
    if (any) this.handlers.cleared();
  }

  // ---- Keys

  key(event: KeyboardEvent): boolean {
    const steps: Record<string, [number, number]> = {
      ...{ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] },
    };
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const step = steps[key];
    if (command && key === 'z') this.turn(event.shiftKey ? 'redo' : 'undo');
    else if (command && key === 'y') this.turn('redo');
    else if (command || event.altKey) return false;
    else if (step) this.go(step, event.shiftKey ? 4 : 1);
    else if (key === ' ') this.dab();
    else if (key === 'Enter') {
      this.held = !this.held;
      if (this.held) this.dab();
      say(this.status, this.held ? 'Brush down' : 'Brush up');
    } else if (key === 'e') this.choose(this.tool === 'eraser' ? 'brush' : 'eraser');
    else if (key === '[' || key === ']') {
      this.size.value = String(this.size.valueAsNumber + (key === ']' ? 2 : -2));
      this.show();
    } else if (key === 'Delete' || key === 'Backspace') this.clear();
    else return false;
    return true;
  }

  private get place(): Point {
    const { width, height } = this.mask;
    return this.cursor ?? { x: width / 2, y: height / 2 };
  }

  private go([dx, dy]: [number, number], times: number): void {
    const { width, height } = this.mask;
    const from = this.place;
    const step = Math.max(1, this.radius) * times;
    const to = {
      x: Math.min(width, Math.max(0, from.x + dx * step)),
      y: Math.min(height, Math.max(0, from.y + dy * step)),
    };
    this.cursor = to;
    if (this.held) this.paintTo(from, to);
    this.follow(to);
    say(this.status, `Column ${Math.round(to.x)}, row ${Math.round(to.y)}`);
  }

  private dab(): void {
    this.cursor = this.place;
    this.paintTo(this.cursor, this.cursor);
  }

  private paintTo(from: Point, to: Point): void {
    this.edits.begin();
    this.value = this.tool === 'eraser' ? 0 : 1;
    this.last = from;
    this.draw(to);
    this.last = undefined;
    this.ended();
  }

  /** The ring stays in sight. */
  private follow({ x, y }: Point): void {
    const { view } = this;
    if (!view) return;
    const part = view.visible(this.mask);
    const seen = x >= part.x && y >= part.y && x <= part.x + part.width && y <= part.y + part.height;
    if (seen) view.redraw();
    else view.move({ zoom: view.view.zoom, x, y });
  }

  // ---- Over the picture

  paint(context: CanvasRenderingContext2D, x: number, y: number, scale: number): void {
    const { width, height } = this.mask;
    context.imageSmoothingEnabled = scale < 1;
    context.drawImage(this.overlay, x, y, width * scale, height * scale);
    const { cursor } = this;
    if (!cursor) return;
    for (const [colour, line] of [
      ['#000', 3],
      ['#fff', 1.5],
    ] as const) {
      context.beginPath();
      context.arc(x + cursor.x * scale, y + cursor.y * scale, Math.max(3, this.radius * scale), 0, 7);
      Object.assign(context, { strokeStyle: colour, lineWidth: line });
      context.stroke();
    }
  }
}
