// "How good is the bound?": the estimates of log p(x) against the number of samples, as curves and as a table.
import { boundWith, effectiveSamples, logMean, sampleCounts } from '../lib/bounds';
import { h } from '../lib/dom';
import { Plot } from '../ui/plot';
import type { Weights } from './encode_runs';
import { NEAR, sources } from './encode_state';
import { verdict } from './encode_verdict';
import { nats } from './digit_models';

export class BoundSection {
  readonly element: HTMLElement;
  readonly plot = new Plot('samples k', { shared: true, logX: true });
  private readonly rows = h('tbody', {});
  private readonly words = h('p', { class: 'verdict' });

  constructor(tools: HTMLElement, csvButton: HTMLElement) {
    this.plot.canvas.classList.add('tall');
    this.element = h(
      'section',
      { class: 'side-by-side' },
      h('div', { class: 'stage-tools' }, h('h2', {}, 'How good is the bound?'), tools),
      this.words,
      h(
        'details',
        { class: 'curve', open: true },
        h('summary', {}, 'Bound of log p(x) in nats with k samples of the latent'),
        this.plot.canvas,
        csvButton,
      ),
      h(
        'div',
        { class: 'table-scroll', tabindex: 0, role: 'group', 'aria-label': 'Estimates' },
        h(
          'table',
          { class: 'models-table' },
          h(
            'thead',
            {},
            h(
              'tr',
              {},
              h('th', { scope: 'col' }, 'Samples from'),
              ['Samples', 'Mean log weight', 'log p(x), estimate', 'Effective samples'].map((text) =>
                h('th', { scope: 'col', class: 'number' }, text),
              ),
            ),
          ),
          this.rows,
        ),
      ),
    );
  }

  /** `most`: samples in all; `elbo`: as the encoder gives it, for the dashed line. */
  show(weights: Weights, most: number, elbo: number | undefined, near: boolean): void {
    const counts = sampleCounts(most);
    const curves = sources.map(({ id, name, colour }) => ({
      ...{ name, unit: '', digits: 1, colour, at: counts },
      values: counts.map((k) => boundWith(weights[id] ?? [], k)),
    }));
    const best = Math.max(
      elbo ?? -Infinity,
      ...curves.flatMap(({ values }) => values.map((v) => v ?? -Infinity)),
    );
    const seen = (v: number | undefined) => (near && v !== undefined && v < best - NEAR ? undefined : v);
    const line = { name: 'ELBO', unit: '', digits: 1, colour: '--muted', at: counts, dashed: true };
    this.plot.show(
      [
        ...(elbo === undefined ? [] : [{ ...line, values: counts.map(() => elbo) }]),
        ...curves.map((curve) => ({ ...curve, values: curve.values.map(seen) })),
      ],
      most,
    );
    this.showTable(weights);
    this.words.textContent = verdict(weights, elbo);
  }

  private showTable(weights: Weights): void {
    this.rows.replaceChildren(
      ...sources.map(({ id, long }) => {
        const logs = weights[id];
        const cells = logs?.length
          ? [
              logs.length.toLocaleString('en'),
              nats(boundWith(logs, 1)!),
              nats(logMean(logs)),
              effectiveSamples(logs).toFixed(1),
            ]
          : ['…', '', '', ''];
        return h(
          'tr',
          { 'data-source': id },
          h('th', { scope: 'row' }, long),
          cells.map((text) => h('td', { class: 'number' }, text)),
        );
      }),
    );
  }

  /** The curves, then every weight. */
  csv(weights: Weights): string {
    const rows = Array.from(
      { length: Math.max(0, ...sources.map(({ id }) => weights[id]?.length ?? 0)) },
      (_, j) => [j + 1, ...sources.map(({ id }) => weights[id]?.[j] ?? '')].join(','),
    );
    return `${this.plot.csv()}\n${[['sample', ...sources.map(({ id }) => `log weight, ${id}`.replace(',', ''))].join(','), ...rows].join('\n')}\n`;
  }
}
