// How a picture on the stage is looked at, as part of a demo's state: which view, where the divider is, zoom and pan.
import type { ParamSpec } from '../engine/describe';
import type { State } from '../lib/state';
import type { CompareView } from '../ui/compare_view';

export type ViewName = { id: string; label: string };

const number = (name: string, fallback: number, min: number, max: number): ParamSpec => ({
  ...{ name, type: 'number', default: fallback, min, max, label: name, help: '' },
});

/** The first view is the default. */
export const lookFields = (views: readonly ViewName[]): ParamSpec[] => [
  {
    ...{ name: 'view', type: 'choice', default: views[0]!.id, label: 'View', help: '' },
    choices: views.map(({ id, label }) => ({ value: id, label })),
  },
  { ...number('split', 50, 0, 100), type: 'integer' },
  number('zoom', 0, 0, 32), // 0: all of the picture
  number('x', 0, 0, 1e5),
  number('y', 0, 0, 1e5),
];

export const looks = ['view', 'split', 'zoom', 'x', 'y'];
/** Whether a change of that name is only of the eye. */
export const isLook = (name: string): boolean => looks.includes(name);

/** What a person has made of the view. */
export function lookOf({ chosen, split }: CompareView): State {
  const { zoom, x, y } = chosen ?? { zoom: 0, x: 0, y: 0 };
  const rounded = (value: number, digits: number) => Number(value.toFixed(digits));
  return { split, zoom: rounded(zoom, 3), x: rounded(x, 1), y: rounded(y, 1) };
}

export function showLook(view: CompareView, state: State): void {
  const { zoom, x, y } = state as { zoom: number; x: number; y: number };
  view.split = Number(state.split);
  view.look(zoom ? { zoom, x, y } : undefined);
}
