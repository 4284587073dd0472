// How workers share the blocks of a task (share.ts), simulated: every worker has a clock of its own, blocks and workers
// differ in speed, messages take time. The result must be that of one worker alone, and the time near the best possible.
import { expect, it } from 'vitest';
import { Share, type Results } from '../../web/src/engine/share';
import type { Bindings } from '../../web/src/engine/module';
import { fakeBindings } from './fake_engine';

type Ways = {
  workers: number;
  blocks: number;
  units: number;
  /** ms that a block takes on a worker */
  cost(block: number, worker: number): number;
  /** ms that a message takes */
  delay?: number;
  /** ms after which a worker does nothing any more */
  dies?: (worker: number) => number;
  /** The first block of a unit is the leader's. */
  led?: boolean;
};

type Mail = { to: number; from: number; at: number; results: Results };

const ok = <T>(reply: { ok: T } | { error: unknown }): T => (reply as { ok: T }).ok;

function simulate({ workers, blocks, units, cost, delay = 0.3, dies = () => Infinity, led = false }: Ways) {
  const clocks = new Array<number>(workers).fill(0);
  const ran = new Array<number>(workers).fill(0);
  const firsts = new Set<number>(); // who ran a first block
  let mail: Mail[] = [];
  const made = Array.from({ length: workers }, (_, w) => {
    const module: Bindings = fakeBindings([], w);
    const handle = ok(
      module.create(
        'count',
        JSON.stringify({ units, steps_per_unit: blocks, share: 1 }),
        {
          image: { dtype: 'f32', shape: [1], data: new Float32Array(1) },
        },
        undefined,
      ),
    );
    const slow: Bindings = {
      ...module,
      run_blocks(h, first, count) {
        clocks[w]! += cost(first, w);
        ran[w]! += count;
        if (first === 0) firsts.add(w);
        return module.run_blocks(h, first, count);
      },
    };
    const tell = (results: Results) => {
      for (let to = 0; to < workers; to++)
        if (to !== w) mail.push({ to, from: w, at: clocks[w]! + delay, results });
    };
    const share = new Share(slow, handle, w, workers, w === 0, led && w > 0, tell, () => clocks[w]!);
    return { share, module, handle, done: false };
  });
  // Always the worker whose clock is the earliest.
  for (;;) {
    const living = made.map((_, w) => w).filter((w) => !made[w]!.done && clocks[w]! < dies(w));
    if (!living.length) break;
    const w = living.reduce((a, b) => (clocks[b]! < clocks[a]! ? b : a));
    const it = made[w]!;
    const come = mail.filter((m) => m.to === w && m.at <= clocks[w]!);
    mail = mail.filter((m) => !come.includes(m));
    for (const { from, results } of come) it.share.take(from, results);
    if (it.share.waits) clocks[w]! += 0.1;
    it.done = it.share.turn().done || (w > 0 && it.share.complete);
  }
  const [leader] = made;
  return {
    state: ok(leader!.module.metrics(leader!.handle)).state,
    done: leader!.done,
    helped: leader!.share.helped.size,
    firsts: [...firsts],
    ms: clocks[0]!,
    extra: ran.reduce((a, b) => a + b) - blocks * units,
  };
}

const uneven = (block: number) => 1 + 6 * Math.abs(Math.sin(block / 9)) ** 3;

it.each([1, 2, 3, 4, 8])('%i workers find what one finds, in nearly the best time', (workers) => {
  const ways = { blocks: 300, units: 4, cost: uneven };
  const alone = simulate({ ...ways, workers: 1 });
  const together = simulate({ ...ways, workers });
  expect(together.state).toBe(alone.state);
  expect(together.helped).toBe(workers - 1);
  // Perfectly shared blocks, and per unit a block or two of waiting for the last.
  expect(together.ms).toBeLessThan(alone.ms / workers + 4 * 15);
  expect(alone.ms / together.ms).toBeGreaterThan(0.85 * workers);
  expect(together.extra).toBeLessThan(0.03 * workers * 300);
});

it('a slow worker gets less to do', () => {
  const ways = { blocks: 300, units: 4 };
  const alone = simulate({ ...ways, workers: 1, cost: uneven });
  const cost = (block: number, worker: number) => uneven(block) * (worker === 1 ? 4 : 1);
  const together = simulate({ ...ways, workers: 2, cost });
  expect(together.state).toBe(alone.state);
  expect(alone.ms / together.ms).toBeGreaterThan(1.15); // 1.25 at best
});

it.each([0, 40, 700])('a worker that dies after %i ms leaves its share to the others', (when) => {
  const ways = { blocks: 300, units: 4, cost: uneven };
  const alone = simulate({ ...ways, workers: 1 });
  const together = simulate({ ...ways, workers: 3, dies: (worker) => (worker === 2 ? when : Infinity) });
  expect(together).toMatchObject({ state: alone.state, done: true });
});

it.each([
  [1, 5],
  [4, 3],
  [7, 8],
])('%i blocks and %i workers are no special case', (blocks, workers) => {
  const ways = { blocks, units: 5, cost: () => 3 };
  const together = simulate({ ...ways, workers });
  expect(together).toMatchObject({ state: simulate({ ...ways, workers: 1 }).state, done: true });
});

it('late messages cost time, not bits', () => {
  const ways = { blocks: 60, units: 5, cost: uneven };
  const together = simulate({ ...ways, workers: 4, delay: 90 });
  expect(together.state).toBe(simulate({ ...ways, workers: 1 }).state);
});

it.each([2, 3, 8])(
  'the first block may be for the leader of %i workers alone, however slow it is',
  (workers) => {
    const ways = { blocks: 4, units: 20, led: true };
    const cost = (block: number, worker: number) => (worker ? 1 : 9 - block);
    const together = simulate({ ...ways, workers, cost });
    expect(together.state).toBe(simulate({ ...ways, workers: 1, cost }).state);
    expect(together.done).toBe(true);
    expect(together.firsts).toEqual([0]);
    expect(together.helped).toBeGreaterThan(0);
    expect(simulate({ ...ways, workers, cost, led: false }).firsts.length).toBeGreaterThan(1);
  },
);
