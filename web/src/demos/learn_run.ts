// One training as a run of the engine: its curve, and samples of the model as it is, drawn now and then. Draws nothing.
import { EngineError, type Engine, type Run } from '../engine';
import { digitsTensor, planes } from '../lib/digits';
import type { State } from '../lib/state';
import { SHOWN, type Lesson } from './learn_state';

/** Of the model in the making; the family keeps it out of lists. */
const DRAFT = { name: 'draft', about: { family: 'draft' } };
/** Not that of the digits learned from: with the same random numbers samples would look like copies of them. */
const SEED = 2;
/** Between two sheets of samples, ms; and times as long as one took. */
const [PAUSE_MS, PAUSE_TIMES] = [1000, 6];

export class LearnRun {
  readonly run: Run<'digit_train'>;
  /** By batches learned from. */
  readonly loss: (number | undefined)[] = [];
  readonly valid: (number | undefined)[] = [];
  samples: ArrayLike<number>[] | undefined;
  /** The model whose samples are shown; it outlives Stop. */
  latest: Uint8Array | undefined;
  private sampling = false;
  private next = 0;
  private sampledAt = -1;

  constructor(
    private readonly engine: Engine,
    params: State,
    { train, valid }: Lesson,
    private readonly changed: (error?: EngineError) => void,
  ) {
    // The state holds what the tables allow: its types are the generated ones.
    this.run = engine.run('digit_train', params as never, {
      digits: digitsTensor(train),
      ...(valid.length && { valid: digitsTensor(valid) }),
    });
    this.run.watch(() => this.watched());
  }

  get ended(): boolean {
    return this.run.state === 'stopped' || this.run.state === 'failed';
  }

  metric(name: 'epoch' | 'loss' | 'valid' | 'parameters'): number | undefined {
    return this.run.status.metrics[name];
  }

  private watched(): void {
    const { state, error, status } = this.run;
    if (state === 'failed') return this.changed(error);
    const { loss, valid } = status.metrics;
    if (loss !== undefined) this.loss[status.unit] = loss;
    if (valid !== undefined && valid !== lastOf(this.valid)) this.valid[status.unit] = valid;
    if (!this.ended && status.unit > 0) void this.sample(state !== 'running');
    this.changed();
  }

  /** `now`: whatever the time; the newest state is drawn. */
  private async sample(now: boolean): Promise<void> {
    const { unit } = this.run.status;
    if (this.sampling || unit === this.sampledAt || (!now && performance.now() < this.next)) return;
    this.sampling = true;
    const begin = performance.now();
    try {
      const file = await this.run.model();
      await this.engine.putModel(DRAFT.name, file, DRAFT.about);
      const params = { model: DRAFT.name, count: SHOWN, seed: SEED };
      const { outputs } = await this.engine.call('digits', params, {}, ['samples'], { lane: 'draft' });
      this.samples = planes(outputs.samples);
      this.latest = file;
      this.sampledAt = unit;
      this.changed();
    } catch (error) {
      if (!this.ended && error instanceof EngineError && error.kind !== 'cancelled') this.changed(error);
    } finally {
      this.sampling = false;
      const took = performance.now() - begin;
      this.next = performance.now() + Math.max(PAUSE_MS, PAUSE_TIMES * took);
    }
    if (!this.ended && this.run.state !== 'running' && this.run.status.unit !== this.sampledAt)
      void this.sample(true);
  }
}

const lastOf = (values: readonly (number | undefined)[]): number | undefined => {
  for (let i = values.length - 1; i >= 0; i--) if (values[i] !== undefined) return values[i];
  return undefined;
};
