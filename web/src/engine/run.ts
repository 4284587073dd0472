// A run as the page holds it: a small state machine over one link. The worker's events tell where it is; what the
// page asks for before the worker has created it is kept and sent then.
import {
  EngineError,
  type Inputs,
  type Metrics,
  type OutputName,
  type OutputOptions,
  type Params,
  type Pixels,
  type Run,
  type RunState,
  type RunStatus,
  type TaskId,
  type Tensor,
} from './api';
import type { Link } from './link';
import type { NamedTensors } from './module';
import type { Answer, Args, RunEvent, Until } from './protocol';
import { Watchers } from './watchers';

/** After this the worker counts as hanging: Stop must work even then. */
const STOP_MS = 2000;

const stopped = () => new EngineError('cancelled', 'The run was stopped.');

export class RunClient<T extends TaskId> implements Run<T> {
  state: RunState = 'creating';
  status: RunStatus<T> = { unit: 0, units: 0, progress: 0, ms: 0, workers: 1, metrics: {} };
  error: EngineError | undefined;
  readonly created: Promise<void>;
  readonly finished: Promise<RunStatus<T>>;

  private readonly watchers = new Watchers<Run<T>>();
  private link: Link | undefined;
  private turn = 0;
  private wanted: Until = 'now';
  private resolveCreated!: () => void;
  private rejectCreated!: (error: EngineError) => void;
  private resolveFinished!: (status: RunStatus<T>) => void;
  private rejectFinished!: (error: EngineError) => void;

  constructor(
    readonly task: T,
    private readonly number: number,
    private readonly onEnd: () => void,
  ) {
    this.created = new Promise((resolve, reject) => {
      this.resolveCreated = resolve;
      this.rejectCreated = reject;
    });
    this.finished = new Promise((resolve, reject) => {
      this.resolveFinished = resolve;
      this.rejectFinished = reject;
    });
    // Whoever watches `state` and `error` need not also handle these.
    this.created.catch(() => {});
    this.finished.catch(() => {});
  }

  // ---- For the engine

  /** Hands the run to a worker. */
  async create(
    link: Link,
    args: Omit<Args<'create'>, 'op' | 'run'>,
    transfer: Transferable[],
  ): Promise<void> {
    if (this.ended) return;
    this.link = link;
    const event = await link.request<'create'>({ op: 'create', run: this.number, ...args }, transfer);
    if (this.ended) return;
    this.state = 'paused';
    this.receive(event);
    this.resolveCreated();
    if (this.wanted !== 'now') this.go(this.wanted);
  }

  receive(event: RunEvent): void {
    if (this.ended) return;
    const { unit, units, progress, ms, workers } = event;
    this.status = { unit, units, progress, ms, workers, metrics: event.metrics as Metrics<T> };
    if (event.error) return this.fail(new EngineError(event.error.kind, event.error.message));
    const current = event.turn === this.turn; // else it was sent before the last order arrived
    if (current && this.state !== 'creating') this.state = event.state;
    this.watchers.tell(this);
    if (this.state === 'done') this.resolveFinished(this.status);
  }

  fail(error: EngineError): void {
    this.end('failed', error);
  }

  // ---- For the page

  play(): void {
    this.go('done');
  }

  pause(): void {
    this.go('now');
  }

  step(): void {
    this.go('unit');
  }

  stop(): void {
    if (this.ended) return;
    const { link } = this;
    this.end('stopped', stopped());
    if (!link || link.dead) return;
    const hang = setTimeout(() => {
      link.kill(new EngineError('lost', 'The computation did not stop when asked and was ended.'));
    }, STOP_MS);
    const answered = () => clearTimeout(hang);
    link.request<'destroy'>({ op: 'destroy', run: this.number }).then(answered, answered);
  }

  async set(params: Params<T>, inputs: Partial<Inputs<T>> = {}): Promise<void> {
    await this.request('set', { op: 'set', run: this.number, params, inputs: inputs as NamedTensors });
  }

  output(name: OutputName<T>, options: OutputOptions & { as: 'rgba8' }): Promise<Pixels>;
  output(name: OutputName<T>, options?: OutputOptions): Promise<Tensor>;
  output(name: OutputName<T>, options: OutputOptions = {}): Promise<Tensor> {
    return this.request('output', { op: 'output', run: this.number, name, options });
  }

  save(): Promise<Uint8Array> {
    return this.request('save', { op: 'save', run: this.number });
  }

  model(): Promise<Uint8Array> {
    return this.request('model', { op: 'model', run: this.number });
  }

  watch(listener: (run: Run<T>) => void): () => void {
    return this.watchers.add(listener);
  }

  // ---- Inside

  private get ended(): boolean {
    return this.state === 'stopped' || this.state === 'failed';
  }

  private go(until: Until): void {
    this.wanted = until;
    if (this.state === 'creating' || this.state === 'done' || this.ended) return;
    this.link!.order({ order: 'go', run: this.number, until, turn: ++this.turn });
    if (until === 'now' || this.state === 'running') return; // the worker says when it has paused
    this.state = 'running';
    this.watchers.tell(this);
  }

  private async request<O extends 'set' | 'output' | 'save' | 'model'>(
    _op: O,
    args: Args<O>,
  ): Promise<Answer<O>> {
    await this.created;
    if (this.ended) throw this.error ?? stopped();
    return this.link!.request<O>(args);
  }

  private end(state: 'stopped' | 'failed', error: EngineError): void {
    if (this.ended) return;
    this.state = state;
    if (state === 'failed') this.error = error;
    this.rejectCreated(error);
    this.rejectFinished(error);
    this.onEnd();
    this.watchers.tell(this);
  }
}
