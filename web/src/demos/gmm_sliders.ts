// Sliders along the leading eigenvectors of a component, each with its eigenvector as a picture.
import { patchSheet } from '../lib/patches';
import { h } from '../lib/dom';
import { makeControl, type Control } from '../ui/controls';
import { PixelView } from '../ui/pixels';
import { REACH } from './gmm_state';
import { LEADING, type Component } from './patch_mixtures';

export class EigenvectorSliders {
  readonly element: HTMLElement;
  private readonly rows: { view: PixelView; control: Control; element: HTMLElement }[];
  private values: number[] = [];

  constructor(report: (values: readonly number[], live: boolean) => void) {
    this.rows = Array.from({ length: LEADING }, (_, m) => {
      const view = new PixelView(`eigenvector ${m + 1}`, { width: 8 });
      const control = makeControl(
        {
          ...{ name: `z${m + 1}`, type: 'number', default: 0, min: -REACH, max: REACH, step: 0.1 },
          ...{ label: `Eigenvector ${m + 1}`, help: '' },
        },
        (value, live) => {
          this.values[m] = Number(value);
          report(this.values, live);
        },
      );
      return { view, control, element: h('div', { class: 'slide' }, view.element, control.element) };
    });
    this.element = h(
      'div',
      { class: 'slides' },
      this.rows.map(({ element }) => element),
    );
  }

  /** The directions of a component, and where along them the sliders are, in standard deviations. */
  show({ vectors, eigenvalues }: Component, side: number, values: readonly number[]): void {
    this.values = [...values];
    this.rows.forEach(({ view, control, element }, m) => {
      const vector = vectors[m];
      element.hidden = !vector;
      if (!vector) return;
      const { image } = patchSheet([vector], side);
      const text = `σ = ${Math.sqrt(eigenvalues[m]!).toPrecision(2)}`;
      view.show(image, text, `Eigenvector ${m + 1}, standard deviation ${text.slice(4)}`);
      control.set(values[m] ?? 0);
    });
  }
}
