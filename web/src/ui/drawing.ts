// A canvas of 28 x 28 pixels to draw on: with a mouse, a finger, a pen, or with keys. Knows its pixels and how to undo; what
// they mean is the demo's.
import { h, say } from '../lib/dom';
import { SIDE, blank, type Colours, type Digit } from '../lib/digits';
import { stroke } from '../lib/strokes';

const MOST_UNDONE = 100;

/** Radii of the pen, in pixels, by the name of its size. */
export const brushes: Record<string, number> = { fine: 0.5, medium: 1.25, wide: 2 };

export type DrawingOptions = {
  name: string;
  /** `done`: a stroke has ended, or a step was undone. */
  changed(done: boolean): void;
  /** Colour of pixel i; painted again with `paint`. */
  colour(i: number): ReturnType<Colours>;
};

export class Drawing {
  readonly canvas: HTMLCanvasElement;
  readonly status = h('span', { class: 'visually-hidden', role: 'status' });
  readonly element: HTMLElement;
  readonly undoButton = this.button('Undo', 'Ctrl+Z', () => this.undo());
  readonly clearButton = this.button('Clear', 'Delete', () => this.clear());
  radius = brushes.medium!;
  /** The pen takes away instead of adding. */
  erasing = false;
  private pixels: Digit = blank();
  private readonly past: Digit[] = [];
  private last: [number, number] | undefined;
  private cursor: [number, number] = [SIDE / 2, SIDE / 2];
  /** Keys: every step of the cursor draws. */
  private down = false;
  private touched = false;
  private value: 0 | 1 = 1;

  constructor(private readonly options: DrawingOptions) {
    this.canvas = h('canvas', {
      ...{ class: 'pixels drawing', width: SIDE, height: SIDE, tabindex: 0, role: 'application' },
      'aria-label': `${options.name}: draw with the pointer, or move with the arrow keys and draw with Space`,
    });
    this.element = h('div', { class: 'drawing-frame' }, this.canvas, this.marker, this.status);
    this.listen();
    this.paint();
  }

  private readonly marker = h('div', { class: 'drawing-cursor', hidden: true });

  private button(name: string, key: string, action: () => void): HTMLButtonElement {
    return h('button', { type: 'button', class: 'button', title: `${name} (${key})`, onclick: action }, name);
  }

  get digit(): Digit {
    return this.pixels.slice();
  }

  /** Replaces all of it; `undoable`: as a step that can be undone. */
  set(digit: Digit, undoable = false): void {
    if (undoable) this.remember();
    else this.past.length = 0;
    this.pixels = digit.slice();
    this.paint();
  }

  undo(): void {
    const before = this.past.pop();
    if (!before) return;
    this.pixels = before;
    this.paint();
    this.options.changed(true);
  }

  clear(): void {
    if (!this.pixels.includes(1)) return;
    this.set(blank(), true);
    this.options.changed(true);
  }

  paint(): void {
    const image = new ImageData(SIDE, SIDE);
    for (let i = 0; i < SIDE * SIDE; i++) image.data.set([...this.options.colour(i), 255], 4 * i);
    this.canvas.getContext('2d')!.putImageData(image, 0, 0);
    const disabled = (button: HTMLElement, on: boolean) => button.setAttribute('aria-disabled', String(on));
    disabled(this.undoButton, !this.past.length);
    disabled(this.clearButton, !this.pixels.includes(1));
  }

  at(i: number): boolean {
    return this.pixels[i] === 1;
  }

  private remember(): void {
    this.past.push(this.pixels.slice());
    if (this.past.length > MOST_UNDONE) this.past.shift();
  }

  private draw(to: [number, number]): void {
    stroke(this.pixels, this.last ?? to, to, this.radius, this.value);
    this.last = to;
    this.paint();
    this.options.changed(false);
  }

  // ---- Pointer and keys

  private listen(): void {
    const { canvas } = this;
    const place = ({ clientX, clientY }: PointerEvent): [number, number] => {
      const box = canvas.getBoundingClientRect();
      return [
        ((clientX - box.left) / box.width) * SIDE - 0.5,
        ((clientY - box.top) / box.height) * SIDE - 0.5,
      ];
    };
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button > 0 && event.button !== 2 && event.button !== 5) return;
      canvas.setPointerCapture(event.pointerId);
      this.touched = true;
      this.marker.hidden = true;
      this.remember();
      this.value = this.erasing !== event.button > 0 ? 0 : 1; // the right button and a pen's rubber take away
      this.last = undefined;
      this.draw(place(event));
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!this.last || !canvas.hasPointerCapture(event.pointerId)) return;
      const all = event.getCoalescedEvents?.() ?? [];
      for (const part of all.length ? all : [event]) this.draw(place(part));
    });
    const end = () => {
      if (!this.last) return;
      this.last = undefined;
      this.options.changed(true);
    };
    canvas.addEventListener('pointerup', end);
    canvas.addEventListener('pointercancel', end);
    canvas.addEventListener('contextmenu', (event) => event.preventDefault());
    canvas.addEventListener('keydown', (event) => this.key(event));
    canvas.addEventListener('focus', () => {
      if (!this.touched) this.showCursor();
      this.touched = false;
    });
    canvas.addEventListener('blur', () => {
      this.marker.hidden = true;
      this.down = false;
    });
  }

  private key(event: KeyboardEvent): void {
    const steps: Record<string, [number, number]> = {
      ...{ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] },
    };
    const step = steps[event.key];
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === 'z') this.undo();
    else if (command || event.altKey) return;
    else if (step) this.move(step, event.shiftKey);
    else if (event.key === ' ') this.dot();
    else if (event.key === 'Enter') this.toggleDown();
    else if (event.key === 'Delete' || event.key === 'Backspace') this.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private move([dx, dy]: [number, number], drawing: boolean): void {
    const [x, y] = this.cursor;
    const within = (v: number) => Math.min(SIDE - 1, Math.max(0, v));
    const to: [number, number] = [within(x + dx), within(y + dy)];
    if (this.down || drawing) {
      this.remember();
      this.value = this.erasing ? 0 : 1;
      this.last = [x, y];
      this.draw(to);
      this.last = undefined;
      this.options.changed(true);
    }
    this.cursor = to;
    this.showCursor();
  }

  /** Space: what the pixel is not. */
  private dot(): void {
    const [x, y] = this.cursor;
    this.remember();
    this.value = this.pixels[y * SIDE + x] ? 0 : 1;
    this.draw([x, y]);
    this.last = undefined;
    this.options.changed(true);
    this.showCursor();
  }

  private toggleDown(): void {
    this.down = !this.down;
    if (this.down) this.move([0, 0], true);
    say(this.status, this.down ? 'Pen down' : 'Pen up');
  }

  private showCursor(): void {
    const [x, y] = this.cursor;
    this.marker.hidden = false;
    this.marker.style.setProperty('--x', String(x));
    this.marker.style.setProperty('--y', String(y));
    if (!this.down)
      say(this.status, `Row ${y + 1}, column ${x + 1}, ${this.pixels[y * SIDE + x] ? 'on' : 'off'}`);
  }
}
