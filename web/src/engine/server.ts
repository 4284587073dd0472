// The worker's side: runs and calls on one module instance. Work goes in turns of about 20 ms; between turns the
// worker reads its messages, so Stop, Pause, live parameters and interactive calls get in. Turns are asked for
// through a MessageChannel, because timers are clamped to 4 ms and more.
import type { OutputOptions, Tensor } from './api';
import type { Bindings, ErrorData, NamedTensors, Reply, StepStatus } from './module';
import { buffersOf, type FromWorker, type Order, type Request, type RunEvent, type Until } from './protocol';

/** A slice may overrun it by about 10 ms; Stop is obeyed within the sum. */
const BUDGET_MS = 20;
/** Progress events of one run are at least this far apart. */
const PROGRESS_MS = 60;

export type Post = (message: FromWorker, transfer?: Transferable[]) => void;

class Refusal extends Error {
  constructor(readonly data: ErrorData) {
    super(data.message);
  }
}

function taken<T>(reply: Reply<T>): T {
  if ('error' in reply) throw new Refusal(reply.error);
  return reply.ok;
}

/** JSON has no NaN; as a word it reaches the check of the parameter, which says what came. */
const textOf = (params: object): string =>
  JSON.stringify(params, (_, value) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );

const notHere = (): never => {
  throw new Refusal({ kind: 'internal', message: 'This run does not exist.' });
};

type Job = {
  handle: number;
  until: Until;
  ms: number;
  status: StepStatus;
  /** Called after every turn, with the error when it failed. */
  worked(error?: ErrorData): void;
};

type RunJob = Job & { run: number; turn: number; reported: number };

export class Server {
  private readonly runs = new Map<number, RunJob>();
  private readonly calls = new Map<number, Job>();
  /** Jobs that want turns, in the order in which they get them. */
  private readonly queue: Job[] = [];
  private readonly turns = new MessageChannel();
  private turnAsked = false;

  constructor(
    private readonly module: Bindings,
    private readonly post: Post,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.turns.port1.onmessage = () => this.turn();
  }

  close(): void {
    this.turns.port1.close();
  }

  receive(message: Exclude<Request, { op: 'boot' }> | Order): void {
    if ('order' in message) return this.obey(message);
    const { id } = message;
    try {
      if (message.op === 'call') return this.startCall(id, message);
      const { ok, transfer } = this.answer(message);
      this.post({ id, ok }, transfer);
    } catch (error) {
      this.post({ id, error: this.dataOf(error) });
    }
  }

  private obey(order: Order): void {
    if (order.order === 'cancel') {
      const call = this.calls.get(order.id);
      if (call) this.endCall(order.id, call, { kind: 'user', message: 'Cancelled.' });
      return;
    }
    const job = this.runs.get(order.run);
    if (!job) return; // it failed or was stopped while the order was on its way
    job.until = job.status.done ? 'now' : order.until;
    job.turn = order.turn;
    this.enqueue(job);
    this.report(job);
  }

  private answer(message: Exclude<Request, { op: 'boot' | 'call' }>): {
    ok: unknown;
    transfer?: Transferable[];
  } {
    const { module } = this;
    switch (message.op) {
      case 'describe':
        return { ok: JSON.parse(taken(module.describe())) };
      case 'put_model':
        return { ok: taken(module.put_model(message.name, message.file)) };
      case 'drop_model':
        return { ok: taken(module.drop_model(message.name)) };
      case 'create':
        return { ok: this.create(message) };
      case 'set': {
        const job = this.runs.get(message.run) ?? notHere();
        job.status = taken(module.set(job.handle, textOf(message.params), message.inputs));
        this.report(job);
        return { ok: true };
      }
      case 'output': {
        const job = this.runs.get(message.run) ?? notHere();
        const tensor = taken(module.output(job.handle, message.name, message.options));
        return { ok: tensor, transfer: buffersOf([tensor]) };
      }
      case 'save':
      case 'model': {
        const { handle } = this.runs.get(message.run) ?? notHere();
        const file = taken(message.op === 'save' ? module.save(handle) : module.model_of(handle));
        return { ok: file, transfer: [file.buffer as ArrayBuffer] };
      }
      case 'destroy': {
        const job = this.runs.get(message.run);
        if (job) {
          this.runs.delete(message.run);
          this.drop(job);
        }
        return { ok: true };
      }
    }
  }

  private create(message: {
    run: number;
    task: string;
    params: object;
    inputs: NamedTensors;
    state: Uint8Array | undefined;
  }): RunEvent {
    const { task, params, inputs, state, run } = message;
    const start = this.now();
    const handle = taken(this.module.create(task, textOf(params), inputs, state));
    const job: RunJob = {
      ...{ run, handle, turn: 0, until: 'now', reported: 0 },
      ms: this.now() - start,
      status: taken(this.module.status(handle)),
      worked: (error) => {
        if (error) {
          this.runs.delete(run);
          this.report(job, error);
        } else if (job.until === 'now' || this.now() - job.reported >= PROGRESS_MS) this.report(job);
      },
    };
    this.runs.set(run, job);
    return this.eventOf(job);
  }

  private startCall(
    id: number,
    message: {
      task: string;
      params: object;
      inputs: NamedTensors;
      outputs: string[];
      options: OutputOptions;
    },
  ): void {
    const { task, params, inputs, outputs, options } = message;
    const handle = taken(this.module.create(task, textOf(params), inputs, undefined));
    const job: Job = {
      ...{ handle, until: 'done', ms: 0 },
      status: taken(this.module.status(handle)),
      worked: (error) => {
        if (error || job.status.done) this.endCall(id, job, error, outputs, options);
      },
    };
    this.calls.set(id, job);
    this.work(job); // most questions are answered within one turn
    if (this.calls.has(id)) this.enqueue(job);
  }

  private endCall(
    id: number,
    job: Job,
    error?: ErrorData,
    names: string[] = [],
    options: OutputOptions = {},
  ): void {
    this.calls.delete(id);
    const outputs: Record<string, Tensor> = {};
    let metrics: Record<string, number> = {};
    try {
      if (error) throw new Refusal(error);
      for (const name of names) outputs[name] = taken(this.module.output(job.handle, name, options));
      metrics = taken(this.module.metrics(job.handle));
      this.post({ id, ok: { outputs, metrics } }, buffersOf(outputs));
    } catch (caught) {
      this.post({ id, error: this.dataOf(caught) });
    }
    this.drop(job);
  }

  /** One turn for the job that has waited longest. */
  private turn(): void {
    this.turnAsked = false;
    const job = this.queue.shift();
    if (!job) return;
    if (job.until !== 'now') this.work(job);
    this.enqueue(job);
  }

  private work(job: Job): void {
    const start = this.now();
    let error: ErrorData | undefined;
    try {
      job.status = taken(this.module.step(job.handle, BUDGET_MS));
    } catch (caught) {
      error = this.dataOf(caught);
    }
    job.ms += this.now() - start;
    if (error || job.status.done || (job.until === 'unit' && job.status.unit_finished)) job.until = 'now';
    job.worked(error);
    if (error) this.drop(job);
  }

  private enqueue(job: Job): void {
    if (job.until !== 'now' && !this.queue.includes(job)) this.queue.push(job);
    this.askTurn();
  }

  private askTurn(): void {
    if (this.turnAsked || !this.queue.length) return;
    this.turnAsked = true;
    this.turns.port2.postMessage(0);
  }

  private drop(job: Job): void {
    job.until = 'now';
    const place = this.queue.indexOf(job);
    if (place >= 0) this.queue.splice(place, 1);
    this.module.destroy(job.handle);
  }

  private report(job: RunJob, error?: ErrorData): void {
    job.reported = this.now();
    this.post(this.eventOf(job, error));
  }

  private eventOf(job: RunJob, error?: ErrorData): RunEvent {
    const { run, turn, ms, until } = job;
    const { done, unit, units, progress } = job.status;
    const metrics = error ? {} : taken(this.module.metrics(job.handle));
    const state = error ? 'failed' : done ? 'done' : until === 'now' ? 'paused' : 'running';
    return { event: 'run', run, turn, state, unit, units, progress, ms, metrics, ...(error && { error }) };
  }

  /** A refusal crosses as it is. Anything else is a trap and goes up: the instance can no longer be trusted. */
  private dataOf(error: unknown): ErrorData {
    if (error instanceof Refusal) return error.data;
    throw error;
  }
}
