// One training of a variational autoencoder as a run of the engine: its curves, the sheet and the posterior means as they
// are now and then. Draws nothing.
import { EngineError, type Engine, type Run, type TaskId } from '../engine';
import { digitsTensor, planes } from '../lib/digits';
import type { State } from '../lib/state';
import type { Lesson } from './learn_state';

/** Between two sheets, ms; and times as long as one took. */
const [PAUSE_MS, PAUSE_TIMES] = [300, 4];

/** Of a curve: a run may have no end. */
const MOST_POINTS = 1000;

const curves = ['elbo', 'reconstruction', 'kl', 'valid_elbo', 'valid_kl', 'iw'] as const;
export type Curve = (typeof curves)[number];

export class VaeRun {
  readonly run: Run<'vae_train'>;
  /** Epochs at which something was told, and what. */
  readonly epochs: number[] = [];
  readonly values = Object.fromEntries(curves.map((name) => [name, []])) as unknown as Record<
    Curve,
    (number | undefined)[]
  >;
  sheet: ArrayLike<number>[] | undefined;
  means: { values: ArrayLike<number>; latents: number } | undefined;
  /** Of the epochs, and as a file: what is shown. It outlives Stop. */
  shownAt = 0;
  latest: Uint8Array | undefined;
  private wanted: number | undefined;
  private gap = 0;
  private telling = false;
  private looking = false;
  private lookedAt = -1;
  private next = 0;

  constructor(
    engine: Engine,
    params: State,
    { train, valid }: Lesson,
    private readonly changed: (error?: EngineError) => void,
  ) {
    // The state holds what the tables allow: its types are the generated ones.
    this.run = engine.run('vae_train' satisfies TaskId, params as never, {
      digits: digitsTensor(train),
      ...(valid.length && { valid: digitsTensor(valid) }),
    });
    this.run.watch(() => this.watched());
  }

  get ended(): boolean {
    return this.run.state === 'stopped' || this.run.state === 'failed';
  }

  metric(name: Curve | 'epoch' | 'valid_reconstruction' | 'beta' | 'parameters'): number | undefined {
    return this.run.status.metrics[name];
  }

  /** The weight of the KL term from now on; of several the last counts. */
  async weigh(beta: number): Promise<void> {
    this.wanted = beta;
    if (this.telling) return;
    this.telling = true;
    try {
      while (this.wanted !== undefined && !this.ended) {
        const beta = this.wanted;
        this.wanted = undefined;
        await this.run.set({ beta });
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.telling = false;
    }
  }

  private watched(): void {
    const { state, error, status } = this.run;
    if (state === 'failed') return this.changed(error);
    const epoch = status.metrics.epoch ?? 0;
    if (epoch >= (this.epochs.at(-1) ?? 0) + this.gap && epoch > 0) {
      this.epochs.push(epoch);
      for (const name of curves) this.values[name].push(status.metrics[name]);
      if (this.epochs.length > MOST_POINTS) this.thin();
    }
    if (!this.ended && status.unit > 0) void this.look(state !== 'running');
    this.changed();
  }

  /** Every second point goes, and from now on they come as rarely. */
  private thin(): void {
    for (const list of [this.epochs, ...Object.values(this.values)])
      list.splice(0, list.length, ...list.filter((_, i) => i % 2 === 1));
    this.gap = this.epochs.at(-1)! / this.epochs.length;
  }

  /** `now`: whatever the time; the newest state is shown. */
  private async look(now: boolean): Promise<void> {
    const { unit, metrics } = this.run.status;
    if (this.looking || unit === this.lookedAt || (!now && performance.now() < this.next)) return;
    this.looking = true;
    const begin = performance.now();
    try {
      const [sheet, means, latest] = await Promise.all([
        this.run.output('sheet'),
        this.run.output('means'),
        this.run.model(),
      ]);
      this.sheet = planes(sheet);
      this.means = { values: means.data, latents: means.shape[1]! };
      this.latest = latest;
      this.shownAt = metrics.epoch ?? 0;
      this.lookedAt = unit;
      this.changed();
    } catch (error) {
      this.fail(error);
    } finally {
      this.looking = false;
      const took = performance.now() - begin;
      this.next = performance.now() + Math.max(PAUSE_MS, PAUSE_TIMES * took);
    }
    if (!this.ended && this.run.state !== 'running' && this.run.status.unit !== this.lookedAt)
      void this.look(true);
  }

  private fail(error: unknown): void {
    if (!this.ended && error instanceof EngineError && error.kind !== 'cancelled') this.changed(error);
  }
}
