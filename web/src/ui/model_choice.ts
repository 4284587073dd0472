// The choice of a model: shipped ones and those made in the page; the list follows the engine.
import type { Engine, ModelEntry } from '../engine';
import type { ParamSpec } from '../engine/describe';
import { freshId, h } from '../lib/dom';
import { bytes } from '../lib/format';
import type { Change, Control } from './controls';

/** The word for no model, where a demo allows it. */
export const NO_MODEL = 'none';

/** `spec.choices`, where given, come first and need not be models ("none"). */
export function modelControl(
  engine: Engine,
  spec: ParamSpec,
  onChange: Change,
  signal: AbortSignal,
): Control {
  const id = freshId(spec.name);
  const select = h('select', { id, name: spec.name, 'aria-describedby': `${id}-hint` });
  let chosen = String(spec.default);
  let shown = '';
  const label = ({ title, bytes: size, loaded }: ModelEntry) =>
    loaded || size < 50_000 ? title : `${title} (${bytes(size)})`;
  const fill = () => {
    const models = engine.models(spec.family).map((it): [string, string] => [it.name, label(it)]);
    const all = [
      ...(spec.choices ?? []).map(({ value, label }): [string, string] => [value, label]),
      ...models,
    ];
    if (!all.some(([name]) => name === chosen)) all.push([chosen, `${chosen} (not here)`]);
    const now = JSON.stringify(all);
    if (now !== shown) select.replaceChildren(...all.map(([value, text]) => h('option', { value }, text)));
    shown = now;
    select.value = chosen;
  };
  signal.addEventListener('abort', engine.watch(fill));
  select.addEventListener('change', () => {
    chosen = select.value;
    onChange(chosen, false);
  });
  fill();
  return {
    element: h(
      'div',
      { class: 'control', 'data-control': spec.name },
      h('div', { class: 'control-head' }, h('label', { class: 'control-name', for: id }, spec.label)),
      select,
      h('p', { class: 'hint', id: `${id}-hint` }, spec.help),
    ),
    set(value) {
      chosen = String(value);
      fill();
    },
    estimate() {},
    enable: (on) => (select.disabled = !on),
  };
}
