// The worker's side: runs and calls on one module instance, in turns (turns.ts), with the help of other workers where
// there are any (team.ts).
import type { OutputOptions, Tensor } from './api';
import type { Bindings, ErrorData, NamedTensors } from './module';
import {
  buffersOf,
  letGo,
  type Boot,
  type FromWorker,
  type Order,
  type Request,
  type RunEvent,
} from './protocol';
import { Refusal, dataOf, taken } from './refusal';
import { Team, type Led } from './team';
import { Turns, type Job, type Place } from './turns';

/** Progress events of one run are at least this far apart. */
const PROGRESS_MS = 60;

export type Post = (message: FromWorker, transfer?: Transferable[]) => void;

/** JSON has no NaN; as a word it reaches the check of the parameter, which says what came. */
const textOf = (params: object): string =>
  JSON.stringify(params, (_, value) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );

const notHere = (): never => {
  throw new Refusal({ kind: 'internal', message: 'This run does not exist.' });
};

type LedJob = Job & { led?: Led };
type RunJob = LedJob & { run: number; turn: number; reported: number };

export class Server {
  private readonly runs = new Map<number, RunJob>();
  private readonly calls = new Map<number, LedJob>();
  private readonly turns: Turns;
  private readonly team: Team;

  constructor(
    private readonly module: Bindings,
    private readonly post: Post,
    /** `member`: this worker's number in the pool, 0 leads. `memory`: bytes that all replicas of a job may take. */
    { member, memory }: Pick<Boot, 'member' | 'memory'>,
    place: Place,
  ) {
    this.turns = new Turns(module, place);
    this.team = new Team(member, memory, this.turns);
  }

  close(): void {
    this.team.close();
  }

  receive(message: Exclude<Request, { op: 'boot' }> | Order): void {
    if ('order' in message) return this.obey(message);
    const { id } = message;
    try {
      if (message.op === 'call') return this.startCall(id, message);
      const { ok, transfer } = this.answer(message);
      this.post({ id, ok }, transfer);
    } catch (error) {
      this.post({ id, error: dataOf(error) });
    }
  }

  private obey(order: Order): void {
    if (order.order === 'meet') return this.team.meet(order.member, order.port);
    if (order.order === 'part') return this.team.part(order.member);
    if (order.order === 'cancel') {
      const call = this.calls.get(order.id);
      if (call) this.endCall(order.id, call, { kind: 'user', message: 'Cancelled.' });
      return;
    }
    const job = this.runs.get(order.run);
    if (!job) return; // it failed or was stopped while the order was on its way
    job.until = job.status.done ? 'now' : order.until;
    job.turn = order.turn;
    job.led?.go(job.until === 'done' ? Infinity : job.until === 'unit' ? job.status.unit + 1 : 0);
    this.turns.enqueue(job);
    this.report(job);
  }

  private answer(message: Exclude<Request, { op: 'boot' | 'call' }>): {
    ok: unknown;
    transfer?: Transferable[];
  } {
    const { module } = this;
    switch (message.op) {
      case 'ping':
        return { ok: true };
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
    const { now } = this.turns.place;
    const start = now();
    const job: RunJob = {
      ...this.make({ task, params: textOf(params), inputs, state }),
      ...{ run, turn: 0, reported: 0 },
      worked: (error) => {
        if (error) {
          this.runs.delete(run);
          job.led?.drop();
          this.report(job, error);
        } else if (job.until === 'now' || now() - job.reported >= PROGRESS_MS) this.report(job);
      },
    };
    if (!job.led) letGo(inputs); // of a large photo the copy would stay until the next garbage collection
    job.ms = now() - start;
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
    const job: LedJob = {
      ...this.make({ task, params: textOf(params), inputs, state: undefined }),
      until: 'done',
      worked: (error) => {
        if (error || job.status.done) this.endCall(id, job, error, outputs, options);
      },
    };
    this.calls.set(id, job);
    job.led?.go(Infinity);
    this.turns.work(job); // most questions are answered within one turn
    if (this.calls.has(id)) this.turns.enqueue(job);
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
      this.post({ id, error: dataOf(caught) });
    }
    this.drop(job);
  }

  /** A task, with helpers where that pays; it waits. */
  private make(order: Parameters<Team['lead']>[1]): Omit<LedJob, 'worked'> {
    const { module } = this;
    const handle = taken(module.create(order.task, order.params, order.inputs, order.state));
    const led = this.team.lead(handle, order);
    const status = taken(module.status(handle));
    return { handle, until: 'now', ms: 0, status, ...(led && { led, share: led.share }) };
  }

  private drop(job: LedJob): void {
    job.led?.drop();
    this.turns.drop(job);
  }

  private report(job: RunJob, error?: ErrorData): void {
    job.reported = this.turns.place.now();
    this.post(this.eventOf(job, error));
  }

  private eventOf(job: RunJob, error?: ErrorData): RunEvent {
    const { run, turn, ms, until } = job;
    const { done, unit, units, progress } = job.status;
    const metrics = error ? {} : taken(this.module.metrics(job.handle));
    const state = error ? 'failed' : done ? 'done' : until === 'now' ? 'paused' : 'running';
    const workers = 1 + (job.share?.helped.size ?? 0);
    const told = { event: 'run', run, turn, state, unit, units, progress, ms, workers, metrics } as const;
    return error ? { ...told, error } : told;
  }
}
