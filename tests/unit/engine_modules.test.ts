// Several modules behind one engine: each is loaded with the first thing asked of it.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Engines } from '../../web/src/engine/engines';
import type { EngineClient } from '../../web/src/engine/engine';
import { familyOf } from '../../web/src/engine/family';
import { fakeEngine, fakeFile, serveFakeFiles } from './fake_engine';
import { picture } from './engine_setup';

/** A safetensors file without tensors. */
function fileOf(family: string): Uint8Array {
  const header = new TextEncoder().encode(JSON.stringify({ __metadata__: { family } }));
  const file = new Uint8Array(8 + header.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  return file;
}

let log: Record<'one' | 'two', string[]>;
let clients: { one: EngineClient; two: EngineClient };
let engine: Engines;

beforeEach(() => {
  vi.stubGlobal('fetch', async (url: string) => serveFakeFiles(url));
  log = { one: [], two: [] };
  clients = { one: fakeEngine(log.one), two: fakeEngine(log.two) };
  engine = new Engines({
    clients,
    tasks: { count: 'one', other: 'two' },
    families: { apples: ['one'], pears: ['two'], plums: ['one', 'two'] },
  });
});

afterEach(() => {
  engine.dispose();
  vi.unstubAllGlobals();
});

describe('Engines', () => {
  it('starts the module that has the task, and no other', async () => {
    await engine.start('other' as never);
    expect(clients.two.state).toBe('ready');
    expect(clients.one.state).toBe('idle');
    expect(engine.state).toBe('ready');
    expect(engine.info).toBe(clients.two.info);
  });

  it('starts the first module when no task is named or nobody has it', async () => {
    await engine.start();
    await engine.start('nobody' as never);
    expect([clients.one.state, clients.two.state]).toEqual(['ready', 'idle']);
  });

  it('tells the state of the module asked last', async () => {
    await engine.start();
    const states: string[] = [];
    engine.watch((it) => states.push(it.state));
    const started = engine.start('other' as never);
    expect(engine.state).toBe('loading');
    await started;
    expect(states[0]).toBe('idle');
    expect(states.at(-1)).toBe('ready');
  });

  it('hands a model to the module of its family, and drops it there', async () => {
    await engine.putModel('mine', fileOf('pears'), { family: 'pears' });
    expect(clients.two.models('pears').map(({ name }) => name)).toContain('mine');
    expect(clients.one.state).toBe('idle');
    expect(engine.models('pears').find(({ name }) => name === 'mine')?.loaded).toBe(true);
    await engine.dropModel('mine');
    expect(engine.models('pears').map(({ name }) => name)).not.toContain('mine');
    expect(clients.one.state).toBe('idle');
  });

  it('hands a model of several modules to those that run, and to the others when they start', async () => {
    await engine.start('other' as never);
    await engine.putModel('mine', fileOf('plums'), { family: 'plums' });
    expect(clients.one.state).toBe('idle');
    expect(log.two.filter((it) => it.includes('mine'))).toHaveLength(1);
    await engine.start('count' as never);
    expect(log.one.filter((it) => it.includes('mine'))).toHaveLength(1);
    expect(engine.models('plums').filter(({ name }) => name === 'mine')).toHaveLength(1);
    await engine.dropModel('mine');
    expect(engine.models('plums').map(({ name }) => name)).not.toContain('mine');
  });

  it('starts one module of a family to read a file when none runs', async () => {
    await engine.putModel('mine', fileOf('plums'), { family: 'plums' });
    expect([clients.one.state, clients.two.state]).toEqual(['ready', 'idle']);
  });

  it('hands a model to a module that began to start while another read it', async () => {
    await engine.start('other' as never);
    const put = engine.putModel('mine', fileOf('plums'), { family: 'plums' });
    await Promise.all([put, engine.start('count' as never)]);
    await vi.waitFor(() => expect(log.one.join()).toContain('put mine'));
  });

  it('has forks over the same workers, each with the state of what it was asked itself', async () => {
    const fork = engine.fork();
    await engine.start('other' as never);
    expect([engine.state, fork.state]).toEqual(['ready', 'idle']);
    let told = 0;
    fork.watch(() => told++);
    fork.leave();
    await fork.start('count' as never);
    expect([engine.state, fork.state, told]).toEqual(['ready', 'ready', 0]);
    expect(engine.info).toBe(clients.two.info);
    expect(fork.info).toBe(clients.one.info);
  });

  it('has forks that overtake their own calls alone', async () => {
    const of = (it: Engines) =>
      [1, 2, 3].map(() =>
        it.call('count' as never, {} as never, { image: picture(1) } as never, ['image'] as never[]),
      );
    const settled = await Promise.allSettled([engine, engine.fork()].flatMap(of));
    const went = ['fulfilled', 'rejected', 'fulfilled'];
    expect(settled.map(({ status }) => status)).toEqual([...went, ...went]);
  });

  it('lists a shipped model once, loaded where one module has loaded it', async () => {
    expect(engine.models('fake').map(({ name, loaded }) => ({ name, loaded }))).toEqual([
      { name: 'tiny', loaded: false },
    ]);
  });

  it('ends every module', async () => {
    await engine.start();
    await engine.start('other' as never);
    engine.dispose();
    expect([clients.one.state, clients.two.state, engine.state]).toEqual(['idle', 'idle', 'idle']);
  });
});

describe('familyOf', () => {
  it('reads the family of a safetensors file', () => {
    expect(familyOf(fileOf('gmm'))).toBe('gmm');
    const shifted = new Uint8Array([9, 9, ...fileOf('gmm')]).subarray(2);
    expect(familyOf(shifted)).toBe('gmm');
  });

  it('says nothing of what is no such file', () => {
    expect(familyOf(fakeFile)).toBeUndefined();
    expect(familyOf(new Uint8Array())).toBeUndefined();
    expect(familyOf(new Uint8Array(64).fill(255))).toBeUndefined();
  });
});
