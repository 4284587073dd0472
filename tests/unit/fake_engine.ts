// The real client and the real server over a module written in TypeScript: the engine without WebAssembly, for tests.
// Its one task, `count`, counts units and mixes what its blocks find into one number; its parameters make it slow, fail,
// trap or hang on demand.
import type { Bindings, Reply, StepStatus } from '../../web/src/engine/module';
import type { Description, ParamSpec } from '../../web/src/engine/describe';
import { EngineClient, type EngineOptions, type Ground } from '../../web/src/engine/engine';
import type { WorkerLike } from '../../web/src/engine/link';
import type { FromWorker, ToWorker } from '../../web/src/engine/protocol';
import { Server } from '../../web/src/engine/server';

const integer = (name: string, fallback: number): ParamSpec => ({
  ...{ name, type: 'integer', default: fallback, min: 0, max: 1000, label: name, help: `${name}.` },
});

export const fakeDescription: Description = {
  version: 1,
  tasks: {
    count: {
      ...{ id: 'count', module: 'fake', title: 'Count', summary: 'Counts.', unit: 'unit', source: '' },
      params: [
        integer('units', 3),
        integer('steps_per_unit', 2), // a step runs one block
        integer('share', 0), // 1: replicas may share the blocks
        integer('led', 0), // 1: the first block of a unit is the leader's
        integer('bytes', 0), // what a replica says it takes
        integer('fail_at', 0), // the block, counted from 1 over all units, that throws a user's error
        integer('trap_at', 0), // the block that traps
        integer('hang_at', 0), // the block that never ends
        integer('only', 0), // > 0: these three happen in the pool's member of that number, minus one, alone
        integer('slow', 0), // microseconds that a block takes at least
        { ...integer('level', 1), live: true },
        { name: 'prior', type: 'model', default: '', family: 'fake', label: 'Prior', help: 'A model.' },
      ],
      inputs: [{ name: 'image', shape: '(C, H, W)', help: 'given back as output' }],
      outputs: [{ name: 'image', shape: '(C, H, W)', help: 'the input' }],
      metrics: [
        { name: 'steps', unit: '', help: 'steps taken' },
        { name: 'state', unit: '', help: 'what the blocks found, mixed' },
      ],
    },
  },
};

type Params = Record<string, number> & { prior?: string };
type Instance = {
  params: Params;
  unit: number;
  /** What the unit's blocks have found, where that is known. */
  found: (number | undefined)[];
  /** Mixed from all blocks in their order, after every unit. */
  state: number;
  image: Float32Array;
};

/** Thrown to stand for a step that never returns: the fake worker then falls silent. */
export class Hang extends Error {}

export function fakeBindings(log: string[] = [], member = 0): Bindings {
  const all = new Map<number, Instance>();
  const models = new Set<string>();
  const defaults = Object.fromEntries(fakeDescription.tasks.count!.params.map((p) => [p.name, p.default]));
  let last = 0;
  const user = (message: string): { error: { kind: 'user'; message: string } } => ({
    error: { kind: 'user', message },
  });
  const stepsOf = ({ params, unit, found }: Instance): number =>
    unit * params.steps_per_unit! + found.filter((v) => v !== undefined).length;
  const statusOf = (it: Instance): StepStatus => {
    const { units, steps_per_unit: blocks } = it.params as { units: number; steps_per_unit: number };
    const steps = stepsOf(it);
    const done = it.unit >= units;
    return {
      ...{ done, unit: it.unit, units, progress: steps / (units * blocks), blocks: done ? 0 : blocks },
      unit_finished: steps > 0 && steps % blocks === 0,
    };
  };
  const at = (handle: number) => all.get(handle)!;
  const mix = (a: number, b: number) => (Math.imul(a ^ b, 0x9e3779b1) + 12345) >>> 0;
  const run = (it: Instance, block: number): Reply<true> => {
    const number = it.unit * it.params.steps_per_unit! + block + 1;
    if (!it.params.only || it.params.only === member + 1) {
      if (number === it.params.fail_at) return user('This cannot go on.');
      if (number === it.params.trap_at) throw new WebAssembly.RuntimeError('unreachable');
      if (number === it.params.hang_at) throw new Hang();
    }
    const end = performance.now() + it.params.slow! / 1000;
    while (performance.now() < end);
    it.found[block] = mix(it.state, number);
    return { ok: true };
  };
  const finish = (it: Instance) => {
    it.state = it.found.reduce<number>((state, found) => mix(state, found!), it.state);
    it.found.fill(undefined);
    it.unit++;
  };
  return {
    set_threads: (count) => ({ ok: count }),
    describe: () => ({ ok: JSON.stringify(fakeDescription) }),
    create(task, text, inputs): Reply<number> {
      const params: Params = { ...defaults, ...JSON.parse(text) };
      log.push(`create ${task}${member ? ` in ${member}` : ''}`);
      if (!inputs.image) return user('The input "image" is missing.');
      if (params.prior && !models.has(params.prior)) return user(`There is no model "${params.prior}".`);
      const found = new Array<undefined>(params.steps_per_unit!).fill(undefined);
      all.set(++last, { params, unit: 0, found, state: 1, image: Float32Array.from(inputs.image.data) });
      return { ok: last };
    },
    step(handle): Reply<StepStatus> {
      const it = at(handle);
      const reply = run(it, it.found.indexOf(undefined));
      if ('error' in reply) return reply;
      if (!it.found.includes(undefined)) finish(it);
      return { ok: statusOf(it) };
    },
    share_of: (handle) => ({
      ok: {
        ...{ shares: at(handle).params.share === 1, bytes: at(handle).params.bytes! },
        led: at(handle).params.led === 1,
      },
    }),
    run_blocks(handle, first, count) {
      for (let b = first; b < first + count; b++) {
        log.push(`block ${b} in ${member}`);
        const reply = run(at(handle), b);
        if ('error' in reply) return reply;
      }
      return { ok: true };
    },
    results(handle, first, count) {
      const { unit, found } = at(handle);
      return {
        ok: new Uint8Array(
          Uint32Array.from([unit, first, ...(found.slice(first, first + count) as number[])]).buffer,
        ),
      };
    },
    put_results(handle, bytes) {
      const it = at(handle);
      const [unit, first, ...found] = new Uint32Array(bytes.buffer);
      if (unit !== it.unit) return { error: { kind: 'internal', message: 'Results of another unit.' } };
      found.forEach((value, i) => (it.found[first! + i] = value));
      return { ok: true };
    },
    finish_unit(handle) {
      finish(at(handle));
      return { ok: statusOf(at(handle)) };
    },
    status: (handle) => ({ ok: statusOf(at(handle)) }),
    set(handle, text) {
      const it = at(handle);
      it.params = { ...it.params, ...JSON.parse(text) };
      return { ok: statusOf(it) };
    },
    output(handle, name) {
      if (name !== 'image') return user(`There is no output "${name}".`);
      const data = at(handle).image.map((v) => v * at(handle).params.level!);
      return { ok: { dtype: 'f32', shape: [1, 1, data.length], data } };
    },
    metrics: (handle) => ({ ok: { steps: stepsOf(at(handle)), state: at(handle).state } }),
    save: () => user('This task cannot be saved.'),
    model_of: (handle) => ({ ok: new Uint8Array([stepsOf(at(handle))]) }),
    destroy(handle) {
      log.push(member ? `destroy in ${member}` : 'destroy');
      return { ok: all.delete(handle) ? 1 : 0 };
    },
    put_model(name, file) {
      if (!file.length) return user(`The model "${name}" is empty.`);
      log.push(`put ${name}${member ? ` in ${member}` : ''}`);
      models.add(name);
      return { ok: true };
    },
    drop_model(name) {
      models.delete(name);
      return { ok: true };
    },
  };
}

/** A Worker that is none: messages are cloned and delivered later, as real ones are. */
export function fakeWorker(log: string[] = [], member = 0): WorkerLike {
  let server: Server | undefined;
  let ended = false;
  const worker: WorkerLike = {
    onmessage: null,
    onerror: null,
    postMessage(message, transfer) {
      const data = structuredClone(message, { transfer });
      setTimeout(() => guarded(() => receive(data)));
    },
    terminate() {
      log.push(member ? `terminate ${member}` : 'terminate');
      ended = true;
      server?.close();
    },
  };
  const post = (message: FromWorker) => {
    const data = structuredClone(message);
    setTimeout(() => ended || worker.onmessage?.({ data } as MessageEvent<FromWorker>));
  };
  const guarded = (body: () => void) => {
    if (ended) return;
    try {
      body();
    } catch (error) {
      if (error instanceof Hang) ended = true;
      else post({ event: 'fatal', message: (error as Error).message });
    }
  };
  const receive = (message: ToWorker) => {
    if ('op' in message && message.op === 'boot') {
      log.push(member ? `boot ${member}` : 'boot');
      // What the server does unasked runs outside `receive`: a trap there is caught here, as a worker's onerror would.
      // One thread stands for all workers: turns by setImmediate, or node would let one of them take a thousand.
      const place = {
        now: () => performance.now(),
        later: (body: () => void) => void setImmediate(body),
        guard: guarded,
      };
      server = new Server(fakeBindings(log, member), post, message, place);
      post({ id: message.id, ok: { threads: message.threads } });
    } else server?.receive(message);
  };
  return worker;
}

/** The eight bytes of an empty module, and their digest. */
export const emptyModule = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
const emptyDigest = '93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476';

export const fakeFile = new Uint8Array([1, 2, 3]);
const fakeFileDigest = '039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81';

/** Everything answers at once from memory; `over` replaces parts. Needs `fetch` to serve `fakeFiles`. */
export function fakeGround(log: string[] = [], over: Partial<Ground> = {}): Ground {
  const module = (flavour: string) => ({
    ...{ url: `http://site/${flavour}.wasm`, script: `http://site/${flavour}.mjs` },
    ...{ bytes: emptyModule.length, digest: emptyDigest },
  });
  return {
    description: async () => fakeDescription,
    modules: { simd: module('simd'), 'simd-mt': module('simd-mt') },
    models: {
      tiny: { url: 'http://site/tiny', bytes: 3, digest: fakeFileDigest, family: 'fake', title: 'Tiny' },
    },
    detect: () => ({ simd: true, relaxed: false, threads: false, cores: 1, small: false }),
    spawn: (member) => fakeWorker(log, member),
    ...over,
  };
}

export function serveFakeFiles(url: string): Response {
  return new Response(url.endsWith('.wasm') ? emptyModule : fakeFile);
}

export function fakeEngine(
  log: string[] = [],
  over: Partial<Ground> = {},
  options: EngineOptions = {},
): EngineClient {
  return new EngineClient(fakeGround(log, over), options);
}
