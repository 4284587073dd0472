// How alike many pairs of components are, as points and in a sentence: heavy ones by contrast alone, light ones not?
import { h } from '../lib/dom';
import { Scatter, type PointSet } from '../ui/scatter';
import { meanOf, type Finding, type Likeness } from './components_state';
import { percent } from './patch_mixtures';

const mean = (of: readonly Likeness[]): string =>
  `share ${percent(meanOf(of, 'overlap'))} of the leading space, and the spectra differ by × or ÷ ${meanOf(of, 'beyond').toFixed(1)} beyond a factor`;

const points = (of: readonly Likeness[]) =>
  of.map((it) => ({ name: String(it.component.index), x: 100 * it.overlap, y: it.beyond }));

export class FindingView {
  readonly element: HTMLElement;
  private readonly scatter: Scatter;
  private readonly verdict = h('p', { class: 'verdict' });
  private readonly legend = h('p', { class: 'legend' });

  /** `choose` is given the number of a component that was clicked. */
  constructor(choose: (component: number) => void) {
    this.scatter = new Scatter(({ name }) => choose(Number(name)));
    this.element = h(
      'section',
      { class: 'side-by-side' },
      h('h2', {}, 'The same up to contrast?'),
      this.verdict,
      this.scatter.canvas,
      this.legend,
    );
  }

  /** `beside`: "Beside component 3"; `which`: what comes after "the 10 heaviest". */
  show({ heavy, others, light }: Finding, beside: string, which: string): void {
    const set = (name: string, colour: string, of: readonly Likeness[], radius: number): PointSet[] =>
      of.length ? [{ name, colour, points: points(of), radius }] : [];
    const sets = [
      ...set('between', '--edge', others, 3),
      ...set(`${light.length} lightest`, '--second', light, 3),
      ...set(`${heavy.length} heaviest`, '--accent', heavy, 4),
    ];
    const text =
      heavy.length && light.length
        ? `${beside}: the ${heavy.length} heaviest${which} ${mean(heavy)}; the ${light.length} lightest ${mean(light)}.`
        : `${beside}: too few components to speak of heavy and light ones.`;
    this.verdict.textContent = text;
    this.scatter.show({ x: 'space shared, %', y: 'spectra apart beyond a factor, ×' }, sets, text);
    this.legend.replaceChildren(
      ...sets.map(({ name, colour }) => {
        const swatch = h('i', { class: 'swatch solid' });
        swatch.style.setProperty('--swatch', `var(${colour})`);
        return h('span', {}, swatch, name);
      }),
    );
  }

  redraw(): void {
    this.scatter.redraw();
  }
}
