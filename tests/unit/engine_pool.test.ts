// The pool of workers where there are no threads: client, servers and teams together over a module in TypeScript, the
// messages between workers through real ports.
import { describe, expect, it, vi } from 'vitest';
import { engineOf, fails, picture, until } from './engine_setup';
import { fakeWorker } from './fake_engine';

const detect = (cores: number) => () => ({
  ...{ simd: true, relaxed: false, threads: false, cores, small: false },
});
const pool = (cores: number, log: string[] = []) => engineOf(log, { detect: detect(cores) });
const shared = { units: 4, steps_per_unit: 40, share: 1, slow: 200 };
const blocksIn = (log: string[], member: number) =>
  log.filter((line) => line.startsWith('block') && line.endsWith(`in ${member}`)).length;

async function stateAlone(params: object): Promise<number> {
  const run = engineOf().run('count', params, { image: picture(1) });
  run.play();
  return (await run.finished).metrics['state' as never];
}

describe('a run in a pool', () => {
  it.each([2, 3, 4])('of %i workers is shared, and ends with the bits of one worker', async (cores) => {
    const log: string[] = [];
    const engine = pool(cores, log);
    expect(await engine.start()).toMatchObject({
      ...{ flavour: 'simd', threads: cores, workers: cores, isolated: false },
      text: `SIMD · ${cores} workers on ${cores} cores`,
    });
    const run = engine.run('count', shared, { image: picture(1, 2) });
    await run.created;
    await vi.waitFor(() => expect(log).toContain(`create count in ${cores - 1}`));
    run.play();
    const status = await run.finished;
    expect(status).toMatchObject({ unit: 4, progress: 1, workers: cores, metrics: { steps: 160 } });
    expect(status.metrics['state' as never]).toBe(await stateAlone(shared));
    for (let member = 0; member < cores; member++) expect(blocksIn(log, member)).toBeGreaterThan(10);
    expect((await run.output('image' as never)).data).toEqual(new Float32Array([1, 2]));
    // Helpers are done with it by themselves; the leader keeps it for its outputs.
    await vi.waitFor(() => {
      for (let member = 1; member < cores; member++) expect(log).toContain(`destroy in ${member}`);
    });
    expect(log).not.toContain('destroy');
  });

  it("whose first blocks are the leader's ends with the same bits, and it alone runs them", async () => {
    const log: string[] = [];
    const run = pool(3, log).run('count', { ...shared, led: 1 }, { image: picture(1) });
    await run.created;
    run.play();
    const status = await run.finished;
    expect(status.metrics['state' as never]).toBe(await stateAlone(shared));
    expect(new Set(log.filter((line) => line.startsWith('block 0 ')))).toEqual(new Set(['block 0 in 0']));
    expect(blocksIn(log, 1)).toBeGreaterThan(0);
  });

  it('that does not share its blocks runs on one worker', async () => {
    const log: string[] = [];
    const run = pool(2, log).run('count', { units: 3 }, { image: picture(1) });
    run.play();
    expect((await run.finished).workers).toBe(1);
    expect(log).not.toContain('create count in 1');
  });

  it.each([
    [3e8, ['create count', 'create count in 1', 'create count in 2']],
    [4e8, ['create count', 'create count in 1']],
    [6e8, ['create count']], // two of them would be more than 1 GB
  ])('of %d bytes has as many replicas as there is memory for', async (bytes, creations) => {
    const log: string[] = [];
    const engine = pool(4, log);
    const run = engine.run('count', { ...shared, bytes }, { image: picture(1) });
    await run.created;
    run.play();
    expect((await run.finished).metrics['state' as never]).toBe(await stateAlone(shared));
    expect(log.filter((line) => line.startsWith('create')).sort()).toEqual(creations);
  });

  it('holds, goes on by units and ends everywhere', async () => {
    const log: string[] = [];
    const engine = pool(2, log);
    const run = engine.run('count', { ...shared, units: 100 }, { image: picture(1) });
    await run.created;
    run.step();
    await until(run, 'running');
    await until(run, 'paused');
    expect(run.status.unit).toBe(1);
    const held = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const before = log.length;
      await new Promise((resolve) => setTimeout(resolve, 40));
      return log.length === before;
    };
    expect(await held()).toBe(true);
    run.play();
    await vi.waitFor(() => expect(run.status.unit).toBeGreaterThan(2));
    run.pause();
    await until(run, 'paused');
    expect(await held()).toBe(true);
    run.step();
    const { unit } = run.status;
    await until(run, 'running');
    await until(run, 'paused');
    expect(run.status.unit).toBe(unit + 1);
    run.stop();
    await vi.waitFor(() => expect(log).toEqual(expect.arrayContaining(['destroy', 'destroy in 1'])));
    expect(await held()).toBe(true);
  });

  it('takes live parameters and answers questions while it runs', async () => {
    const run = pool(2).run('count', { ...shared, units: 100 }, { image: picture(1, 2) });
    run.play();
    await vi.waitFor(() => expect(run.status.workers).toBe(2));
    await run.set({ level: 3 } as never);
    expect((await run.output('image' as never)).data).toEqual(new Float32Array([3, 6]));
    run.stop();
  });

  it('shares the workers with other runs and with calls', async () => {
    const engine = pool(3);
    const runs = [1, 2, 3].map((units) => engine.run('count', { ...shared, units }, { image: picture(1) }));
    runs.forEach((run) => run.play());
    const answer = await engine.call('count', shared, { image: picture(5) }, ['image']);
    expect(answer.metrics.state).toBe(await stateAlone(shared));
    await Promise.all(runs.map((run) => run.finished));
    for (const [i, run] of runs.entries())
      expect(run.status.metrics['state' as never]).toBe(await stateAlone({ ...shared, units: i + 1 }));
  });

  it('has the models everywhere', async () => {
    const log: string[] = [];
    const engine = pool(3, log);
    await engine.putModel('own', new Uint8Array([7]));
    const run = engine.run('count', { ...shared, prior: 'own' }, { image: picture(1) });
    await run.created;
    run.play();
    expect((await run.finished).workers).toBe(3);
    expect(log).toEqual(expect.arrayContaining(['put own', 'put own in 1', 'put own in 2']));
  });
});

describe('in a pool', () => {
  it("a user's error in a block is told once, whoever meets it first", async () => {
    for (const fail_at of [1, 41, 75, 160]) {
      const engine = pool(3);
      const run = engine.run('count', { ...shared, fail_at }, { image: picture(1) });
      await run.created;
      run.play();
      expect(await fails(run.finished)).toMatchObject({ kind: 'user', message: 'This cannot go on.' });
      const next = engine.run('count', shared, { image: picture(1) });
      next.play();
      await next.finished;
    }
  });

  it('a helper that cannot go on leaves the run to the others', async () => {
    const log: string[] = [];
    const engine = pool(3, log);
    const run = engine.run('count', { ...shared, fail_at: 70, only: 2 }, { image: picture(1) });
    await run.created;
    run.play();
    expect((await run.finished).metrics['state' as never]).toBe(await stateAlone(shared));
    expect(log.filter((line) => line.startsWith('terminate'))).toEqual([]);
  });

  it('a helper that traps is replaced; the run goes on to the same bits, the next one has all workers', async () => {
    const log: string[] = [];
    const engine = pool(3, log);
    await engine.putModel('own', new Uint8Array([7]));
    const sizes: number[] = [];
    engine.watch(() => sizes.push(engine.info!.workers));
    const run = engine.run('count', { ...shared, trap_at: 15, only: 2 }, { image: picture(1) });
    await run.created;
    await vi.waitFor(() => expect(log).toContain('create count in 1'));
    run.play();
    expect((await run.finished).metrics['state' as never]).toBe(await stateAlone(shared));
    await vi.waitFor(() => expect(log).toContain('put own in 3'));
    await vi.waitFor(() => expect(engine.info!.workers).toBe(3));
    expect(sizes).toContain(2);
    expect(log).toContain('terminate 1');
    expect(engine.state).toBe('ready');
    const next = engine.run('count', { ...shared, prior: 'own' }, { image: picture(1) });
    await next.created;
    next.play();
    expect((await next.finished).workers).toBe(3);
    expect(blocksIn(log, 3)).toBeGreaterThan(0);
  });

  it('a helper that hangs is found out and replaced; the run does not wait for it', async () => {
    const log: string[] = [];
    const engine = pool(2, log);
    const hangs = { ...shared, hang_at: 25, only: 2 };
    const run = engine.run('count', hangs, { image: picture(1) });
    await run.created;
    await vi.waitFor(() => expect(log).toContain('create count in 1'));
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    run.play();
    await run.finished; // its news had the helper asked for signs of life
    expect(run.status.metrics['state' as never]).toBe(await stateAlone(shared));
    expect(log).not.toContain('terminate 1');
    vi.advanceTimersByTime(31_000);
    expect(log).toContain('terminate 1');
    vi.useRealTimers();
    await vi.waitFor(() => expect(log).toContain('boot 2'));
  });

  it('a leader that traps takes the run with it; the next pool is whole', async () => {
    const log: string[] = [];
    const engine = pool(3, log);
    const run = engine.run('count', { ...shared, trap_at: 5, only: 1 }, { image: picture(1) });
    await run.created;
    run.play();
    expect(await fails(run.finished)).toMatchObject({ kind: 'lost', retry: true });
    expect(log).toEqual(expect.arrayContaining(['terminate', 'terminate 1', 'terminate 2']));
    const next = engine.run('count', shared, { image: picture(1) });
    await next.created;
    next.play();
    expect((await next.finished).workers).toBe(3);
    expect(log.filter((line) => line === 'boot')).toHaveLength(2);
  });

  it('helpers that do not start make it smaller; without the leader there is none', async () => {
    const spawnWithout = (broken: (member: number) => boolean) => (member: number) => {
      const worker = fakeWorker([], member);
      if (broken(member)) setTimeout(() => worker.onerror?.({ message: 'out of memory' } as ErrorEvent));
      return worker;
    };
    const some = engineOf([], { detect: detect(4), spawn: spawnWithout((member) => member > 1) });
    expect(await some.start()).toMatchObject({ workers: 2, text: 'SIMD · 2 workers on 2 of 4 cores' });
    const none = engineOf([], { detect: detect(4), spawn: spawnWithout((member) => member === 0) });
    expect((await fails(none.start())).kind).toBe('lost');
  });

  it('a leader that dies while it waits for the helpers is a failed start that can be tried again', async () => {
    const log: string[] = [];
    let broken = true;
    const spawn = (member: number) => {
      const worker = fakeWorker(log, member);
      if (!broken) return worker;
      if (member > 0) return { ...worker, postMessage: () => {} }; // starts for ever
      setTimeout(() => worker.onerror?.({ message: 'unreachable' } as ErrorEvent), 100);
      return worker;
    };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
    const engine = engineOf(log, { detect: detect(2), spawn });
    const failure = fails(engine.start());
    await vi.advanceTimersByTimeAsync(2000);
    expect((await failure).kind).toBe('lost');
    expect(engine.state).toBe('failed');
    broken = false;
    expect((await engine.start()).workers).toBe(2);
  });

  it('all workers end with the engine', async () => {
    const log: string[] = [];
    const engine = pool(3, log);
    await engine.start();
    engine.dispose();
    expect(log.filter((line) => line.startsWith('terminate'))).toHaveLength(3);
  });

  it('a number of workers, or a flavour alone, can be insisted on', async () => {
    const over = { detect: detect(4) };
    expect(await engineOf([], over, { flavour: 'simd' }).start()).toMatchObject({ workers: 1 });
    expect(await engineOf([], over, { flavour: 'simd', workers: 3 }).start()).toMatchObject({ workers: 3 });
    expect(await engineOf([], over, { workers: 1 }).start()).toMatchObject({ workers: 1 });
  });
});
