// The row of verbs: Reset, Run/Pause, Step, Stop, and how far it is.
import { h, icon, say } from '../lib/dom';
import { duration, remaining } from '../lib/format';

export type Phase = 'loading' | 'idle' | 'running' | 'paused' | 'done' | 'blocked';

export type Progress = {
  /** [0,1]; undefined while nothing can be said. */
  fraction?: number;
  unit: number;
  units: number;
  /** Time spent computing, ms. */
  ms: number;
  /** Name of a unit: "pass". */
  name: string;
};

export type VerbHandlers = { run(): void; pause(): void; step(): void; stop(): void; reset(): void };

const shapes = {
  run: 'M6 4l10 6-10 6z',
  pause: 'M5 4h3.5v12H5zM11.500 4H15v12h-3.500z',
  step: 'M4 4l8 6-8 6zM13.500 4H16v12h-2.500z',
  stop: 'M5 5h10v10H5z',
  reset: 'M10 4a6 6 0 1 1-5.650 4h2.150A4 4 0 1 0 10 6v2.700L5.700 5 10 1.300z',
};

export type Verb = keyof VerbHandlers;

export class Verbs {
  /** Told of every change of phase, and of progress. */
  onPhase: ((now: Phase, before: Phase) => void) | undefined;
  onProgress: ((progress: Progress) => void) | undefined;
  readonly element = h('div', { class: 'verbs', role: 'group', 'aria-label': 'Run' });
  private readonly buttons: Record<keyof Omit<VerbHandlers, 'pause'>, HTMLButtonElement>;
  private readonly bar = h('progress', { max: 1, value: 0, 'aria-label': 'Progress' });
  private readonly text = h('span', { class: 'progress-text' });
  private current: Phase = 'loading';

  /** `stopName`: where stopping means another thing, "Finish". */
  constructor(
    private readonly handlers: VerbHandlers,
    stopName = 'Stop',
  ) {
    this.buttons = {
      reset: this.button('reset', 'Reset', 'R'),
      run: this.button('run', 'Run', 'Space'),
      step: this.button('step', 'Step', '.'),
      stop: this.button('stop', stopName, 'Esc'),
    };
    const { reset, run, step, stop } = this.buttons;
    run.classList.add('primary');
    this.element.append(reset, run, step, stop, h('div', { class: 'progress' }, this.bar, this.text));
  }

  private button(verb: keyof VerbHandlers, name: string, key: string): HTMLButtonElement {
    const action = () =>
      verb === 'run' && this.current === 'running' ? this.handlers.pause() : this.handlers[verb]();
    return h(
      'button',
      { type: 'button', class: `verb verb-${verb}`, title: `${name} (${key})`, onclick: action },
      icon(shapes[verb]),
      h('span', {}, name),
    );
  }

  show(phase: Phase): void {
    const before = this.current;
    this.current = phase;
    const { reset, run, step, stop } = this.buttons;
    const running = phase === 'running';
    say(run.lastElementChild!, running ? 'Pause' : 'Run');
    run.title = running ? 'Pause (Space)' : 'Run (Space)';
    run.querySelector('path')!.setAttribute('d', shapes[running ? 'pause' : 'run']);
    this.able(run, phase !== 'blocked' && phase !== 'loading');
    this.able(step, phase === 'idle' || phase === 'paused');
    this.able(stop, running || phase === 'paused' || phase === 'loading');
    this.able(reset, phase !== 'blocked' && phase !== 'loading' && phase !== 'idle');
    this.element.dataset.phase = phase;
    if (phase !== before) this.onPhase?.(phase, before);
  }

  get phase(): Phase {
    return this.current;
  }

  /** As if its button were pressed; a verb that is not possible now does nothing. */
  act(verb: Verb): void {
    const running = this.current === 'running';
    if (verb === 'pause') return running ? this.handlers.pause() : undefined;
    if (verb === 'run' && running) return;
    if (this.buttons[verb].getAttribute('aria-disabled') !== 'true') this.handlers[verb]();
  }

  /** aria-disabled instead of disabled: the focus stays where it is when a run ends. */
  private able(button: HTMLButtonElement, on: boolean): void {
    button.setAttribute('aria-disabled', String(!on));
  }

  progress(progress: Progress, note?: string): void {
    const { fraction, unit, units, ms, name } = progress;
    this.onProgress?.(progress);
    if (fraction === undefined) this.bar.removeAttribute('value');
    else this.bar.value = fraction;
    if (note !== undefined) return say(this.text, note);
    const parts = units ? [`${unit}/${units} ${/(s|ch)$/.test(name) ? `${name}es` : `${name}s`}`] : [];
    if (unit > 0) parts.push(`${duration(ms / unit)} per ${name}`);
    if (fraction && fraction > 0.04 && fraction < 1 && this.current === 'running')
      parts.push(remaining((ms * (1 - fraction)) / fraction));
    say(this.text, parts.join(' · '));
  }

  /** Keys of the verbs, for whoever has the focus of the bench. Returns whether the key was one. */
  key(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false;
    const onButton =
      event.target instanceof HTMLElement &&
      event.target.closest('button, a, select, input:not([type=range])');
    const button = {
      ' ': onButton ? undefined : this.buttons.run,
      '.': this.buttons.step,
      r: this.buttons.reset,
      R: this.buttons.reset,
      Escape: this.buttons.stop,
    }[event.key];
    if (!button) return false;
    button.click();
    return true;
  }
}
