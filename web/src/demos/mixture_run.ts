// One training of a mixture as a run of the engine: its curves, and its components as they are now. Draws nothing.
import type { Engine, EngineError, Run, Tensor } from '../engine';
import { patchesOf, type Patch } from '../lib/patches';
import type { State } from '../lib/state';

/** Between two looks at the components, ms; and times as long as one took. */
const [PAUSE_MS, PAUSE_TIMES] = [150, 4];

export type Shown = { weights: ArrayLike<number>; vectors: Patch[]; side: number; unit: number };

export class MixtureRun {
  readonly run: Run<'gmm_learn'>;
  /** By iterations: of the mixture that each started from. */
  readonly learned: (number | undefined)[] = [];
  readonly heldOut: (number | undefined)[] = [];
  /** Some of the patches learned from. */
  patches: Tensor | undefined;
  shown: Shown | undefined;
  /** The model as it was last looked at; it outlives Stop. */
  latest: Uint8Array | undefined;
  private looking = false;
  private next = 0;
  private lookedAt = -1;

  constructor(
    engine: Engine,
    params: State,
    image: Tensor | undefined,
    private readonly changed: (error?: EngineError) => void,
  ) {
    // The state holds what the tables allow: its types are the generated ones.
    this.run = engine.run('gmm_learn', params as never, image ? { image } : {});
    this.run.watch(() => this.watched());
    this.run.created.then(
      () => void this.first(),
      () => {}, // told by `watch`
    );
  }

  get ended(): boolean {
    return this.run.state === 'stopped' || this.run.state === 'failed';
  }

  metric(name: 'log_likelihood' | 'held_out' | 'patches' | 'held_out_patches'): number | undefined {
    return this.run.status.metrics[name];
  }

  private async first(): Promise<void> {
    try {
      this.patches = await this.run.output('patches');
      this.changed();
    } catch {
      return; // it has ended
    }
    void this.look(true);
  }

  private watched(): void {
    const { state, error, status } = this.run;
    if (state === 'failed') return this.changed(error);
    const { log_likelihood, held_out } = status.metrics;
    if (status.unit > 0) {
      this.learned[status.unit] = log_likelihood;
      this.heldOut[status.unit] = held_out;
    }
    if (!this.ended && status.unit > 0) void this.look(state !== 'running');
    this.changed();
  }

  /** `now`: whatever the time; the newest state is shown. */
  private async look(now: boolean): Promise<void> {
    const { unit } = this.run.status;
    if (this.looking || unit === this.lookedAt || (!now && performance.now() < this.next)) return;
    this.looking = true;
    const begin = performance.now();
    try {
      const weight = await this.run.output('weight');
      const vectors = await this.run.output('vectors');
      this.latest = unit > 0 ? await this.run.model() : undefined;
      this.shown = { weights: weight.data, vectors: patchesOf(vectors), side: vectors.shape.at(-1)!, unit };
      this.lookedAt = unit;
      // Where the page was too slow to see an iteration, the task has it.
      const curve = await this.run.output('curve');
      const count = curve.shape[1]!;
      for (let i = 0; i < count; i++) {
        this.learned[i + 1] = curve.data[i];
        this.heldOut[i + 1] = this.metric('held_out') === undefined ? undefined : curve.data[count + i];
      }
      this.changed();
    } catch {
      // It has ended; `watch` has told.
    } finally {
      this.looking = false;
      this.next = performance.now() + Math.max(PAUSE_MS, PAUSE_TIMES * (performance.now() - begin));
    }
    if (!this.ended && this.run.state !== 'running' && this.run.status.unit !== this.lookedAt)
      void this.look(true);
  }
}
