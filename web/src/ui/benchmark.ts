// The page #bench: how fast EPLL is on the visitor's own machine, in every way this browser can run it.
import { EngineError } from '../engine';
import { h, say } from '../lib/dom';
import { cellKey, measure, newReport, roundsOf, type Report } from './benchmark_run';
import { asJson, asText, cellText, machine, machineText, subject, wayTitle } from './benchmark_text';
import { LiveText, Notices } from './notices';
import './styles/bench.css';
import './styles/verbs.css';
import './styles/benchmark.css';

export const title = 'Speed on this machine';

export class Benchmark {
  private report: Report;
  private run: AbortController | undefined;
  private readonly on = machine();
  private readonly notices = new Notices();
  private readonly live = new LiveText();
  private readonly start = h(
    'button',
    { type: 'button', class: 'button button-strong', onclick: () => void this.go() },
    'Run the benchmark',
  );
  private readonly stop = h(
    'button',
    { type: 'button', class: 'button', 'aria-disabled': 'true', onclick: () => this.run?.abort() },
    'Stop',
  );
  private readonly bar = h('progress', { max: 1, value: 0, 'aria-label': 'Progress' });
  private readonly text = h('span', { class: 'progress-text' });
  private readonly table = h('table', { class: 'benchmark-table' });
  private readonly copies = (
    [
      ['Copy as text', asText],
      ['Copy as JSON', asJson],
    ] as const
  ).map(([name, written]) =>
    h(
      'button',
      {
        ...{ type: 'button', class: 'button', 'aria-disabled': 'true' },
        onclick: () => void this.copy(written(this.report, this.on)),
      },
      name,
    ),
  );
  private readonly toast = h('span', { class: 'toast', role: 'status' });
  private readonly element: HTMLElement;

  constructor(host: HTMLElement, query: URLSearchParams) {
    this.report = newReport(roundsOf(query));
    this.element = h(
      'article',
      { class: 'benchmark' },
      h(
        'header',
        { class: 'bench-head' },
        h('h1', {}, title),
        h(
          'p',
          { class: 'lead' },
          'How long this browser takes to denoise one small picture: every quality, on every way it can run the code. About a minute on a fast machine; other work slows it down.',
        ),
      ),
      this.notices.element,
      h(
        'div',
        { class: 'verbs', role: 'group', 'aria-label': 'Benchmark' },
        this.start,
        this.stop,
        h('div', { class: 'progress' }, this.bar, this.text),
      ),
      this.table,
      h('div', { class: 'actions' }, this.copies, this.toast),
      h(
        'p',
        { class: 'hint' },
        `${subject}: the middle of a sample photo with white noise. Time is ${this.report.rounds > 1 ? `the median of ${this.report.rounds} rounds` : 'that of one round'}, from asking for the run to its end. PSNR is 10 log₁₀(1/MSE) on the [0,1] scale against the clean picture. Nothing is sent anywhere.`,
      ),
      h('p', { class: 'hint benchmark-machine' }, machineText(this.on)),
      this.live.element,
    );
    host.append(this.element);
    this.show();
    if (this.report.ways.length) return;
    this.start.setAttribute('aria-disabled', 'true');
    const text = 'This browser cannot run the computation: it lacks WebAssembly SIMD.';
    this.notices.tell({ topic: 'run', kind: 'error', text });
  }

  private async go(): Promise<void> {
    this.report = newReport(this.report.rounds);
    const run = (this.run = new AbortController());
    this.notices.clear('run');
    this.able(true);
    this.live.say('The benchmark runs.', true);
    try {
      await measure(this.report, run.signal, (doing, share) => {
        this.bar.value = share;
        say(this.text, doing);
        this.show();
      });
      say(this.text, 'Done');
      this.live.say('The benchmark is done; the table holds the results.', true);
    } catch (error) {
      if (run.signal.aborted) {
        say(this.text, 'Stopped; the table holds what was measured.');
        this.live.say('Stopped.', true);
      } else {
        say(this.text, 'Not finished');
        const text =
          error instanceof EngineError
            ? error.message
            : `The benchmark broke off: ${String((error as Error)?.message ?? error)}`;
        const actions = [{ label: 'Run again', action: () => void this.go() }];
        this.notices.tell({ topic: 'run', kind: 'error', text, actions });
      }
    }
    this.run = undefined;
    this.able(false);
    this.show();
  }

  private able(running: boolean): void {
    this.start.setAttribute('aria-disabled', String(running));
    this.stop.setAttribute('aria-disabled', String(!running));
    for (const copy of this.copies)
      copy.setAttribute('aria-disabled', String(running || !this.report.cells.size));
  }

  private show(): void {
    const { ways, qualities, cells, threads } = this.report;
    const head = h(
      'tr',
      {},
      h('th', { scope: 'col' }, 'Code'),
      qualities.map(({ label }) => h('th', { scope: 'col' }, label)),
    );
    const rows = ways.map((way) =>
      h(
        'tr',
        { 'data-way': way.id },
        h('th', { scope: 'row' }, wayTitle(way, threads.get(way.id))),
        qualities.map(({ value }) => {
          const cell = cells.get(cellKey(way, value));
          if (!cell) return h('td', { class: 'empty' }, '–');
          const [time, psnr, rate] = cellText(cell);
          return h('td', {}, h('b', {}, time), h('span', {}, psnr), h('span', {}, rate));
        }),
      ),
    );
    this.table.replaceChildren(
      h('caption', { class: 'visually-hidden' }, 'Time, PSNR and megapixels per second'),
      h('thead', {}, head),
      h('tbody', {}, rows),
    );
  }

  private async copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      say(this.toast, 'Copied.');
    } catch {
      say(this.toast, 'The browser does not let the page copy.');
    }
    setTimeout(() => say(this.toast, ''), 4000);
  }

  unmount(): void {
    this.run?.abort();
    this.element.remove();
  }
}

export const mount = (host: HTMLElement, query: URLSearchParams): { unmount(): void } =>
  new Benchmark(host, query);
