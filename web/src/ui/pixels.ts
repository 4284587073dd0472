// A small picture shown large: every pixel a square. Beside it a caption; a click can choose a pixel.
import { h, say } from '../lib/dom';

export type PixelsOptions = {
  /** Of the picture, in pixels, before the first one is shown. */
  width?: number;
  height?: number;
  /** A point was chosen, both coordinates in [0,1). */
  pick?(x: number, y: number): void;
  /** What keys and clicks choose, for the name of the button: "pixel". */
  picks?: string;
  /** Arrow keys choose another one; the picture takes the focus. */
  move?(columns: number, rows: number): void;
};

/** Columns and rows that an arrow key moves by. */
export const arrows: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class PixelView {
  readonly canvas: HTMLCanvasElement;
  readonly caption = h('figcaption', {});
  readonly element: HTMLElement;
  private shown: ImageData | undefined;

  constructor(
    readonly name: string,
    { width = 28, height = width, pick, picks, move }: PixelsOptions = {},
  ) {
    this.canvas = h('canvas', { class: 'pixels', width, height, role: 'img', 'aria-label': name });
    if (pick) {
      this.canvas.classList.add('picks');
      if (picks) this.canvas.title = `Click to choose a ${picks}`;
      this.canvas.addEventListener('click', ({ clientX, clientY }) => {
        const box = this.canvas.getBoundingClientRect();
        pick((clientX - box.left) / box.width, (clientY - box.top) / box.height);
      });
    }
    if (move) {
      this.canvas.tabIndex = 0;
      this.canvas.addEventListener('keydown', (event) => {
        const [columns, rows] = arrows[event.key] ?? [0, 0];
        if ((!columns && !rows) || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        move(columns, rows);
      });
    }
    this.element = h('figure', { class: 'panel' }, this.canvas, this.caption);
    say(this.caption, name);
  }

  get image(): ImageData | undefined {
    return this.shown;
  }

  /** `label`: for people who cannot see it. */
  show(image: ImageData, caption = this.name, label = caption): void {
    const { canvas } = this;
    if (canvas.width !== image.width || canvas.height !== image.height)
      Object.assign(canvas, { width: image.width, height: image.height });
    canvas.getContext('2d')!.putImageData(image, 0, 0);
    this.shown = image;
    say(this.caption, caption);
    if (canvas.getAttribute('aria-label') !== label) canvas.setAttribute('aria-label', label);
  }

  /** Nothing is known any more. */
  clear(caption = this.name): void {
    const { canvas } = this;
    canvas.getContext('2d')!.clearRect(0, 0, canvas.width, canvas.height);
    this.shown = undefined;
    say(this.caption, caption);
    canvas.setAttribute('aria-label', `${caption}: nothing yet`);
  }
}

/** Pictures side by side as one, enlarged, for a download. Transparent pixels are white. */
export function joined(images: readonly ImageData[], zoom: number, gap = 8): ImageData {
  const height = Math.max(...images.map((it) => it.height)) * zoom;
  const width = images.reduce((sum, it) => sum + it.width * zoom, gap * (images.length - 1));
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d')!;
  context.imageSmoothingEnabled = false;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  let x = 0;
  for (const image of images) {
    const small = Object.assign(document.createElement('canvas'), {
      width: image.width,
      height: image.height,
    });
    small.getContext('2d')!.putImageData(image, 0, 0);
    context.drawImage(small, x, 0, image.width * zoom, image.height * zoom);
    x += image.width * zoom + gap;
  }
  return context.getImageData(0, 0, width, height);
}
