// "From mixtures to infinitely many": points in the plane, drawn or made, and a density that learns them: a finite mixture,
// probabilistic PCA, a variational autoencoder of one latent.
import type { EngineError } from '../engine';
import { h } from '../lib/dom';
import {
  ellipseOf,
  heats,
  hueColour,
  latentColour,
  mixed,
  packed,
  pointsCsv,
  pointsTensor,
  MOST_PACKED,
  type Colour,
  type Point,
} from '../lib/plane';
import { saveText } from '../lib/save';
import { signed } from '../ui/axes';
import { PlaneView, type Shape } from '../ui/plane_view';
import { Plot, type Series } from '../ui/plot';
import { isDark, whenThemeChanges } from '../ui/theme';
import { Verbs, type Phase } from '../ui/verbs';
import { Workbench, button } from '../ui/workbench';
import '../ui/styles/digits.css';
import '../ui/styles/plane.css';
import {
  fields,
  looks,
  methodOf,
  ownNames,
  paramsOf,
  pointsOf,
  tasks,
  type Method,
} from './continuous_state';
import { code, command, words } from './continuous_text';
import type { DemoContext, MountedDemo } from './index';
import { PlaneRun, type Look } from './plane_run';
import { WorkbenchDemo } from './workbench_demo';

/** Latents whose Gaussians are drawn: 21 between these. */
const SHOWN = 2.5;
/** Of a VAE's curves: what lies farther below the last log-likelihood is not drawn, nats. */
const FAR_BELOW = 2;

const names: Record<Method, string> = {
  mixture: 'mixture',
  ppca: 'probabilistic PCA',
  vae: 'variational autoencoder',
};
const bounds: Record<Method, readonly [string, string]> = {
  mixture: ['Bound after E', 'Bound after M'],
  ppca: ['Bound after E', 'Bound after M'],
  vae: ['ELBO', 'IWAE, k = 10'],
};

const outputs = ['log_density', 'ellipses', 'explained', 'path', 'curve'] as const;
type Output = (typeof outputs)[number];
/** The three tasks answer alike: one of them stands for all. */
type Learning = PlaneRun<'vae_2d', Output>;

class Continuous extends WorkbenchDemo {
  protected readonly bench: Workbench;
  private readonly verbs: Verbs;
  private readonly plot = new Plot('iteration', true);
  private readonly plotName = h('summary', {});
  private readonly readout = h('dl', { class: 'readout' });
  private readonly plane = new PlaneView({
    name: 'Plane',
    drawn: (points, done) => this.drawn(points, done),
  });
  private readonly eraser = button('Eraser', () => {
    this.plane.erasing = !this.plane.erasing;
    this.eraser.setAttribute('aria-pressed', String(this.plane.erasing));
  });
  private own: readonly Point[] = [];
  /** A stroke is under way: its points are not in the state yet. */
  private drawing = false;
  private learning: Learning | undefined;
  /** Of what is being learned, which the state may have left. */
  private learns: Method = 'mixture';
  /** Log-likelihood of probabilistic PCA in closed form. */
  private best: number | undefined;
  private turn = 0;

  constructor(context: DemoContext) {
    super();
    this.verbs = new Verbs({
      run: () => this.go('play'),
      pause: () => this.learning?.run.pause(),
      step: () => this.go('step'),
      stop: () => this.stop(),
      reset: () => this.reset(),
    });
    this.eraser.setAttribute('aria-pressed', 'false');
    this.bench = new Workbench(context, {
      ...{ id: 'continuous', fields, words, verbs: this.verbs, looks: [...looks] },
      stage: h(
        'div',
        { class: 'stage' },
        h('div', { class: 'panels panels-1' }, this.plane.element),
        h('div', { class: 'plane-tools' }, this.eraser, this.plane.undoButton, this.plane.clearButton),
      ),
      below: [this.readout],
      sections: [
        { title: 'Points', controls: ['data'] },
        {
          title: 'Density',
          controls: ['method', 'components', 'solver', 'mean', 'variance', 'log'],
        },
      ],
      more: ['iterations', 'hidden', 'rate', 'samples', 'floor', 'seed'],
      actions: [button('Points as CSV', () => this.savePoints())],
      csv: () => this.csv(),
      picture: () => {
        const { image } = this.plane;
        return image && { image, name: `continuous-${this.method}` };
      },
      command,
      code,
      changed: (changed, live) => this.changed(changed, live),
      retry: () => this.go('play'),
    });
    this.readout.after(
      h('details', { class: 'curve', open: true }, this.plotName, this.plot.canvas, this.bench.csvButton),
    );
    this.plot.canvas.classList.add('tall');
    whenThemeChanges(() => {
      this.show();
      this.plot.redraw();
    }, this.bench.signal);
    this.showState();
    this.reset();
    if (!this.bench.still) this.learning?.run.play();
  }

  private get state() {
    return this.bench.state;
  }

  private get method(): Method {
    return methodOf(this.state);
  }

  private get points(): readonly Point[] {
    return this.drawing ? this.own : pointsOf(this.state, this.own);
  }

  private changed(changed: ReadonlySet<string>, live: boolean): void {
    this.showState();
    if (changed.has('data') && this.state.data !== 'own') this.own = [];
    if ([...changed].every((name) => looks.has(name))) return this.show();
    if (!live) this.reset();
  }

  /** The reader's hand on the plane: what was learned belongs to other points. */
  private drawn(points: readonly Point[], done: boolean): void {
    const { learning } = this;
    this.own = points;
    this.drawing = !done;
    this.learning = undefined;
    learning?.run.stop();
    if (!done) return;
    this.bench.change({ data: 'own', points: packed(points) });
    if (!this.learning) this.reset(); // too many for the address: the state may be the same
  }

  // ---- The run

  private ready(): Learning | undefined {
    const { points, method } = this;
    this.bench.notices.clear('run');
    if (!points.length) return (this.learning = undefined);
    const { engine, state } = this.bench;
    const next: Learning = new PlaneRun(
      engine,
      tasks[method] as 'vae_2d',
      paramsOf(state),
      { points: pointsTensor(points) },
      outputs,
      (error) => (this.learning === next ? this.learned(error) : undefined),
    );
    this.learns = method;
    return (this.learning = next);
  }

  private go(wish: 'play' | 'step'): void {
    const { learning } = this;
    const fresh = !learning || learning.ended || learning.run.state === 'done';
    const now = fresh ? (learning?.run.stop(), this.ready()) : learning;
    now?.run[wish]();
    this.show();
  }

  private learned(error?: EngineError): void {
    if (error) this.bench.fail(error);
    this.show();
    const { learning } = this;
    const { state, status } = learning!.run;
    if (state === 'running' || !status.unit || learning!.look?.unit !== status.unit) return;
    const nats = status.metrics.log_likelihood;
    if (nats !== undefined)
      this.bench.say(`After ${status.unit} iterations: log-likelihood ${signed(nats, 3)} nats per point.`);
  }

  private stop(): void {
    this.learning?.run.stop();
    this.show();
    this.bench.say('Stopped. The map shows how far it came.', true);
  }

  private reset(): void {
    this.learning?.run.stop();
    this.learning = undefined;
    this.ready();
    this.show();
    void this.compare();
  }

  /** What every linear method is measured by. */
  private async compare(): Promise<void> {
    const turn = ++this.turn;
    const { points } = this;
    this.best = undefined;
    if (!points.length) return;
    try {
      const { engine, signal, state } = this.bench;
      const { metrics } = await engine.call(
        'ppca',
        { solver: 'closed', floor: Number(state.floor) },
        { points: pointsTensor(points) },
        ['curve'],
        { signal, lane: 'closed form' },
      );
      if (turn !== this.turn) return;
      this.best = metrics.best;
      this.show();
    } catch (error) {
      if (turn === this.turn) this.bench.fail(error);
    }
  }

  private get phase(): Phase {
    const { learning } = this;
    if (!learning) return this.points.length ? 'loading' : 'blocked';
    const { state, status } = learning.run;
    if (state === 'creating') return 'loading';
    if (state === 'stopped' || state === 'failed') return 'idle';
    return state === 'paused' ? (status.unit ? 'paused' : 'idle') : state;
  }

  private get curves() {
    const row = (r: number) => this.learning?.curve(r) ?? [];
    return { likelihood: row(0), bound: row(1), other: row(2) };
  }

  // ---- Showing

  private showState(): void {
    const { bench, method } = this;
    for (const [of, names] of Object.entries(ownNames))
      for (const name of names) bench.visible(name, of === method);
    bench.visible('hidden', method === 'vae' && this.state.mean === 'nonlinear');
    bench.visible('iterations', method !== 'ppca' || this.state.solver !== 'closed');
  }

  private show(): void {
    const { phase, learning, method } = this;
    this.verbs.show(phase);
    const none = { unit: 0, units: 0, ms: 0, name: '', fraction: 0 };
    if (phase === 'blocked') this.verbs.progress(none, 'Draw at least one point');
    else if (!learning) this.verbs.progress(none, 'Loading');
    else if (!learning.run.status.unit && phase === 'idle') this.verbs.progress(none, 'Press Run to learn');
    else {
      const { status } = learning.run;
      this.verbs.progress({ ...status, fraction: status.progress, name: 'iteration' });
    }
    this.showPlane();
    const { curves } = this;
    const series = seriesOf(method, curves);
    const units = curves.likelihood.length - 1;
    this.plot.show(units > 0 ? series : [], units);
    this.plotName.textContent =
      method === 'vae' ? 'Log-likelihood and its bounds, nats' : 'Log-likelihood and EM’s lower bound, nats';
    this.showFigures(curves.likelihood.at(-1), curves.bound.at(-1));
  }

  private showPlane(): void {
    const { learning, points } = this;
    const look = learning?.look;
    const count = `${points.length} point${points.length === 1 ? '' : 's'}`;
    const linked = this.state.data === 'own' && points.length > MOST_PACKED;
    const tail = linked ? `; a link holds ${MOST_PACKED} at most` : '';
    if (!points.length)
      return this.plane.show({ points }, 'Click or drag here to add points', 'There are no points.');
    if (!look) return this.plane.show({ points }, `${count}${tail}`);
    const { columns, rows } = { columns: look.log_density.shape[1]!, rows: look.log_density.shape[0]! };
    const shares = heats(look.log_density.data, this.state.log === true);
    const curve: Point[] = [];
    for (let i = 0; i < look.path.data.length; i += 2)
      curve.push([look.path.data[i]!, look.path.data[i + 1]!]);
    this.plane.show(
      {
        points,
        colours: coloursOf(this.learns, look, points.length, isDark(this.bench.context.host)),
        heat: { shares, columns, rows },
        shapes: shapesOf(this.learns, look, isDark(this.bench.context.host)),
        curve,
      },
      `${count}, p(x) of the ${names[this.learns]} after ${look.unit} iteration${look.unit === 1 ? '' : 's'}${tail}`,
    );
  }

  private showFigures(likelihood: number | undefined, bound: number | undefined): void {
    const nats = (v: number | undefined) => (v === undefined ? '–' : `${signed(v, 3)} nats`);
    const gap = likelihood === undefined || bound === undefined ? undefined : likelihood - bound;
    const rows: [string, string, string][] = [
      ['iteration', 'Iteration', String(this.learning?.look?.unit ?? 0)],
      ['log-likelihood', 'Log-likelihood', nats(likelihood)],
      ['bound', bounds[this.method][0], nats(bound)],
      ['gap', 'Gap', gap === undefined ? '–' : `${signed(gap, 3).replace('−0.000', '0.000')} nats`],
      ['best', 'PPCA, closed form', nats(this.best)],
    ];
    this.readout.replaceChildren(
      ...rows.map(([id, name, text]) =>
        h('div', { 'data-metric': id }, h('dt', {}, name), h('dd', {}, text)),
      ),
    );
  }

  // ---- Taking away

  private csv(): string {
    const { likelihood, bound, other } = this.curves;
    const heads = bounds[this.method].map((name) => `${name.replace(',', '')} (nats)`).join(',');
    const rows = likelihood.map((v, i) => [i, v, bound[i], other[i]].join(','));
    return [`iteration,Log-likelihood (nats),${heads}`, ...rows].join('\n') + '\n';
  }

  private savePoints(): void {
    if (!this.points.length) return this.bench.flash('There are no points yet.');
    saveText(pointsCsv(this.points), 'continuous-points.csv', 'text/csv');
  }

  take(): void {
    this.complain('This demo takes no files: draw points, or choose some.');
  }

  unmount(): void {
    this.learning?.run.stop();
    this.bench.unmount();
  }
}

/** EM's bound goes from its value after the M-step up to the likelihood at the same iteration. */
export function seriesOf(
  method: Method,
  { likelihood, bound, other }: { likelihood: number[]; bound: number[]; other: number[] },
): Series[] {
  const nats = { unit: 'nats', digits: 3 };
  const line = { ...nats, name: 'log p(x)', colour: '--accent', values: likelihood };
  if (method === 'vae') {
    // The first values lie so far below that the rest would be one line.
    const least = (likelihood.at(-1) ?? 0) - FAR_BELOW;
    const near = (values: number[]) => values.map((v) => (v >= least ? v : undefined));
    return [
      { ...line, values: near(likelihood) },
      { ...nats, name: 'IWAE-10', colour: '--muted', values: near(other) },
      { ...nats, name: 'ELBO', colour: '--second', values: near(bound), dashed: true },
    ];
  }
  const values = bound.flatMap((v, i) => (i ? [other[i]!, v] : [v]));
  const at = bound.flatMap((_, i) => (i ? [i, i] : [0]));
  return [line, { ...nats, name: 'Bound', colour: '--second', values, at, dashed: true }];
}

function coloursOf(method: Method, look: Look<Output>, count: number, dark: boolean): Colour[] {
  const { data, shape } = look.explained;
  const columns = shape[1] ?? 0;
  return Array.from({ length: count }, (_, n) => {
    if (method !== 'mixture') return latentColour(data[n * columns]!, dark);
    let [colour, sum]: [Colour, number] = [[0, 0, 0], 0];
    for (let k = 0; k < columns; k++) {
      const share = data[n * columns + k]!;
      sum += share;
      if (sum > 0) colour = mixed(colour, hueColour(k, dark), share / sum);
    }
    return colour;
  });
}

function shapesOf(method: Method, look: Look<Output>, dark: boolean): Shape[] {
  const { data, shape } = look.ellipses;
  const count = shape[0]!;
  return Array.from({ length: count }, (_, k): Shape[] => {
    const [weight, x, y, xx, xy, yy] = Array.from(data.slice(6 * k, 6 * k + 6)) as number[];
    const it = ellipseOf(x!, y!, xx!, xy!, yy!);
    if (method === 'mixture') {
      if (!(weight! > 1e-6)) return [];
      const colour = hueColour(k, dark);
      return [
        { ...it, colour, reach: 2, width: 2 },
        { ...it, colour, reach: 1, width: 1, alpha: 0.6 },
      ];
    }
    const z = count > 1 ? SHOWN * ((2 * k) / (count - 1) - 1) : 0;
    return [{ ...it, colour: latentColour(z, dark), reach: 1, alpha: 0.75 }];
  }).flat();
}

export const mount = (context: DemoContext): MountedDemo => new Continuous(context);
