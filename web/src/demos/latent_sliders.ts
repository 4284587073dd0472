// Sliders of the latents that a model uses, the most active first.
import { h } from '../lib/dom';
import { makeControl, type Control } from '../ui/controls';
import type { Latents } from './vae_models';
import type { Point } from '../lib/latents';

/** At most so many. */
export const SLIDERS = 12;
const EXTENT = 4;

export const subscript = (d: number): string =>
  [...String(d + 1)].map((c) => '₀₁₂₃₄₅₆₇₈₉'[Number(c)]).join('');

export class LatentSliders {
  readonly element = h('div', { class: 'slides' });
  private rows: { d: number; control: Control }[] = [];
  private of: Latents | undefined;
  private z: Point = new Float32Array();

  constructor(private readonly report: (z: Point, live: boolean) => void) {}

  show(latents: Latents, z: Point): void {
    this.z = z;
    if (this.of !== latents) this.build(latents);
    for (const { d, control } of this.rows) control.set(z[d]!);
  }

  private build(latents: Latents): void {
    this.of = latents;
    this.rows = latents.order.slice(0, Math.min(SLIDERS, Math.max(2, latents.active))).map((d) => {
      const activity = latents.activity?.[d];
      const control = makeControl(
        {
          ...{ name: `z${d + 1}`, type: 'number', default: 0, min: -EXTENT, max: EXTENT, step: 0.05 },
          label: `z${subscript(d)}`,
          help: activity === undefined ? '' : `activity ${activity.toPrecision(2)}`,
        },
        (value, live) => {
          const z = this.z.slice();
          z[d] = Number(value);
          this.z = z;
          this.report(z, live);
        },
      );
      return { d, control };
    });
    this.element.replaceChildren(...this.rows.map(({ control }) => control.element));
  }
}
