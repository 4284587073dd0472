// The workers of an engine: the leader, which does all the talking, and the helpers, which run blocks of its jobs
// (team.ts). With threads there is the leader alone. A pool lives and dies with its leader; a helper that dies is
// replaced and takes part in the runs that begin after that.
import { EngineError } from './api';
import type { Link } from './link';

/** Starts a worker and brings it up to date with models; `onDeath` is called once, should it die later. */
export type Hire = (member: number, onDeath: (reason: EngineError) => void) => Promise<Link>;

/** How long the leader waits for the helpers that start beside it; who is later joins later. */
const WAIT_MS = 1500;

export class Pool {
  private readonly helpers = new Map<number, Link>();
  private readonly pinged = new Set<Link>();
  private lastMember = 0;

  private constructor(
    readonly leader: Link,
    private readonly hire: Hire,
    /** Called when the number of workers has changed. */
    private readonly onSize: (pool: Pool) => void,
  ) {}

  static async open(
    size: number,
    hire: Hire,
    onSize: (pool: Pool) => void,
    onDeath: (pool: Pool, reason: EngineError) => void,
  ): Promise<Pool> {
    let pool: Pool | undefined;
    // All start at once; what becomes of the helpers is settled when the leader is there.
    const dead = new Set<number>();
    let died: EngineError | undefined;
    const starting = Array.from({ length: size - 1 }, (_, i) => {
      const member = i + 1;
      const link = hire(member, () => (pool ? pool.lost(member) : dead.add(member)));
      link.catch(() => {}); // looked at below
      return { member, link };
    });
    try {
      const leader = await hire(0, (reason) => {
        died = reason;
        if (!pool) return;
        pool.endHelpers(reason);
        onDeath(pool, reason);
      });
      pool = new Pool(leader, hire, onSize);
    } catch (error) {
      for (const { link } of starting)
        link.then(
          (it) => it.kill(error as EngineError),
          () => {},
        );
      throw error;
    }
    const made = pool;
    made.lastMember = size - 1;
    const joined = starting.map(({ member, link }) =>
      link.then(
        (it) => dead.has(member) || made.join(member, it),
        () => {}, // it did not start: a smaller pool
      ),
    );
    await Promise.race([Promise.all(joined), new Promise((resolve) => setTimeout(resolve, WAIT_MS))]);
    if (died) throw died; // while it waited
    return made;
  }

  get size(): number {
    return 1 + this.helpers.size;
  }

  async putModel(name: string, file: Uint8Array): Promise<void> {
    await this.all((link) => link.request<'put_model'>({ op: 'put_model', name, file }));
  }

  async dropModel(name: string): Promise<void> {
    await this.all((link) => link.request<'drop_model'>({ op: 'drop_model', name }));
  }

  /** The leader has news: helpers should be alive too. One that hangs answers no more and is ended by its link. */
  tend(): void {
    for (const link of this.helpers.values()) {
      if (this.pinged.has(link)) continue;
      this.pinged.add(link);
      link.request<'ping'>({ op: 'ping' }).then(
        () => this.pinged.delete(link),
        () => this.pinged.delete(link),
      );
    }
  }

  kill(reason: EngineError): void {
    this.endHelpers(reason);
    this.leader.kill(reason);
  }

  /** The leader's word counts; a helper that refuses what the leader takes only helps less. */
  private async all(ask: (link: Link) => Promise<unknown>): Promise<void> {
    const others = [...this.helpers.values()].map((link) => ask(link).catch(() => {}));
    await ask(this.leader);
    await Promise.all(others);
  }

  private join(member: number, link: Link): void {
    if (this.leader.dead) return link.kill(new EngineError('cancelled', 'The engine was ended.'));
    if (link.dead) return;
    // The leader is told last: what it asks of the new one then finds the others' ports in place.
    for (const [other, its] of [...this.helpers, [0, this.leader] as const]) {
      const { port1, port2 } = new MessageChannel();
      link.order({ order: 'meet', member: other, port: port1 }, [port1]);
      its.order({ order: 'meet', member, port: port2 }, [port2]);
    }
    this.helpers.set(member, link);
    this.onSize(this);
  }

  private lost(member: number): void {
    if (!this.helpers.delete(member) || this.leader.dead) return;
    for (const link of [this.leader, ...this.helpers.values()]) link.order({ order: 'part', member });
    this.onSize(this);
    const next = ++this.lastMember;
    this.hire(next, () => this.lost(next)).then(
      (link) => this.join(next, link),
      () => {}, // a smaller pool from now on
    );
  }

  private endHelpers(reason: EngineError): void {
    const links = [...this.helpers.values()];
    this.helpers.clear();
    for (const link of links) link.kill(reason);
  }
}
