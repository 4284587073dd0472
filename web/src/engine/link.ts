// One living worker and the requests under way to it. When it dies (a trap, out of memory, a hang, `kill`) every
// request rejects, once, with the reason; a dead link stays dead.
import { EngineError } from './api';
import type { Answer, Args, FromWorker, Op, Order, RunEvent, ToWorker } from './protocol';

/** What a link needs of a Worker. */
export type WorkerLike = {
  postMessage(message: ToWorker, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
};

type Pending = { resolve(value: unknown): void; reject(error: EngineError): void };

/** Seconds of silence, with work under way, after which the worker counts as hanging. */
const HANG_S = 30;

export class Link {
  private readonly pending = new Map<number, Pending>();
  /** Runs that were told to go on, with the turn of that order: events are expected of them. */
  private readonly working = new Map<number, number>();
  private lastId = 0;
  private silent = 0;
  private watchdog: ReturnType<typeof setInterval> | undefined;
  private reason: EngineError | undefined;

  constructor(
    private readonly worker: WorkerLike,
    private readonly onRun: (event: RunEvent) => void,
    /** Called once, at the moment of death. */
    private readonly onDeath: (reason: EngineError) => void,
  ) {
    worker.onmessage = ({ data }) => this.receive(data);
    worker.onerror = (event) => this.kill(lost(event.message));
  }

  get dead(): boolean {
    return this.reason !== undefined;
  }

  /** The id that the next request will have, for a `cancel` order. */
  get nextId(): number {
    return this.lastId + 1;
  }

  request<O extends Op>(args: Args<O>, transfer: Transferable[] = []): Promise<Answer<O>> {
    if (this.reason) return Promise.reject(this.reason);
    const id = ++this.lastId;
    if (args.op === 'destroy') this.working.delete(args.run);
    return new Promise<unknown>((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      try {
        this.worker.postMessage({ ...args, id } as ToWorker, transfer);
      } catch (error) {
        this.pending.delete(id);
        reject(new EngineError('internal', `The message could not be sent: ${(error as Error).message}`));
      }
      this.watch();
    }) as Promise<Answer<O>>;
  }

  order(order: Order, transfer: Transferable[] = []): void {
    if (this.reason) return;
    this.worker.postMessage(order, transfer);
    if (order.order === 'go' && order.until !== 'now') this.working.set(order.run, order.turn);
    this.watch();
  }

  kill(reason: EngineError): void {
    if (this.reason) return;
    this.reason = reason;
    clearInterval(this.watchdog);
    this.worker.onmessage = null;
    this.worker.onerror = null;
    this.worker.terminate();
    for (const { reject } of this.pending.values()) reject(reason);
    this.pending.clear();
    this.onDeath(reason);
  }

  private receive(message: FromWorker): void {
    this.silent = 0;
    if ('id' in message) {
      const pending = this.pending.get(message.id);
      this.pending.delete(message.id);
      if ('ok' in message) pending?.resolve(message.ok);
      else pending?.reject(new EngineError(message.error.kind, message.error.message));
    } else if (message.event === 'fatal') {
      this.kill(lost(message.message));
    } else {
      const told = this.working.get(message.run) ?? 0;
      // An event from before the order says nothing about it.
      if (message.state === 'failed' || (message.state !== 'running' && message.turn >= told))
        this.working.delete(message.run);
      this.onRun(message);
    }
    this.watch();
  }

  /** Counts ticks, not time, so that a sleeping computer is no hang. */
  private watch(): void {
    const busy = this.pending.size > 0 || this.working.size > 0;
    if (!busy || this.reason) {
      clearInterval(this.watchdog);
      this.watchdog = undefined;
      this.silent = 0;
    } else
      this.watchdog ??= setInterval(() => {
        if (++this.silent >= HANG_S)
          this.kill(
            new EngineError('lost', `The computation did not answer for ${HANG_S} seconds and was ended.`),
          );
      }, 1000);
  }
}

/** In words for people; the cause for those who report it. */
function lost(cause: string | undefined): EngineError {
  const memory = /memory|allocation/i.test(cause ?? '');
  const what = memory ? 'The computation ran out of memory' : 'The computation broke down';
  return new EngineError('lost', `${what} and was ended; you can go on${cause ? ` (${cause})` : ''}.`);
}
