// Two densities on the line whose shapes are dragged: a dot on top of each component moves its mean and its weight, one at
// its side its width. The same by keys.
import {
  LEAST_DEVIATION,
  density,
  logDensity,
  logNormal,
  normalised,
  type Component,
  type Mixture,
} from '../lib/kl';
import { linearTicks, scaleTo } from './axes';
import { PlotCanvas, type Drawing } from './canvas';

/** The axis goes from -REACH to REACH. */
export const REACH = 8;
const WIDEST = 6;
const [LEAST_WEIGHT, GRIP] = [0.02, 22];
const MARGIN = { left: 12, right: 12, top: 14, bottom: 22 };

export type Shape = { name: string; colour: string; mixture: Mixture };
/** What is drawn besides, filled: values per nat or density on the same scale. */
export type Filled = { colour: string; value(x: number): number } | undefined;

type Place = { shape: number; component: number };
type Handle = Place & { side: boolean; x: number; y: number };

const limited = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** The mixture with one component changed; the weights of the others give way in proportion. */
export function changed(mixture: Mixture, at: number, to: Partial<Component>): Component[] {
  const { weight = mixture[at]!.weight, ...shape } = to;
  const mean = limited(shape.mean ?? mixture[at]!.mean, -REACH, REACH);
  const deviation = limited(shape.deviation ?? mixture[at]!.deviation, LEAST_DEVIATION, WIDEST);
  if (mixture.length === 1) return [{ weight: 1, mean, deviation }];
  const own = limited(weight, LEAST_WEIGHT, 1 - LEAST_WEIGHT * (mixture.length - 1));
  const rest = 1 - mixture[at]!.weight || 1;
  return normalised(
    mixture.map((it, k) =>
      k === at
        ? { weight: own, mean, deviation }
        : { ...it, weight: Math.max(LEAST_WEIGHT, (it.weight * (1 - own)) / rest) },
    ),
  );
}

export class DensityView {
  readonly canvas: HTMLCanvasElement;
  private readonly surface: PlotCanvas;
  private shapes: readonly Shape[] = [];
  private filled: Filled;
  private handles: Handle[] = [];
  private held: Handle | undefined;
  private chosen: Place = { shape: 1, component: 0 };
  /** Of the vertical axis; it stays while something is dragged. */
  private range: readonly [number, number] = [0, 1];

  /** `moved`: a person has changed a shape; `live`: and may go on. */
  constructor(private readonly moved: (shape: number, mixture: Component[], live: boolean) => void) {
    this.surface = new PlotCanvas('density-canvas', (drawing) => this.draw(drawing));
    this.canvas = this.surface.element;
    this.canvas.tabIndex = 0;
    this.follow();
  }

  /** `text`: the picture in words. */
  show(shapes: readonly Shape[], filled: Filled, text: string): void {
    Object.assign(this, { shapes, filled });
    if (!shapes[this.chosen.shape]?.mixture[this.chosen.component]) this.chosen = { shape: 1, component: 0 };
    this.canvas.setAttribute('aria-label', text);
    this.redraw();
  }

  redraw(): void {
    this.surface.redraw();
  }

  // ---- Pointers and keys

  private follow(): void {
    const { canvas } = this;
    const near = ({ offsetX, offsetY }: PointerEvent) => {
      const away = (it: Handle) => Math.hypot(it.x - offsetX, it.y - offsetY);
      const best = this.handles.reduce<Handle | undefined>(
        (a, b) => (a && away(a) <= away(b) ? a : b),
        undefined,
      );
      return best && away(best) <= GRIP ? best : undefined;
    };
    canvas.addEventListener('pointerdown', (event) => {
      const handle = event.button === 0 ? near(event) : undefined;
      if (!handle) return;
      this.held = handle;
      this.chosen = handle;
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!this.held) canvas.style.cursor = near(event) ? 'grab' : '';
      else this.drag(event.offsetX, event.offsetY, true);
    });
    const release = (event: PointerEvent) => {
      if (!this.held) return;
      this.drag(event.offsetX, event.offsetY, false);
      this.held = undefined;
      this.redraw();
    };
    canvas.addEventListener('pointerup', release);
    canvas.addEventListener('pointercancel', release);
    for (const name of ['focus', 'blur']) canvas.addEventListener(name, () => this.redraw());
    canvas.addEventListener('keydown', (event) => this.key(event));
  }

  private scales(width: number, height: number) {
    const across = [MARGIN.left, width - MARGIN.right] as const;
    const up = [height - MARGIN.bottom, MARGIN.top] as const;
    return {
      x: scaleTo([-REACH, REACH], across),
      y: scaleTo(this.range, up),
      ofX: scaleTo(across, [-REACH, REACH]),
      ofY: scaleTo(up, this.range),
    };
  }

  private drag(offsetX: number, offsetY: number, live: boolean): void {
    const { shape, component, side } = this.held!;
    const { mixture } = this.shapes[shape]!;
    const it = mixture[component]!;
    const { ofX, ofY } = this.scales(this.canvas.clientWidth, this.canvas.clientHeight);
    const to = side
      ? { deviation: Math.abs(ofX(offsetX) - it.mean) }
      : {
          mean: ofX(offsetX),
          weight: Math.max(0, ofY(offsetY)) * it.deviation * Math.sqrt(2 * Math.PI),
        };
    this.moved(shape, changed(mixture, component, to), live);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { shape, component } = this.chosen;
    const { mixture } = this.shapes[shape]!;
    const { weight, mean, deviation } = mixture[component]!;
    const fine = event.shiftKey ? 0.1 : 1;
    const changes: Record<string, Partial<Component>> = {
      ArrowLeft: { mean: mean - 0.1 * fine },
      ArrowRight: { mean: mean + 0.1 * fine },
      ArrowUp: { deviation: deviation * (1 + 0.05 * fine) },
      ArrowDown: { deviation: deviation / (1 + 0.05 * fine) },
      '+': { weight: weight + 0.02 },
      '-': { weight: weight - 0.02 },
    };
    const to = changes[event.key === '=' ? '+' : event.key];
    if (to) this.moved(shape, changed(mixture, component, to), false);
    else if (event.key === '[' || event.key === ']') this.choose(event.key === ']' ? 1 : -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The next component, of either density. */
  private choose(by: number): void {
    const all = this.shapes.flatMap(({ mixture }, shape) =>
      mixture.map((_, component) => ({ shape, component })),
    );
    const now = all.findIndex(
      (it) => it.shape === this.chosen.shape && it.component === this.chosen.component,
    );
    this.chosen = all[(now + by + all.length) % all.length]!;
    this.redraw();
  }

  // ---- Drawing

  private draw({ context, width, height, colour }: Drawing): void {
    const xs = Array.from({ length: 401 }, (_, i) => -REACH + (2 * REACH * i) / 400);
    const curves = this.shapes.map(({ mixture }) => xs.map((x) => density(mixture, x)));
    const fill = this.filled && xs.map(this.filled.value);
    if (!this.held) {
      const most = Math.max(0.05, ...curves.flat()) * 1.1;
      this.range = [fill ? limited(Math.min(...fill), -0.4 * most, 0) : 0, most];
    }
    const { x, y } = this.scales(width, height);
    const line = (values: readonly number[]) => {
      context.beginPath();
      values.forEach((v, i) => context.lineTo(x(xs[i]!), y(v)));
    };
    context.save();
    context.beginPath();
    context.rect(0, 0, width, height - MARGIN.bottom + 1);
    context.clip();
    if (fill) {
      context.fillStyle = colour(this.filled!.colour);
      context.globalAlpha = 0.25;
      line(fill);
      context.lineTo(x(REACH), y(0));
      context.lineTo(x(-REACH), y(0));
      context.fill();
      context.globalAlpha = 1;
    }
    this.handles = [];
    this.shapes.forEach(({ mixture, colour: variable }, shape) => {
      context.strokeStyle = context.fillStyle = colour(variable);
      context.lineWidth = 1;
      context.setLineDash([3, 3]);
      if (mixture.length > 1)
        for (const { weight, mean, deviation } of mixture) {
          line(xs.map((at) => weight * Math.exp(logNormal(at, mean, deviation))));
          context.stroke();
        }
      context.setLineDash([]);
      context.lineWidth = 2.5;
      line(curves[shape]!);
      context.stroke();
      mixture.forEach(({ weight, mean, deviation }, component) => {
        const peak = weight * Math.exp(logNormal(mean, mean, deviation));
        const flank = peak * Math.exp(-0.5);
        this.handles.push({ shape, component, side: false, x: x(mean), y: y(peak) });
        const at = mean + deviation > REACH ? mean - deviation : mean + deviation;
        this.handles.push({ shape, component, side: true, x: x(at), y: y(flank) });
      });
    });
    for (const handle of this.handles) this.dot(context, handle, colour);
    context.restore();
    this.axis(context, width, height, colour);
  }

  private dot(
    context: CanvasRenderingContext2D,
    { shape, component, side, x, y }: Handle,
    colour: Drawing['colour'],
  ): void {
    const chosen = this.chosen.shape === shape && this.chosen.component === component;
    context.beginPath();
    context.arc(x, y, side ? 5 : 7, 0, 7);
    context.fillStyle = colour(side ? '--ground' : this.shapes[shape]!.colour);
    context.fill();
    context.strokeStyle = colour(this.shapes[shape]!.colour);
    context.lineWidth = 2;
    context.stroke();
    if (!chosen || side || !this.canvas.matches(':focus')) return;
    context.beginPath();
    context.arc(x, y, 11, 0, 7);
    context.stroke();
  }

  private axis(
    context: CanvasRenderingContext2D,
    width: number,
    height: number,
    colour: Drawing['colour'],
  ): void {
    const { x, y } = this.scales(width, height);
    context.strokeStyle = colour('--line');
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x(-REACH), y(0));
    context.lineTo(x(REACH), y(0));
    context.stroke();
    context.fillStyle = colour('--muted');
    context.textAlign = 'center';
    for (const tick of linearTicks(-REACH, REACH, width > 500 ? 16 : 8).values)
      context.fillText(String(tick).replace('-', '−'), x(tick), height - 6);
    // Names beside the highest point of each.
    this.shapes.forEach(({ name, mixture, colour: variable }) => {
      const top = mixture.reduce((a, b) =>
        logDensity(mixture, b.mean) > logDensity(mixture, a.mean) ? b : a,
      );
      context.fillStyle = colour(variable);
      context.textAlign = 'left';
      context.fillText(name, x(top.mean) + 12, Math.max(12, y(density(mixture, top.mean)) - 2));
    });
  }
}
