// Jobs that several workers work on. One of them, the leader, talks to the page; for a job that shares its blocks it asks
// the others, the helpers, to make replicas (share.ts says how they work together). Workers speak to each other through
// ports of their own, so the page's thread has no part in it.
//
// A helper that cannot go on (no memory, an exception, a lost port) leaves the job and nothing else happens: the others
// run what it does not. An exception that lies in the job itself also meets the leader, which tells it once.
//
// Every replica takes the whole task's memory. As many helpers take part as the estimate of the task (Task::bytes)
// allows below the limit that the page has set for all replicas of a job together.
import type { Bindings, NamedTensors } from './module';
import { buffersOf } from './protocol';
import { dataOf, taken } from './refusal';
import { Share, type Results } from './share';
import type { Job, Turns } from './turns';

const LEADER = 0;
/** A unit of fewer blocks is not worth the trouble. */
const LEAST_BLOCKS = 4;

export type Order = { task: string; params: string; inputs: NamedTensors; state: Uint8Array | undefined };

export type TeamMessage =
  | ({ team: 'create'; job: number; members: number[] } & Order)
  /** How many units to go to: 0 holds. */
  | { team: 'go'; job: number; units: number }
  | ({ team: 'results'; job: number; from: number } & Results)
  | { team: 'leave'; job: number; from: number }
  | { team: 'drop'; job: number };

/** A job of this worker that others work on. */
type Common = { share: Share; members: Set<number> };
type Helping = Common & { job: Job; units: number };

/** Told to the helpers when the leader starts, holds or ends a job. */
export type Led = { share: Share; go(units: number): void; drop(): void };

export class Team {
  private readonly ports = new Map<number, MessagePort>();
  private readonly jobs = new Map<number, Common | Helping>();
  /** What came before the leader's word that the job exists; other ports may be quicker. */
  private readonly early = new Map<number, TeamMessage[]>();
  private lastJob = 0;

  constructor(
    private readonly me: number,
    private readonly memory: number,
    private readonly turns: Turns,
  ) {}

  meet(member: number, port: MessagePort): void {
    this.ports.set(member, port);
    port.onmessage = ({ data }: MessageEvent<TeamMessage>) =>
      this.turns.place.guard(() => this.receive(data));
  }

  /** A member that is no more. */
  part(member: number): void {
    this.ports.get(member)?.close();
    this.ports.delete(member);
  }

  close(): void {
    for (const port of this.ports.values()) port.close();
  }

  /** The leader has made a task of `order`: finds helpers for it. The inputs go to the
   * last of them without a copy, so the caller's are empty afterwards. */
  lead(handle: number, order: Order): Led | undefined {
    const { module } = this.turns;
    const { shares, bytes } = taken(module.share_of(handle));
    if (!shares || !this.ports.size || taken(module.status(handle)).blocks < LEAST_BLOCKS) return undefined;
    const most = Math.min(this.ports.size, Math.floor(this.memory / Math.max(bytes, 1)) - 1);
    if (most < 1) return undefined;
    const job = ++this.lastJob;
    const members = [this.me, ...[...this.ports.keys()].slice(0, most)];
    const common = this.common(module, handle, job, members);
    this.jobs.set(job, common);
    members.slice(1).forEach((member, i) => {
      const last = i + 2 === members.length;
      const message: TeamMessage = { team: 'create', job, members, ...order };
      this.ports.get(member)!.postMessage(message, last ? buffersOf(order.inputs) : []);
    });
    return {
      share: common.share,
      go: (units) => this.send(common, { team: 'go', job, units }),
      drop: () => {
        if (this.jobs.delete(job)) this.send(common, { team: 'drop', job });
      },
    };
  }

  private common(module: Bindings, handle: number, job: number, members: number[]): Common {
    const others = new Set(members.filter((member) => member !== this.me));
    const { now } = this.turns.place;
    const tell = (results: Results) => this.sendResults(others, { job, from: this.me, ...results });
    const place = members.indexOf(this.me);
    const leads = this.me === LEADER;
    const barred = !leads && taken(module.share_of(handle)).led;
    const share = new Share(module, handle, place, members.length, leads, barred, tell, now);
    return { share, members: others };
  }

  private send({ members }: Common, message: TeamMessage): void {
    for (const member of members) this.ports.get(member)?.postMessage(message);
  }

  /** The bytes move to the last receiver; the others get copies. */
  private sendResults(members: Set<number>, results: Results & { job: number; from: number }): void {
    const ports = [...members].flatMap((member) => this.ports.get(member) ?? []);
    ports.forEach((port, i) => {
      const bytes = i + 1 < ports.length ? results.bytes.slice() : results.bytes;
      port.postMessage({ team: 'results', ...results, bytes }, [bytes.buffer]);
    });
  }

  private receive(message: TeamMessage): void {
    if (message.team === 'create') return this.join(message);
    const known = this.jobs.get(message.job);
    if (!known) {
      // Of a job that is over, or of one that has not been told of yet.
      if (this.me === LEADER || message.job <= this.lastJob) return;
      this.early.set(message.job, [...(this.early.get(message.job) ?? []), message]);
      return;
    }
    switch (message.team) {
      case 'results':
        this.attempt(message.job, known, () => known.share.take(message.from, message));
        if ('job' in known) this.turns.enqueue(known.job); // it may have waited for this
        return;
      case 'leave':
        known.members.delete(message.from);
        return;
      case 'go':
        if ('job' in known) this.go(known, message.units);
        return;
      case 'drop':
        if ('job' in known) this.end(message.job, known);
    }
  }

  // ---- A helper's side

  private join({
    job: number,
    members,
    task,
    params,
    inputs,
    state,
  }: TeamMessage & { team: 'create' }): void {
    this.lastJob = number;
    const { module } = this.turns;
    let handle: number | undefined;
    try {
      handle = taken(module.create(task, params, inputs, state));
      const common = this.common(module, handle, number, members);
      const job: Job = {
        ...{ handle, until: 'now', ms: 0, status: taken(module.status(handle)), share: common.share },
        worked: (error) => {
          if (error) this.leave(number, helping.members);
          else if (common.share.complete) this.end(number, helping);
          else if (job.status.unit >= helping.units) job.until = 'now';
        },
      };
      const helping: Helping = { ...common, job, units: 0 };
      this.jobs.set(number, helping);
    } catch (error) {
      dataOf(error);
      if (handle !== undefined) module.destroy(handle);
      this.leave(number, new Set(members.filter((member) => member !== this.me)));
    }
    const early = this.early.get(number) ?? [];
    for (const job of this.early.keys()) if (job <= number) this.early.delete(job);
    for (const message of early) this.receive(message);
  }

  private go(helping: Helping, units: number): void {
    const { job } = helping;
    helping.units = units;
    job.until = job.status.unit < units ? 'done' : 'now';
    this.turns.enqueue(job);
  }

  private leave(number: number, members: Set<number>): void {
    this.jobs.delete(number);
    for (const member of members)
      this.ports.get(member)?.postMessage({ team: 'leave', job: number, from: this.me });
  }

  private end(number: number, { job }: Helping): void {
    this.jobs.delete(number);
    this.turns.drop(job);
  }

  /** For the leader a refusal is the job's failure, told by the next turn; a helper leaves. */
  private attempt(number: number, common: Common | Helping, body: () => void): void {
    try {
      body();
    } catch (error) {
      dataOf(error);
      if (!('job' in common)) return; // the task refuses its next turn, which tells
      this.leave(number, common.members);
      this.turns.drop(common.job);
    }
  }
}
