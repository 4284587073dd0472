// The choice of one component of a mixture, or of none in particular: a slider whose range follows the mixture.
import { freshId, h, say } from '../lib/dom';

export class ComponentChoice {
  readonly element: HTMLElement;
  private readonly range: HTMLInputElement;
  private readonly shown: HTMLOutputElement;

  /** `none`: what -1 means: "by weight". */
  constructor(
    label: string,
    help: string,
    private readonly none: string,
    report: (component: number, live: boolean) => void,
  ) {
    const id = freshId('component');
    this.range = h('input', {
      ...{ type: 'range', id, name: 'component', min: -1, max: 0, step: 1, value: -1 },
      'aria-describedby': `${id}-hint`,
    });
    this.shown = h('output', { class: 'control-value', for: id });
    this.range.addEventListener('input', () => {
      this.paint();
      report(this.range.valueAsNumber, true);
    });
    this.range.addEventListener('change', () => report(this.range.valueAsNumber, false));
    this.element = h(
      'div',
      { class: 'control', 'data-control': 'component' },
      h('div', { class: 'control-head' }, h('label', { class: 'control-name', for: id }, label), this.shown),
      this.range,
      h('p', { class: 'hint', id: `${id}-hint` }, help),
    );
    this.paint();
  }

  /** `components`: how many there are. */
  set(component: number, components: number): void {
    this.range.max = String(Math.max(0, components - 1, component));
    this.range.value = String(component);
    this.paint();
  }

  private paint(): void {
    const { valueAsNumber: value, max } = this.range;
    const text = value < 0 ? this.none : String(value);
    say(this.shown, text);
    this.range.setAttribute('aria-valuetext', text);
    this.range.style.setProperty('--filled', `${(100 * (value + 1)) / (Number(max) + 1)}%`);
  }
}
