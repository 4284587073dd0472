// One way of completing a digit, as a run of the engine: fetches what there is while it runs. Draws nothing.
import type { Engine, EngineError, Run } from '../engine';
import { planeTensor, planes, type Digit } from '../lib/digits';
import type { State } from '../lib/state';

export type Completed = { completions: ArrayLike<number>[]; mean: ArrayLike<number>; ess: ArrayLike<number> };

export class CompletionRun {
  found: Completed | undefined;
  readonly run: Run<'digit_complete'>;
  private fetching = false;
  private stale = false;

  constructor(
    engine: Engine,
    params: State,
    digit: Digit,
    given: Digit,
    private readonly changed: (error?: EngineError) => void,
  ) {
    // The state holds what the tables allow: its types are the generated ones.
    this.run = engine.run('digit_complete', params as never, {
      digit: planeTensor(digit),
      mask: planeTensor(given),
    });
    this.run.watch(() => this.watched());
  }

  metric(name: 'ess' | 'log_evidence' | 'distinct'): number | undefined {
    return this.run.status.metrics[name];
  }

  private watched(): void {
    const { state, error, status } = this.run;
    if (state === 'failed') return this.changed(error);
    if (status.progress > 0 && state !== 'stopped') void this.fetch();
    this.changed();
  }

  /** One at a time; what has changed meanwhile is asked for afterwards. */
  private async fetch(): Promise<void> {
    this.stale = true;
    if (this.fetching) return;
    this.fetching = true;
    try {
      while (this.stale) {
        this.stale = false;
        const { run } = this;
        const [completions, mean, ess] = await Promise.all([
          run.output('completions'),
          run.output('mean'),
          run.output('ess'),
        ]);
        this.found = { completions: planes(completions), mean: mean.data, ess: ess.data };
        this.changed();
      }
    } catch {
      // stopped, or failed: `watched` tells which
    } finally {
      this.fetching = false;
    }
  }
}
