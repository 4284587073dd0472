// "Exact, sampled, mean field": three E-steps on a linear-Gaussian model of two latents, side by side: their posteriors of one
// point, likelihood by iterations and by cost, the gap.
import type { EngineError } from '../engine';
import { h } from '../lib/dom';
import { ellipseOf, type Point } from '../lib/plane';
import { signed } from '../ui/axes';
import { joined } from '../ui/pixels';
import { PlaneView, type Shape } from '../ui/plane_view';
import { Plot, type Series } from '../ui/plot';
import { whenThemeChanges } from '../ui/theme';
import { Verbs, type Phase } from '../ui/verbs';
import { Workbench } from '../ui/workbench';
import '../ui/styles/digits.css';
import '../ui/styles/plane.css';
import type { DemoContext, MountedDemo } from './index';
import { fields, paramsOf, ways } from './ladder_state';
import { code, command, words } from './ladder_text';
import { PlaneRun, type Look } from './plane_run';
import { WorkbenchDemo } from './workbench_demo';

const outputs = ['points', 'curve', 'parameters', 'posterior', 'draws', 'columns'] as const;
type Output = (typeof outputs)[number];
type Learning = PlaneRun<'linear_em', Output>;

/** Rows of the curve that each way has. */
const ROWS = { likelihood: 0, bound: 1, gap: 2, cost: 3 } as const;
const PER_WAY = 4;

const DATA = { left: -6, right: 6, bottom: -6, top: 6 };
const LATENTS = { left: -3.4, right: 3.4, bottom: -3.4, top: 3.4 };

const pairs = (values: ArrayLike<number>): Point[] =>
  Array.from({ length: values.length / 2 }, (_, i) => [values[2 * i]!, values[2 * i + 1]!]);

/** What has no value is left out of a plot; a gap of zero may be rounded to below it. */
const known = (values: readonly number[]) =>
  values.map((v) => (!Number.isFinite(v) ? undefined : Math.abs(v) < 1e-9 ? 0 : v));

class Ladder extends WorkbenchDemo {
  protected readonly bench: Workbench;
  private readonly verbs: Verbs;
  private readonly data = new PlaneView({
    name: 'Points',
    box: DATA,
    pick: (place) => this.pick(place),
  });
  private readonly posteriors = ways.map(
    ({ name }) => new PlaneView({ name: `${name} posterior`, box: LATENTS }),
  );
  private readonly plots = {
    iteration: new Plot('iteration', true),
    cost: new Plot('updates', { shared: true, logX: true }),
    gap: new Plot('iteration', true),
  };
  private readonly rows = h('tbody', {});
  private readonly note = h('p', { class: 'hint', 'data-role': 'note' });
  private learning: Learning | undefined;

  constructor(context: DemoContext) {
    super();
    this.verbs = new Verbs({
      run: () => this.go('play'),
      pause: () => this.learning?.run.pause(),
      step: () => this.go('step'),
      stop: () => this.stop(),
      reset: () => this.reset(),
    });
    const plot = (title: string, { canvas }: Plot) => {
      canvas.classList.add('tall');
      return h('div', {}, h('h3', {}, title), canvas);
    };
    const heads = ['E-step', 's₁', 's₂', 'σ', 'log p(x)', 'Gap', 'Updates'];
    this.bench = new Workbench(context, {
      ...{ id: 'ladder', fields, words, verbs: this.verbs, looks: ['chosen'] },
      stage: h(
        'div',
        { class: 'stage' },
        h(
          'div',
          { class: 'panels ladder-panels' },
          this.data.element,
          this.posteriors.map(({ element }) => element),
        ),
        this.note,
      ),
      below: [
        h(
          'div',
          { class: 'table-scroll', tabindex: 0, role: 'region', 'aria-label': 'What each E-step learned' },
          h(
            'table',
            { class: 'models-table' },
            h(
              'thead',
              {},
              h(
                'tr',
                {},
                heads.map((name, i) => h('th', { scope: 'col', class: i ? 'number' : '' }, name)),
              ),
            ),
            this.rows,
          ),
        ),
      ],
      sections: [
        { title: 'Model', controls: ['angle', 'noise'] },
        { title: 'E-steps', controls: ['samples', 'rounds', 'chosen'] },
      ],
      more: ['points', 'iterations', 'seed'],
      csv: () => this.csv(),
      picture: () => {
        const images = [this.data, ...this.posteriors].flatMap(({ image }) => image ?? []);
        return images.length ? { image: joined(images, 1, 16), name: 'ladder' } : undefined;
      },
      command,
      code,
      changed: (changed, live) => this.changed(changed, live),
      retry: () => this.go('play'),
    });
    this.rows
      .closest('.table-scroll')!
      .after(
        h(
          'details',
          { class: 'curve', open: true },
          h('summary', {}, 'Log-likelihood and gap, nats per point'),
          h(
            'div',
            { class: 'ladder-plots' },
            plot('log p(x) by iterations', this.plots.iteration),
            plot('log p(x) by updates of latents', this.plots.cost),
            plot('Gap KL(q‖p) by iterations', this.plots.gap),
          ),
          this.bench.csvButton,
        ),
      );
    whenThemeChanges(() => {
      [this.data, ...this.posteriors].forEach((it) => it.redraw());
      Object.values(this.plots).forEach((it) => it.redraw());
    }, this.bench.signal);
    this.reset();
    if (!this.bench.still) this.learning?.run.play();
  }

  private get state() {
    return this.bench.state;
  }

  private get chosen(): number {
    const count = this.learning?.look?.points.shape[0] ?? 1;
    return Math.min(count - 1, Number(this.state.chosen));
  }

  private changed(changed: ReadonlySet<string>, live: boolean): void {
    if ([...changed].every((name) => name === 'chosen')) {
      this.show();
      void this.learning?.set({ chosen: Number(this.state.chosen) });
      return;
    }
    if (live && this.learning?.run.state === 'running') return;
    this.reset();
  }

  /** The point nearest to a place. */
  private pick([x, y]: Point): void {
    const points = pairs(this.learning?.look?.points.data ?? []);
    let [best, least] = [-1, Infinity];
    points.forEach(([px, py], i) => {
      const away = Math.hypot(px - x, py - y);
      if (away < least) [best, least] = [i, away];
    });
    if (best >= 0) this.bench.change({ chosen: best });
  }

  // ---- The run

  private ready(): Learning {
    this.bench.notices.clear('run');
    const next: Learning = new PlaneRun(
      this.bench.engine,
      'linear_em',
      paramsOf(this.state),
      {},
      outputs,
      (error) => (this.learning === next ? this.learned(error) : undefined),
    );
    return (this.learning = next);
  }

  private go(wish: 'play' | 'step'): void {
    const { learning } = this;
    const fresh = !learning || learning.ended || learning.run.state === 'done';
    const now = fresh ? (learning?.run.stop(), this.ready()) : learning;
    now.run[wish]();
    this.show();
  }

  private learned(error?: EngineError): void {
    if (error) this.bench.fail(error);
    this.show();
    const { state, status } = this.learning!.run;
    if (state === 'running' || !status.unit) return;
    const words = ways.map(
      ({ id, name }) => `${name} ${signed(status.metrics[`log_likelihood_${id}`] ?? NaN, 3)}`,
    );
    this.bench.say(`After ${status.unit} iterations, nats per point: ${words.join(', ')}.`);
  }

  private stop(): void {
    this.learning?.run.stop();
    this.show();
    this.bench.say('Stopped. The curves show how far it came.', true);
  }

  private reset(): void {
    this.learning?.run.stop();
    this.ready();
    this.show();
  }

  private get phase(): Phase {
    const { state, status } = this.learning!.run;
    if (state === 'creating') return 'loading';
    if (state === 'stopped' || state === 'failed') return 'idle';
    return state === 'paused' ? (status.unit ? 'paused' : 'idle') : state;
  }

  // ---- Showing

  private show(): void {
    const { phase, learning } = this;
    this.verbs.show(phase);
    const { status } = learning!.run;
    if (!status.unit && phase !== 'running')
      this.verbs.progress(
        { unit: 0, units: 0, ms: 0, name: '', fraction: 0 },
        phase === 'loading' ? 'Loading' : 'Press Run to learn',
      );
    else this.verbs.progress({ ...status, fraction: status.progress, name: 'iteration' });
    const look = learning!.look;
    if (look) this.showLook(look);
  }

  private showLook(look: Look<Output>): void {
    const points = pairs(look.points.data);
    const columns = look.columns.data;
    this.data.show(
      { points, chosen: this.chosen, curve: columnLines(columns), curveColour: '--second' },
      `${points.length} points; lines: columns of W as exact EM has them`,
    );
    ways.forEach(({ name, colour }, w) => {
      const row = (r: number) => Array.from(look.posterior.data.slice(5 * r, 5 * r + 5)) as Five;
      const [truth, q] = [ellipseOf(...row(2 * w)), ellipseOf(...row(2 * w + 1))];
      const shapes: Shape[] = [
        { x: 0, y: 0, a: 1, b: 1, angle: 0, reach: 1, colour: '--muted', width: 1, alpha: 0.6 },
        { ...q, reach: 2, colour, filled: true, alpha: 0.3 },
        { ...truth, reach: 2, colour: '--ink', width: 1.5 },
        { ...q, reach: 2, colour, width: 2 },
      ];
      const draws = w === 1 ? pairs(look.draws.data) : [];
      this.posteriors[w]!.show(
        { points: draws, shapes },
        `${name}: q filled, true posterior outlined`,
        `q has standard deviations ${q.a.toFixed(2)} and ${q.b.toFixed(2)}, the true posterior ${truth.a.toFixed(2)} and ${truth.b.toFixed(2)}.`,
      );
    });
    const correlation = correlationOf(look.posterior.data);
    this.note.textContent =
      `Point ${this.chosen}: its latents z₁ and z₂ under each way’s own parameters, at two standard deviations; ` +
      `thin circle: the prior at one. Their correlation by exact EM: ${signed(correlation, 2)}.`;
    this.showTable(look);
    this.showPlots();
  }

  private showTable(look: Look<Output>): void {
    const last = (w: number, row: number) => this.learning!.curve(PER_WAY * w + row).at(-1);
    const number = (v: number | undefined, digits: number) =>
      v === undefined || !Number.isFinite(v) ? '–' : signed(v, digits).replace(/^−(0(\.0*)?)$/, '$1');
    const cells = (values: string[], metrics: string[] = []) =>
      values.map((text, i) => h('td', { class: 'number', 'data-figure': metrics[i] }, text));
    const parameters = (r: number) =>
      Array.from(look.parameters.data.slice(3 * r, 3 * r + 3), (v) => number(v, 2));
    this.rows.replaceChildren(
      ...ways.map(({ id, name }, w) =>
        h(
          'tr',
          { 'data-way': id },
          h('th', { scope: 'row' }, name),
          cells(
            [
              ...parameters(w),
              number(last(w, ROWS.likelihood), 3),
              number(last(w, ROWS.gap), 3),
              (last(w, ROWS.cost) ?? 0).toLocaleString('en'),
            ],
            ['s1', 's2', 'sigma', 'likelihood', 'gap', 'cost'],
          ),
        ),
      ),
      h('tr', {}, h('th', { scope: 'row' }, 'Made with'), cells([...parameters(3), '', '', ''])),
    );
  }

  private showPlots(): void {
    const curve = (w: number, row: number) => this.learning!.curve(PER_WAY * w + row);
    const series = (row: number, at?: number): Series[] =>
      ways.map(({ name, colour }, w) => ({
        ...{ name, unit: 'nats', digits: 3, colour, values: known(curve(w, row)) },
        ...(at === undefined ? {} : { at: curve(w, at) }),
      }));
    const units = curve(0, 0).length - 1;
    const begun = (of: Series[]) => (units > 0 ? of : []);
    this.plots.iteration.show(begun(series(ROWS.likelihood)), units);
    this.plots.cost.show(begun(series(ROWS.likelihood, ROWS.cost)), units);
    this.plots.gap.show(begun(series(ROWS.gap)), units);
  }

  // ---- Taking away

  private csv(): string {
    const heads = ways.flatMap(({ name }) =>
      ['log p(x) (nats)', 'bound (nats)', 'gap (nats)', 'updates'].map((it) => `${name}: ${it}`),
    );
    const columns = Array.from({ length: PER_WAY * ways.length }, (_, r) => this.learning!.curve(r));
    const rows = columns[0]!.map((_, i) =>
      [i, ...columns.map((column) => (Number.isFinite(column[i]) ? column[i] : ''))].join(','),
    );
    return [['iteration', ...heads].join(','), ...rows].join('\n') + '\n';
  }

  take(): void {
    this.complain('This demo takes no files: its points are drawn from its model.');
  }

  unmount(): void {
    this.learning?.run.stop();
    this.bench.unmount();
  }
}

type Five = [number, number, number, number, number];

/** From the end of one column to the middle and on to the end of the other. */
const columnLines = (c: ArrayLike<number>): Point[] => [
  [c[0]!, c[1]!],
  [0, 0],
  [c[2]!, c[3]!],
];

/** Of the first posterior of the table. */
export const correlationOf = (posterior: ArrayLike<number>): number =>
  posterior[3]! / Math.sqrt(posterior[2]! * posterior[4]!);

export const mount = (context: DemoContext): MountedDemo => new Ladder(context);
