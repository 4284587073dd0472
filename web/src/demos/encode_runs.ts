// Three estimates of log p(x) of one digit as runs of the engine, side by side: what they have found while they run.
import type { Engine, EngineError, Run } from '../engine';
import { planeTensor, type Digit } from '../lib/digits';
import type { Phase } from '../ui/verbs';
import { sources } from './encode_state';

export type SourceId = (typeof sources)[number]['id'];
/** Logarithms of the importance weights so far. */
export type Weights = Partial<Record<SourceId, ArrayLike<number>>>;

export class BoundRuns {
  readonly weights: Weights = {};
  private readonly runs: { id: SourceId; run: Run<'vae_bound'> }[];
  private readonly fetching = new Set<SourceId>();
  private readonly stale = new Set<SourceId>();

  constructor(
    engine: Engine,
    params: { model: string; samples: number; seed: number },
    digit: Digit,
    private readonly changed: (error?: EngineError) => void,
  ) {
    this.runs = sources.map(({ id }) => ({
      id,
      run: engine.run('vae_bound', { ...params, from: id }, { digit: planeTensor(digit) }),
    }));
    for (const { id, run } of this.runs)
      run.watch(() => {
        if (run.state === 'failed') return this.changed(run.error);
        if (run.status.unit > 0 && run.state !== 'stopped') void this.fetch(id, run);
        this.changed();
      });
  }

  all(verb: 'play' | 'pause' | 'step' | 'stop'): void {
    for (const { run } of this.runs) run[verb]();
  }

  get created(): Promise<unknown> {
    return Promise.all(this.runs.map(({ run }) => run.created));
  }

  get progress(): { fraction: number; unit: number; units: number; ms: number } {
    const all = this.runs.map(({ run }) => run.status);
    const sum = (of: (status: (typeof all)[number]) => number) => all.reduce((a, it) => a + of(it), 0);
    return {
      fraction: sum(({ progress }) => progress) / all.length,
      ...{ unit: sum(({ unit }) => unit), units: sum(({ units }) => units), ms: sum(({ ms }) => ms) },
    };
  }

  get phase(): Phase {
    const states = this.runs.map(({ run }) => run.state);
    if (states.includes('creating')) return 'loading';
    if (states.some((it) => it === 'stopped' || it === 'failed')) return 'idle';
    if (states.every((it) => it === 'done')) return 'done';
    if (states.includes('running')) return 'running';
    return this.progress.unit > 0 ? 'paused' : 'idle';
  }

  /** All that was computed has arrived. */
  get complete(): boolean {
    return this.phase === 'done' && !this.fetching.size;
  }

  /** One question at a time for each run; what has changed meanwhile is asked for afterwards. */
  private async fetch(id: SourceId, run: Run<'vae_bound'>): Promise<void> {
    this.stale.add(id);
    if (this.fetching.has(id)) return;
    this.fetching.add(id);
    try {
      while (this.stale.delete(id)) this.weights[id] = (await run.output('log_weights')).data;
    } catch {
      // stopped, or failed: its watcher tells which
    } finally {
      this.fetching.delete(id);
    }
    this.changed();
  }
}
