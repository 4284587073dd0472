// The elements of the denoise demo: verbs, stage, readout, plot, controls, footer, and how they show state and a run.
// Knows nothing of runs' order; denoise.ts does.
import type { Engine } from '../engine';
import { h, say } from '../lib/dom';
import { duration } from '../lib/format';
import { accepted, type State, type Value } from '../lib/state';
import { codeBlock, makeBench, viewTabs, type Bench } from '../ui/bench';
import { CompareView } from '../ui/compare_view';
import { makeControl, type Control } from '../ui/controls';
import { embedButton } from '../ui/embed_button';
import { modelControl } from '../ui/model_choice';
import { Plot } from '../ui/plot';
import { Source, type SourceHandlers } from '../ui/source';
import { Verbs, type VerbHandlers } from '../ui/verbs';
import type { DenoiseJob } from './denoise_job';
import { readoutRows, series } from './denoise_show';
import { DenoiseStage } from './denoise_stage';
import * as names from './denoise_state';
import * as words from './denoise_text';
import { showLook } from './look_state';

export type PanelHandlers = VerbHandlers &
  SourceHandlers & {
    change(name: string, value: Value, live: boolean): void;
    preset(state: State): void;
    download(format: 'png' | 'jpeg'): void;
    copyLink(): void;
    /** State as in the address, without '#'. */
    address(): string;
    saveCurve(): void;
    result(): ImageData | undefined;
    /** Of the demo's end. */
    signal: AbortSignal;
  };

const WORDS_MS = 5000;

export class DenoisePanel {
  readonly view = new CompareView();
  readonly verbs: Verbs;
  readonly stage: DenoiseStage;
  readonly bench: Bench;
  readonly plot = new Plot('step');
  private readonly source: Source;
  private readonly controls = new Map<string, Control>();
  private readonly readout = h('dl', { class: 'readout' });
  private readonly facts = h('span', { class: 'facts-line' });
  private readonly toast = h('span', { class: 'toast', role: 'status' });
  private noise: State | undefined;
  private epll: State = {};
  private picture = '';
  private half = false;
  private readonly blocks = [
    codeBlock('Command line', () =>
      words.command(this.noise, this.epll, names.paramDefaults, this.picture, this.half),
    ),
    codeBlock('In code', () => words.code(this.noise, this.epll, names.paramDefaults)),
  ];

  constructor(
    private readonly engine: Engine,
    private readonly on: PanelHandlers,
  ) {
    this.verbs = new Verbs(on);
    this.source = new Source(names.samples, on);
    this.stage = new DenoiseStage(
      this.view,
      viewTabs(names.views, (id) => on.change('view', id, false)),
    );
    this.bench = this.build();
  }

  private control(name: string): HTMLElement | false {
    const spec = names.fieldOf(name);
    if (!spec) return false;
    const report = (value: Value, live: boolean) => this.on.change(name, value, live);
    const control =
      spec.type === 'model'
        ? modelControl(this.engine, spec, report, this.on.signal)
        : makeControl(spec, report);
    this.controls.set(name, control);
    return control.element;
  }

  private build(): Bench {
    const { on } = this;
    const presets = words.presets.map(({ name, title, state }) =>
      h('button', { type: 'button', class: 'pill', title, onclick: () => on.preset(state) }, name),
    );
    const button = (text: string, action: () => void, kind = 'button') =>
      h('button', { type: 'button', class: kind, onclick: action }, text);
    const section = (name: string, ...children: (HTMLElement | false)[]) =>
      h('section', { class: 'rail-section' }, h('h2', {}, name), children);
    const keys = h('section', {});
    keys.innerHTML = words.keys; // a constant of ours
    return makeBench({
      title: words.title,
      lead: words.lead,
      verbs: this.verbs,
      picture: on.result,
      stage: this.view,
      source: this.source.element,
      below: [
        this.readout,
        h(
          'details',
          { class: 'curve', open: true },
          h('summary', {}, 'Objective and PSNR per step'),
          this.plot.canvas,
          button('Curve as CSV', on.saveCurve, 'tool'),
        ),
      ],
      rail: [
        section('Presets', h('div', { class: 'pills', 'data-control': 'presets' }, presets)),
        section('Noise', ...['noise', 'noise_sigma', 'strength'].map((name) => this.control(name))),
        section('Restoration', ...['quality', 'sigma', 'amount'].map((name) => this.control(name))),
        h(
          'details',
          { class: 'rail-section more' },
          h('summary', {}, 'More'),
          ['chroma', 'half', 'colour', 'seed', 'prior', 'schedule'].map((name) => this.control(name)),
        ),
      ],
      footer: [
        h('p', { class: 'promise' }, 'Runs in this tab. Nothing is uploaded. ', this.facts),
        h(
          'div',
          { class: 'actions' },
          button('Download PNG', () => on.download('png'), 'button button-strong'),
          button('JPEG', () => on.download('jpeg')),
          button('Copy link', on.copyLink),
          embedButton(
            () => this.bench.element,
            on.address,
            (text) => this.flash(text),
          ),
          this.toast,
        ),
        h('p', { class: 'hint' }, words.metadata),
      ],
      explanation: { html: words.html },
      more: [
        h(
          'div',
          { class: 'same' },
          h('h3', {}, 'The same by command line and in code'),
          this.blocks.map(({ element }) => element),
        ),
        keys,
      ],
    });
  }

  // ---- Showing

  showState(state: State, name: string, grey: boolean): void {
    for (const [id, control] of this.controls)
      control.set(accepted(names.fieldOf(id)!, state[id]) ?? names.start[id]!);
    const visible = (id: string, on: boolean) => {
      const control = this.controls.get(id);
      if (control) control.element.hidden = !on;
    };
    visible('noise_sigma', state.noise === 'gaussian');
    visible('strength', state.noise === 'camera');
    visible('seed', state.noise !== 'off');
    visible('colour', !grey);
    visible('chroma', !grey && state.colour !== 'grey');
    this.source.choose(names.isOwn(state) ? undefined : String(state.image));
    showLook(this.view, state);
    this.noise = names.noiseOf(state);
    this.epll = names.epllOf(state);
    this.picture = name;
    this.half = state.half === true;
    this.blocks.forEach((block) => block.refresh());
  }

  showJob(job: DenoiseJob, state: State): void {
    const { phase, status } = job;
    this.verbs.show(phase);
    if (phase !== 'loading' || this.engine.state === 'ready')
      this.verbs.progress({
        ...status,
        fraction: phase === 'loading' ? undefined : status.progress,
        name: 'step',
      });
    this.stage.draw(job, state);
    this.controls.get('sigma')?.estimate(job.metric('sigma') ?? job.report?.sigma);
    this.plot.show(series(job), status.units || 5);
    this.readout.replaceChildren(
      ...readoutRows(job, state).map(([id, name, text]) =>
        h('div', { 'data-metric': id }, h('dt', {}, name), h('dd', {}, text)),
      ),
    );
    this.readout.classList.toggle('stale', this.stage.preview !== undefined);
    this.showFacts(job);
  }

  /** Flavour, threads, time, rate. */
  showFacts({ phase, status, original }: DenoiseJob): void {
    const parts = this.engine.info ? [this.engine.info.text] : [];
    const { preview } = this.stage;
    if (preview)
      parts.push(`preview in ${duration(preview.ms)}${preview.f > 1 ? `, at 1/${preview.f} size` : ''}`);
    else if (phase === 'done') {
      const rate = (original.width * original.height) / 1e3 / Math.max(1, status.ms);
      parts.push(duration(status.ms), `${rate.toPrecision(2)} MP/s`);
    }
    say(this.facts, parts.join(' · '));
  }

  /** Before a run can start: what is being loaded, or that nothing is. */
  showEngine(working: boolean): void {
    const { state, loading, error } = this.engine;
    const none = { unit: 0, units: 0, ms: 0, name: '' };
    if (state === 'loading' && !working) {
      this.verbs.show('loading');
      const fraction = loading?.total ? loading.loaded / loading.total : undefined;
      const what = loading ? `Loading ${loading.what.replace(/^The /, 'the ')}` : 'Starting the engine';
      this.verbs.progress({ ...none, fraction }, what);
    } else if (state === 'failed') {
      this.verbs.show(error?.kind === 'unsupported' ? 'blocked' : 'idle');
      this.verbs.progress({ ...none, fraction: 0 }, 'Not loaded');
    }
  }

  redraw(): void {
    this.plot.redraw();
    this.view.redraw();
  }

  /** A word beside the buttons, for a while. */
  flash(text: string): void {
    say(this.toast, text);
    setTimeout(() => this.toast.textContent === text && say(this.toast, ''), WORDS_MS);
  }
}
