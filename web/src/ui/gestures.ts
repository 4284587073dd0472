// Pointers, wheel and keys on a <compare-view>: drag pans (or moves the divider while all of the picture is seen), two
// fingers pinch, the wheel zooms at the pointer once the picture has the focus or with Ctrl, so that a page still scrolls.
import { placeIn } from '../lib/place';
import { zoomed, type Point, type View } from '../lib/view';
import type { CompareView } from './compare_view';

const GRIP = 22; // CSS pixels left and right of the divider that take hold of it
const PAN = 48; // one arrow key

export function followGestures(view: CompareView): void {
  const { viewport, range } = view;
  const pointers = new Map<number, Point>();
  let holding: 'divider' | 'picture' | 'pen' | undefined;

  const at = (event: PointerEvent | WheelEvent): Point => placeIn(viewport, event);
  const fromMiddle = ({ x, y }: Point): Point => ({
    x: x - view.extent.width / 2,
    y: y - view.extent.height / 2,
  });
  const splitTo = ({ x }: Point) =>
    view.moveSplit(Math.min(100, Math.max(0, Math.round((100 * x) / view.extent.width))));

  viewport.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 && !(view.pen && [2, 5].includes(event.button))) return; // a pen's other end rubs out
    const point = at(event);
    pointers.set(event.pointerId, point);
    viewport.setPointerCapture(event.pointerId);
    if (pointers.size > 1) {
      if (holding !== 'pen') return;
      holding = 'picture';
      return view.pen?.cancel();
    }
    if (view.pen) {
      holding = 'pen';
      return view.pen.down(view.under(point), event);
    }
    const near = Math.abs(point.x - (view.split / 100) * view.extent.width) <= GRIP;
    holding = view.divided && (near || view.whole) ? 'divider' : 'picture';
    if (holding === 'divider' && !near && event.pointerType === 'mouse') splitTo(point);
  });

  viewport.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const point = at(event);
    if (pointers.size === 2) {
      const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, it]) => it);
      pinch(before, point, other!);
    } else if (holding === 'pen') {
      const parts = event.getCoalescedEvents?.() ?? [];
      for (const part of parts.length ? parts : [event]) view.pen?.move(view.under(at(part)));
    } else if (holding === 'divider') splitTo(point);
    else view.pan(before.x - point.x, before.y - point.y);
    pointers.set(event.pointerId, point);
  });

  const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y) || 1;
  const pinch = (before: Point, now: Point, other: Point): void => {
    const middle = fromMiddle({ x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
    const zoom = (view.view.zoom * distance(now, other)) / distance(before, other);
    const next: View = zoomed(view.view, zoom, middle.x, middle.y);
    view.move({
      ...next,
      x: next.x - (now.x - before.x) / 2 / zoom,
      y: next.y - (now.y - before.y) / 2 / zoom,
    });
  };

  const release = (event: PointerEvent) => {
    if (!pointers.delete(event.pointerId)) return;
    if (holding === 'pen') view.pen?.up();
    if (!pointers.size) holding = undefined;
  };
  viewport.addEventListener('pointerup', release);
  viewport.addEventListener('pointercancel', release);

  viewport.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey && !viewport.matches(':focus-within')) return;
      if (event.deltaY > 0 && view.whole && !event.ctrlKey) return; // nothing to zoom out of: the page scrolls
      event.preventDefault();
      const delta = event.deltaY * (event.deltaMode === 1 ? 20 : 1);
      const { x, y } = fromMiddle(at(event));
      view.zoomTo(view.view.zoom * Math.exp(-delta / (event.ctrlKey ? 100 : 400)), x, y);
    },
    { passive: false },
  );

  viewport.addEventListener('contextmenu', (event) => view.pen && event.preventDefault());
  viewport.addEventListener('dblclick', (event) => {
    if (view.pen) return;
    const { x, y } = fromMiddle(at(event as unknown as PointerEvent));
    if (view.whole) view.zoomTo(Math.max(1, 2 * view.view.zoom), x, y);
    else view.showAll();
  });

  viewport.addEventListener('keydown', (event) => {
    if (view.pen?.key(event)) return event.preventDefault();
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 4 * PAN : PAN;
    const actions: Record<string, () => void> = {
      '+': () => view.zoomStep(1),
      '=': () => view.zoomStep(1),
      '-': () => view.zoomStep(-1),
      '0': () => view.showAll(),
      '1': () => view.zoomTo(1),
      '2': () => view.zoomTo(2),
      '3': () => view.zoomTo(4),
      b: () => view.moveSplit(view.split < 50 ? 100 : 0),
    };
    if (event.target !== range)
      Object.assign(actions, {
        ArrowLeft: () => view.pan(-step, 0),
        ArrowRight: () => view.pan(step, 0),
        ArrowUp: () => view.pan(0, -step),
        ArrowDown: () => view.pan(0, step),
      });
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || (view.whole && event.key.startsWith('Arrow'))) return;
    event.preventDefault();
    action();
  });
}
