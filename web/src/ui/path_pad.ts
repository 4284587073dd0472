// A small pad on which the path of a shaking camera is drawn: with the pointer, or point by point with keys.
import { h, say } from '../lib/dom';
import { PAD, tidied, type Place } from '../lib/shake';

const SCALE = 3;

export class PathPad {
  readonly canvas = h('canvas', {
    ...{ class: 'path-pad', width: PAD * SCALE, height: PAD * SCALE, tabindex: 0, role: 'application' },
    'aria-label':
      'Path of the camera: draw it in one stroke, or move with the arrow keys, set points with Space and clear with Delete',
  });
  readonly status = h('span', { class: 'visually-hidden', role: 'status' });
  readonly element = h('div', { class: 'path-frame' }, this.canvas, this.status);
  private points: readonly Place[] = [];
  private stroke: Place[] | undefined;
  private cursor: Place | undefined;

  /** `live`: the stroke goes on. */
  constructor(private readonly drawn: (points: readonly Place[], live: boolean) => void) {
    const { canvas } = this;
    const at = ({ clientX, clientY }: PointerEvent): Place => {
      const box = canvas.getBoundingClientRect();
      return [((clientX - box.left) / box.width) * PAD - 0.5, ((clientY - box.top) / box.height) * PAD - 0.5];
    };
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      this.cursor = undefined;
      this.stroke = [at(event)];
      this.report(true);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!this.stroke || !canvas.hasPointerCapture(event.pointerId)) return;
      const parts = event.getCoalescedEvents?.() ?? [];
      for (const part of parts.length ? parts : [event]) this.stroke.push(at(part));
      this.report(true);
    });
    const end = () => {
      if (!this.stroke) return;
      this.report(false);
      this.stroke = undefined;
    };
    canvas.addEventListener('pointerup', end);
    canvas.addEventListener('pointercancel', end);
    canvas.addEventListener('keydown', (event) => this.key(event));
    canvas.addEventListener('blur', () => {
      this.cursor = undefined;
      this.paint();
    });
  }

  show(points: readonly Place[]): void {
    if (!this.stroke) this.points = points;
    this.paint();
  }

  private report(live: boolean): void {
    this.points = tidied(this.stroke!);
    this.paint();
    this.drawn(this.points, live);
  }

  private key(event: KeyboardEvent): void {
    const steps: Record<string, Place> = {
      ...{ ArrowLeft: [-2, 0], ArrowRight: [2, 0], ArrowUp: [0, -2], ArrowDown: [0, 2] },
    };
    const step = steps[event.key];
    const within = (v: number) => Math.min(PAD - 1, Math.max(0, v));
    const [x, y] = this.cursor ?? this.points.at(-1) ?? [PAD / 2, PAD / 2];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step) this.cursor = [within(x + step[0]), within(y + step[1])];
    else if (event.key === ' ') {
      this.cursor = [x, y];
      this.points = tidied([...this.points, [x, y]]);
      this.drawn(this.points, false);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      this.cursor = [x, y];
      this.points = [[x, y]];
      this.drawn(this.points, false);
    } else return;
    event.preventDefault();
    event.stopPropagation();
    say(this.status, `Column ${x}, row ${y}, ${this.points.length} points`);
    this.paint();
  }

  private paint(): void {
    const context = this.canvas.getContext('2d')!;
    const side = PAD * SCALE;
    context.fillStyle = '#14171a';
    context.fillRect(0, 0, side, side);
    context.strokeStyle = '#33393f';
    context.lineWidth = 1;
    context.strokeRect(side / 2, -1, side, side / 2 + 1.5);
    context.strokeRect(-1, side / 2, side / 2 + 1, side);
    const at = ([x, y]: Place) => [(x + 0.5) * SCALE, (y + 0.5) * SCALE] as const;
    Object.assign(context, { strokeStyle: '#fff', fillStyle: '#fff', lineWidth: 2.5, lineJoin: 'round' });
    context.beginPath();
    for (const point of this.points) context.lineTo(...at(point));
    context.stroke();
    for (const end of [this.points[0], this.points.at(-1)])
      if (end) context.fillRect(at(end)[0] - 2, at(end)[1] - 2, 4, 4);
    if (!this.cursor) return;
    context.strokeStyle = '#ffb454';
    context.beginPath();
    context.arc(...at(this.cursor), 6, 0, 7);
    context.stroke();
  }
}
