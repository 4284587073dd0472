// How the engine loads its parts, and what it says when one does not arrive.
import { describe, expect, it, vi } from 'vitest';
import { engineOf, fails, fetched, picture } from './engine_setup';
import { fakeWorker, serveFakeFiles } from './fake_engine';

describe('loading', () => {
  it('does nothing before it is asked, then tells what it does', async () => {
    const engine = engineOf();
    expect(engine.state).toBe('idle');
    const states: string[] = [];
    engine.watch((e) => states.push(e.state));
    const info = await engine.start();
    expect(info).toEqual({
      flavour: 'simd',
      threads: 1,
      workers: 1,
      cores: 1,
      isolated: false,
      text: 'SIMD · 1 core',
    });
    expect(states[0]).toBe('loading');
    expect(states.at(-1)).toBe('ready');
    await engine.start();
    expect(fetched).toHaveLength(1);
  });

  it('takes threads where they can be had, at most eight, and falls back when they do not boot', async () => {
    const detect = () => ({ simd: true, relaxed: false, threads: true, cores: 16, small: false });
    expect(await engineOf([], { detect }).start()).toMatchObject({
      flavour: 'simd-mt',
      threads: 8,
      workers: 1,
      isolated: true,
    });
    let first = true;
    const spawn = () => {
      const worker = fakeWorker();
      if (first) setTimeout(() => worker.onerror?.({ message: 'out of memory' } as ErrorEvent));
      first = false;
      return worker;
    };
    const fallen = await engineOf([], { detect, spawn }).start();
    expect(fallen).toMatchObject({ flavour: 'simd', threads: 8, workers: 8 }); // a pool instead
  });

  it('says in a sentence that a browser without SIMD will not do', async () => {
    const engine = engineOf([], {
      detect: () => ({ simd: false, relaxed: false, threads: true, cores: 2, small: false }),
    });
    const error = await fails(engine.start());
    expect(error).toMatchObject({ kind: 'unsupported', retry: false });
    expect(error.message).toContain('lacks WebAssembly SIMD');
    expect(fetched).toHaveLength(0);
  });

  it.each([
    ['is cut off', () => new Response(new Uint8Array([0, 97, 115])), '3 of 8 bytes came'],
    [
      'is altered',
      () => new Response(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 1])),
      'not what they should be',
    ],
    ['is too long', () => new Response(new Uint8Array(9)), 'longer than it should be'],
    ['is missing', () => new Response('', { status: 404 }), 'the server answered 404'],
    ['fails', () => Promise.reject(new TypeError('Failed to fetch')), 'the connection failed'],
  ])(
    'tries once more when the download %s, then says so; Retry works without reload',
    async (_, answer, reason) => {
      let broken = true;
      const caches: string[] = [];
      vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
        caches.push(init.cache!);
        return broken ? answer() : serveFakeFiles(url);
      });
      const engine = engineOf();
      const run = engine.run('count', {}, { image: picture(1) });
      const error = await fails(run.created);
      expect(error).toMatchObject({ kind: 'network', retry: true });
      expect(error.message).toContain(`The engine could not be loaded: `);
      expect(error.message).toContain(reason);
      expect(engine.error).toBe(error);
      expect(caches).toEqual(['default', 'reload']);
      broken = false;
      await engine.start();
      expect(engine).toMatchObject({ state: 'ready', error: undefined });
    },
  );

  it('recovers by itself when the second attempt succeeds', async () => {
    let attempts = 0;
    vi.stubGlobal('fetch', async (url: string) => {
      if (++attempts === 1) throw new TypeError('Failed to fetch');
      return serveFakeFiles(url);
    });
    expect((await engineOf().start()).flavour).toBe('simd');
  });

  it('gives up on a worker that does not boot within 30 seconds', async () => {
    const log: string[] = [];
    let asked!: () => void;
    const booting = new Promise<void>((resolve) => (asked = resolve));
    const mute = () => ({
      ...fakeWorker(log),
      postMessage: asked,
      terminate: () => void log.push('terminate'),
    });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const engine = engineOf(log, { spawn: mute });
    const failure = fails(engine.start());
    await booting;
    await vi.advanceTimersByTimeAsync(31_000);
    expect(await failure).toMatchObject({
      kind: 'network',
      message: 'The engine did not start within 30 seconds.',
    });
    expect(log).toEqual(['terminate']);
    expect(engine.state).toBe('failed');
  });

  it('gives up on a download that stalls for 20 seconds, twice', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    vi.stubGlobal('fetch', async (url: string, { signal }: RequestInit) => {
      fetched.push(url);
      const stream = new ReadableStream({
        start(controller) {
          controller.enqueue(new Uint8Array([0, 97]));
          signal!.addEventListener('abort', () => controller.error(signal!.reason));
        },
      });
      return new Response(stream);
    });
    const failure = fails(engineOf().start());
    await vi.advanceTimersByTimeAsync(19_000);
    expect(fetched).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(25_000);
    expect((await failure).message).toBe('The engine could not be loaded: nothing came for 20 seconds.');
    expect(fetched).toHaveLength(2);
  });

  it('fetches a named model once, when first needed, and says so', async () => {
    const engine = engineOf();
    await engine.start();
    expect(engine.models('fake')).toEqual([
      { name: 'tiny', family: 'fake', title: 'Tiny', bytes: 3, loaded: false },
    ]);
    expect(fetched).toHaveLength(1);
    const needing = [1, 2].map((v) => engine.run('count', { prior: 'tiny' }, { image: picture(v) }));
    await Promise.all(needing.map((run) => run.created));
    await engine.call('count', { prior: 'tiny' }, { image: picture(1) }, ['image']);
    expect(fetched.filter((url) => url.endsWith('tiny'))).toHaveLength(1);
    expect(engine.models('fake')[0]!.loaded).toBe(true);
  });

  it('of a model that fails is told to the run, and may be tried again', async () => {
    const engine = engineOf();
    await engine.start();
    vi.stubGlobal('fetch', async () => new Response(new Uint8Array([1])));
    const error = await fails(engine.run('count', { prior: 'tiny' }, { image: picture(1) }).created);
    expect(error.message).toBe('The model "Tiny" could not be loaded: 1 of 3 bytes came.');
    vi.stubGlobal('fetch', async (url: string) => serveFakeFiles(url));
    await engine.run('count', { prior: 'tiny' }, { image: picture(1) }).created;
  });

  it('leaves an unknown model to the task, which names it', async () => {
    const run = engineOf().run('count', { prior: 'nobody' }, { image: picture(1) });
    expect((await fails(run.created)).message).toBe('There is no model "nobody".');
  });
});
