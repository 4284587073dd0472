// Controls made from a task's parameter table: name, symbol, value, range, choices and hint are the table's; nothing is
// written twice. Every control is native inside.
import type { ParamSpec } from '../engine/describe';
import { freshId, h, say } from '../lib/dom';
import { value as numberText } from '../lib/format';
import type { Value } from '../lib/state';

export type Control = {
  readonly element: HTMLElement;
  /** Shows a value; does not report it. */
  set(value: Value): void;
  /** What "auto" came to, shown in its place. */
  estimate(value: number | undefined): void;
  enable(on: boolean): void;
};

/** `live`: during a drag; a final change is reported without it. */
export type Change = (value: Value, live: boolean) => void;

const greek: Record<string, string> = { sigma: 'σ', beta: 'β', lambda: 'λ', alpha: 'α', pi: 'π' };
const symbolOf = (spec: ParamSpec) => (spec.symbol ? (greek[spec.symbol] ?? spec.symbol) : '');

const hint = (spec: ParamSpec, id: string) => h('p', { class: 'hint', id }, spec.help);

function titled(spec: ParamSpec, id: string): HTMLElement[] {
  const symbol = symbolOf(spec);
  return [
    h(
      'label',
      { class: 'control-name', for: id },
      spec.label,
      symbol && h('i', { class: 'symbol' }, ` ${symbol}`),
    ),
  ];
}

/** A step that gives some hundred positions where the table asks for none. */
function stepOf({ type, step, min = 0, max = 1 }: ParamSpec): number {
  if (step) return step;
  return type === 'integer' ? 1 : 10 ** Math.round(Math.log10((max - min) / 150));
}

function slider(spec: ParamSpec, onChange: Change): Control {
  const id = freshId(spec.name);
  const step = stepOf(spec);
  const start = typeof spec.default === 'number' ? spec.default : ((spec.min ?? 0) + (spec.max ?? 1)) / 4;
  const range = h('input', {
    ...{ type: 'range', id, min: spec.min, max: spec.max, step, value: start },
    ...{ name: spec.name, 'aria-describedby': `${id}-hint` },
  });
  const shown = h('output', { class: 'control-value', for: id });
  const auto = h(
    'button',
    { type: 'button', class: 'pill', 'aria-pressed': 'false', 'aria-label': `Auto: ${spec.label}` },
    'Auto',
  );
  const unit = spec.unit === '1/255' ? '' : spec.unit ? ` ${spec.unit}` : '';
  let isAuto = false;
  let guess: number | undefined;
  const paint = () => {
    const number = isAuto ? guess : range.valueAsNumber;
    say(shown, number === undefined ? 'auto' : `${numberText(number, isAuto ? 0.1 : step)}${unit}`);
    if (isAuto && guess !== undefined) range.valueAsNumber = guess;
    range.classList.toggle('automatic', isAuto);
    range.setAttribute(
      'aria-valuetext',
      isAuto ? `automatic${guess === undefined ? '' : `, ${shown.value}`}` : shown.value,
    );
    auto.setAttribute('aria-pressed', String(isAuto));
    const { min = 0, max = 1 } = spec;
    range.style.setProperty('--filled', `${(100 * (range.valueAsNumber - min)) / (max - min)}%`);
  };
  range.addEventListener('input', () => {
    isAuto = false;
    paint();
    onChange(range.valueAsNumber, true);
  });
  range.addEventListener('change', () => onChange(range.valueAsNumber, false));
  auto.addEventListener('click', () => {
    isAuto = !isAuto;
    paint();
    onChange(isAuto ? 'auto' : range.valueAsNumber, false);
  });
  const element = h(
    'div',
    { class: 'control' },
    h('div', { class: 'control-head' }, titled(spec, id), spec.automatic && auto, shown),
    range,
    hint(spec, `${id}-hint`),
  );
  return {
    element,
    set(value) {
      isAuto = value === 'auto';
      if (!isAuto) range.value = String(value);
      paint();
    },
    estimate(value) {
      guess = value;
      paint();
    },
    enable(on) {
      range.disabled = auto.disabled = !on;
    },
  };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Two to four choices side by side; more in a list. */
function chooser(
  spec: ParamSpec,
  named: readonly { value: string; label: string }[],
  onChange: Change,
): Control {
  const id = freshId(spec.name);
  const choices = named.map(({ value, label }) => ({ value, label: capital(label) }));
  if (choices.length > 4 || choices.some(({ label }) => label.length > 14)) {
    const select = h(
      'select',
      { id, name: spec.name, 'aria-describedby': `${id}-hint` },
      choices.map(({ value, label }) => h('option', { value }, label)),
    );
    select.addEventListener('change', () => onChange(select.value, false));
    return {
      element: h(
        'div',
        { class: 'control' },
        h('div', { class: 'control-head' }, titled(spec, id)),
        select,
        hint(spec, `${id}-hint`),
      ),
      set: (value) => (select.value = String(value)),
      estimate() {},
      enable: (on) => (select.disabled = !on),
    };
  }
  const inputs = choices.map(({ value }) =>
    h('input', { type: 'radio', name: id, value, onchange: () => onChange(value, false) }),
  );
  const group = h(
    'fieldset',
    { class: 'control segmented', 'aria-describedby': `${id}-hint` },
    h('legend', { class: 'control-name' }, spec.label),
    h(
      'div',
      { class: 'segments' },
      choices.map(({ label }, i) => h('label', {}, inputs[i], h('span', {}, label))),
    ),
    spec.help && hint(spec, `${id}-hint`),
  );
  return {
    element: group,
    set: (value) => inputs.forEach((input) => (input.checked = input.value === value)),
    estimate() {},
    enable: (on) => (group.disabled = !on),
  };
}

function check(spec: ParamSpec, onChange: Change): Control {
  const id = freshId(spec.name);
  const input = h('input', { type: 'checkbox', id, name: spec.name, 'aria-describedby': `${id}-hint` });
  input.addEventListener('change', () => onChange(input.checked, false));
  return {
    element: h(
      'div',
      { class: 'control check' },
      h('div', { class: 'control-head' }, input, titled(spec, id)),
      hint(spec, `${id}-hint`),
    ),
    set: (value) => (input.checked = value === true),
    estimate() {},
    enable: (on) => (input.disabled = !on),
  };
}

/** Whole numbers with a wide range (seeds): a field and a button that draws another one. */
function field(spec: ParamSpec, onChange: Change): Control {
  const id = freshId(spec.name);
  const input = h('input', {
    type: 'number',
    id,
    name: spec.name,
    min: spec.min,
    max: spec.max,
    step: 1,
    inputmode: 'numeric',
    'aria-describedby': `${id}-hint`,
  });
  const report = () => input.validity.valid && input.value !== '' && onChange(input.valueAsNumber, false);
  input.addEventListener('change', report);
  const another = h(
    'button',
    {
      type: 'button',
      class: 'pill',
      onclick: () => ((input.value = String(1 + Math.floor(Math.random() * 9999))), report()),
    },
    'Another',
  );
  return {
    element: h(
      'div',
      { class: 'control' },
      h('div', { class: 'control-head' }, titled(spec, id), another, input),
      hint(spec, `${id}-hint`),
    ),
    set: (value) => (input.value = String(value)),
    estimate() {},
    enable: (on) => (input.disabled = another.disabled = !on),
  };
}

function words(spec: ParamSpec, onChange: Change): Control {
  const id = freshId(spec.name);
  const input = h('input', { type: 'text', id, name: spec.name, 'aria-describedby': `${id}-hint` });
  input.addEventListener('change', () => onChange(input.value.trim() || String(spec.default), false));
  return {
    element: h(
      'div',
      { class: 'control' },
      h('div', { class: 'control-head' }, titled(spec, id), input),
      hint(spec, `${id}-hint`),
    ),
    set: (value) => (input.value = String(value)),
    estimate() {},
    enable: (on) => (input.disabled = !on),
  };
}

/** `choices` stand in for a parameter of type model: the models there are. */
export function makeControl(spec: ParamSpec, onChange: Change, choices = spec.choices ?? []): Control {
  const control =
    spec.type === 'boolean'
      ? check(spec, onChange)
      : spec.type === 'text'
        ? words(spec, onChange)
        : spec.type === 'choice' || spec.type === 'model'
          ? chooser(spec, choices, onChange)
          : spec.type === 'integer' && (spec.max ?? 0) > 10_000
            ? field(spec, onChange)
            : slider(spec, onChange);
  control.element.dataset.control = spec.name;
  control.set(spec.default);
  return control;
}
