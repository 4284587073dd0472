// Client and server together, over a module in TypeScript: what the page relies on.
import { describe, expect, it, vi } from 'vitest';
import { engineOf, fails, fetched, picture, until } from './engine_setup';
import { fakeWorker } from './fake_engine';

describe('a run', () => {
  it('plays to its end, with progress, metrics and outputs', async () => {
    const run = engineOf().run('count', { units: 3 }, { image: picture(1, 2) });
    expect(run.state).toBe('creating');
    run.play();
    const status = await run.finished;
    expect(status).toMatchObject({ unit: 3, units: 3, progress: 1, metrics: { steps: 6 } });
    expect(run.state).toBe('done');
    expect((await run.output('image' as never)).data).toEqual(new Float32Array([1, 2]));
  });

  it('starts paused, steps one unit at a time and holds', async () => {
    const run = engineOf().run('count', { units: 3, steps_per_unit: 5 }, { image: picture(1) });
    await run.created;
    expect(run.state).toBe('paused');
    run.step();
    expect(run.state).toBe('running');
    await until(run, 'paused');
    expect(run.status.unit).toBe(1);
    expect(run.status.metrics).toMatchObject({ steps: 5 });
  });

  it('can be paused and resumed, and a late progress event does not undo either', async () => {
    const run = engineOf().run('count', { units: 1000, steps_per_unit: 1000 }, { image: picture(1) });
    run.play();
    await until(run, 'running');
    run.pause();
    await until(run, 'paused');
    const held = run.status.metrics;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(run.status.metrics).toEqual(held);
    run.play();
    expect(run.state).toBe('running');
    run.stop();
  });

  it('stops at once, tells it, and frees the task', async () => {
    const log: string[] = [];
    const run = engineOf(log).run('count', { units: 1000, steps_per_unit: 1000 }, { image: picture(1) });
    run.play();
    await until(run, 'running');
    run.stop();
    expect(run.state).toBe('stopped');
    expect((await fails(run.finished)).kind).toBe('cancelled');
    expect((await fails(run.output('image' as never))).kind).toBe('cancelled');
    await vi.waitFor(() => expect(log).toContain('destroy'));
  });

  it('leaves nothing on a signal that outlives it', async () => {
    const { signal } = new AbortController();
    const [on, off] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')];
    const run = engineOf().run('count', { units: 1 }, { image: picture(1) }, { signal });
    run.play();
    await run.finished;
    run.stop();
    expect(on).toHaveBeenCalledOnce();
    expect(off).toHaveBeenCalledWith('abort', on.mock.calls[0]![1]);
  });

  it('stopped before it exists is never created, or freed', async () => {
    const log: string[] = [];
    const engine = engineOf(log);
    const run = engine.run('count', {}, { image: picture(1) });
    run.stop();
    await engine.start();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(log.filter((line) => line.startsWith('create'))).toHaveLength(
      log.filter((l) => l === 'destroy').length,
    );
    expect(run.state).toBe('stopped');
  });

  it('obeys an AbortSignal', async () => {
    const abort = new AbortController();
    const run = engineOf().run('count', { units: 1000 }, { image: picture(1) }, { signal: abort.signal });
    await run.created;
    abort.abort();
    expect(run.state).toBe('stopped');
  });

  it('takes live parameters while it runs', async () => {
    const run = engineOf().run('count', { units: 1000, steps_per_unit: 1000 }, { image: picture(1, 2) });
    run.play();
    await run.set({ level: 3 } as never);
    expect((await run.output('image' as never)).data).toEqual(new Float32Array([3, 6]));
    run.stop();
  });

  it("passes on the user's errors, at creation, in a step and afterwards", async () => {
    const engine = engineOf();
    const without = engine.run('count', {}, {});
    expect(await fails(without.created)).toMatchObject({
      kind: 'user',
      message: 'The input "image" is missing.',
    });
    expect(without.state).toBe('failed');
    const failing = engine.run('count', { fail_at: 3 }, { image: picture(1) });
    failing.play();
    expect(await fails(failing.finished)).toMatchObject({ kind: 'user', message: 'This cannot go on.' });
    expect(failing.error?.retry).toBe(false);
    const good = engine.run('count', {}, { image: picture(1) });
    expect((await fails(good.output('nothing' as never))).message).toContain('no output "nothing"');
    expect(good.state).toBe('paused');
  });

  it('moves its inputs only when told to', async () => {
    const engine = engineOf();
    const kept = picture(1, 2);
    await engine.run('count', {}, { image: kept }).created;
    expect(kept.data).toHaveLength(2);
    const moved = picture(1, 2);
    await engine.run('count', {}, { image: moved }, { transfer: true }).created;
    expect(moved.data).toHaveLength(0);
  });

  it('shares the worker with others', async () => {
    const engine = engineOf();
    const runs = [1, 2, 3].map((units) => engine.run('count', { units }, { image: picture(units) }));
    runs.forEach((run) => run.play());
    await Promise.all(runs.map((run) => run.finished));
    for (const [i, run] of runs.entries()) expect(run.status.unit).toBe(i + 1);
  });
});

describe('a call', () => {
  it('answers with outputs and metrics, and frees the task', async () => {
    const log: string[] = [];
    const answer = await engineOf(log).call('count', { units: 2 }, { image: picture(5) }, ['image']);
    expect(answer.outputs.image!.data).toEqual(new Float32Array([5]));
    expect(answer.metrics).toMatchObject({ steps: 4 });
    expect(log).toContain('destroy');
  });

  it('keeps one in flight and only the newest waiting', async () => {
    const log: string[] = [];
    const engine = engineOf(log);
    await engine.start();
    const calls = [1, 2, 3, 4].map((v) => engine.call('count', {}, { image: picture(v) }, ['image']));
    const settled = await Promise.allSettled(calls);
    expect(settled.map((s) => s.status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect((settled[1] as PromiseRejectedResult).reason).toMatchObject({ kind: 'cancelled' });
    expect((await calls[3])!.outputs.image!.data[0]).toBe(4);
    expect(log.filter((line) => line === 'create count')).toHaveLength(2);
  });

  it('in different lanes does not overtake', async () => {
    const engine = engineOf();
    const calls = ['a', 'b', 'c'].map((lane) =>
      engine.call('count', {}, { image: picture(1) }, ['image'], { lane }),
    );
    expect((await Promise.allSettled(calls)).every((s) => s.status === 'fulfilled')).toBe(true);
  });

  it('gives up on abort, waiting or under way, and the lane goes on', async () => {
    const engine = engineOf();
    await engine.start();
    const abort = new AbortController();
    const long = { units: 1000, steps_per_unit: 1000 };
    const { signal } = abort;
    const underWay = engine.call('count', long, { image: picture(1) }, ['image'], { signal });
    await new Promise((resolve) => setTimeout(resolve, 30));
    abort.abort();
    expect((await fails(underWay)).kind).toBe('cancelled');
    await engine.call('count', {}, { image: picture(1) }, ['image']);
    expect((await fails(engine.call('count', {}, { image: picture(1) }, [], { signal }))).kind).toBe(
      'cancelled',
    );
  });
});

describe('the worker', () => {
  it('that traps is replaced; its runs fail in a sentence and the page goes on', async () => {
    const log: string[] = [];
    const engine = engineOf(log);
    const run = engine.run('count', { trap_at: 3 }, { image: picture(1) });
    const other = engine.run('count', { units: 1000, steps_per_unit: 1000 }, { image: picture(1) });
    run.play();
    const error = await fails(run.finished);
    expect(error).toMatchObject({ kind: 'lost', retry: true });
    expect(error.message).toBe('The computation broke down and was ended; you can go on (unreachable).');
    expect(other.state).toBe('failed');
    const next = engine.run('count', {}, { image: picture(1) });
    next.play();
    await next.finished;
    expect(log.filter((line) => line === 'boot')).toHaveLength(2);
    expect(fetched).toHaveLength(1); // from the compiled module, not from the network
  });

  it('gets the models of the one before it', async () => {
    const log: string[] = [];
    const engine = engineOf(log);
    await engine.putModel('own', new Uint8Array([7]));
    const run = engine.run('count', { trap_at: 1, prior: 'own' }, { image: picture(1) });
    run.play();
    await fails(run.finished);
    await engine.run('count', { prior: 'own' }, { image: picture(1) }).created;
    expect(log.filter((line) => line === 'put own')).toHaveLength(2);
  });

  it('that hangs is ended after 30 seconds of silence', async () => {
    const engine = engineOf();
    const run = engine.run('count', { hang_at: 2 }, { image: picture(1) });
    await run.created;
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    run.play();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(run.state).toBe('running');
    vi.advanceTimersByTime(31_000);
    expect(run.error?.kind).toBe('lost');
    expect(run.error?.message).toContain('did not answer for 30 seconds');
  });

  it('that is merely idle lives on, also after runs that ended, paused or were stopped', async () => {
    const log: string[] = [];
    const engine = engineOf(log);
    const long = { units: 1000, steps_per_unit: 1000 };
    const [done, paused, stopped] = [{}, long, long].map((p) =>
      engine.run('count', p, { image: picture(1) }),
    );
    await Promise.all([done!.created, paused!.created, stopped!.created]);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    for (const run of [done!, paused!, stopped!]) run.play();
    await done!.finished;
    stopped!.stop();
    paused!.pause();
    await until(paused!, 'paused');
    await new Promise((resolve) => setTimeout(resolve, 20));
    vi.advanceTimersByTime(120_000);
    expect(log).not.toContain('terminate');
    expect(paused!.state).toBe('paused');
  });

  it('that does not obey Stop is ended', async () => {
    const log: string[] = [];
    const engine = engineOf(log);
    const run = engine.run('count', { hang_at: 2 }, { image: picture(1) });
    run.play();
    await until(run, 'running');
    await new Promise((resolve) => setTimeout(resolve, 20));
    vi.useFakeTimers({ toFake: ['setTimeout'], shouldAdvanceTime: true });
    run.stop();
    vi.advanceTimersByTime(2100);
    expect(log).toContain('terminate');
    vi.useRealTimers();
    const next = engine.run('count', {}, { image: picture(1) });
    next.play();
    await next.finished;
  });

  it('whose script throws while loading is a failed start that can be tried again', async () => {
    let broken = true;
    const engine = engineOf([], {
      spawn: () => {
        const worker = fakeWorker();
        if (broken) setTimeout(() => worker.onerror?.({ message: 'SyntaxError' } as ErrorEvent));
        return worker;
      },
    });
    expect((await fails(engine.start())).kind).toBe('lost');
    expect(engine.state).toBe('failed');
    broken = false;
    expect((await engine.start()).flavour).toBe('simd');
    expect(engine.state).toBe('ready');
  });
});

it('ends when disposed of, and starts again when used', async () => {
  const engine = engineOf();
  const run = engine.run('count', { units: 1000, steps_per_unit: 1000 }, { image: picture(1) });
  run.play();
  await until(run, 'running');
  engine.dispose();
  expect((await fails(run.finished)).kind).toBe('cancelled');
  expect(engine.state).toBe('idle');
  await engine.run('count', {}, { image: picture(1) }).created;
});

it('tells the table of tasks as the module has it', async () => {
  expect(await engineOf().describe()).toMatchObject({ version: 1, tasks: { count: { unit: 'unit' } } });
});
