// The real client and the real server over a module written in TypeScript: the engine without WebAssembly, for tests.
// Its one task, `count`, counts units; its parameters make it slow, fail, trap or hang on demand.
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
      ...{ id: 'count', title: 'Count', summary: 'Counts.', unit: 'unit', source: '' },
      params: [
        integer('units', 3),
        integer('steps_per_unit', 2),
        integer('fail_at', 0), // the step that throws a user's error
        integer('trap_at', 0), // the step that traps
        integer('hang_at', 0), // the step that never ends
        { ...integer('level', 1), live: true },
        { name: 'prior', type: 'model', default: '', family: 'fake', label: 'Prior', help: 'A model.' },
      ],
      inputs: [{ name: 'image', shape: '(C, H, W)', help: 'given back as output' }],
      outputs: [{ name: 'image', shape: '(C, H, W)', help: 'the input' }],
      metrics: [{ name: 'steps', unit: '', help: 'steps taken' }],
    },
  },
};

type Params = Record<string, number> & { prior?: string };
type Instance = { params: Params; step: number; image: Float32Array };

/** Thrown to stand for a step that never returns: the fake worker then falls silent. */
export class Hang extends Error {}

export function fakeBindings(log: string[] = []): Bindings {
  const all = new Map<number, Instance>();
  const models = new Set<string>();
  const defaults = Object.fromEntries(fakeDescription.tasks.count!.params.map((p) => [p.name, p.default]));
  let last = 0;
  const user = (message: string): { error: { kind: 'user'; message: string } } => ({
    error: { kind: 'user', message },
  });
  const statusOf = ({ params, step }: Instance): StepStatus => ({
    done: step >= params.units! * params.steps_per_unit!,
    unit_finished: step > 0 && step % params.steps_per_unit! === 0,
    unit: Math.floor(step / params.steps_per_unit!),
    units: params.units!,
    progress: step / (params.units! * params.steps_per_unit!),
  });
  const at = (handle: number) => all.get(handle)!;
  return {
    set_threads: (count) => ({ ok: count }),
    describe: () => ({ ok: JSON.stringify(fakeDescription) }),
    create(task, text, inputs): Reply<number> {
      const params: Params = { ...defaults, ...JSON.parse(text) };
      log.push(`create ${task}`);
      if (!inputs.image) return user('The input "image" is missing.');
      if (params.prior && !models.has(params.prior)) return user(`There is no model "${params.prior}".`);
      all.set(++last, { params, step: 0, image: inputs.image.data as Float32Array });
      return { ok: last };
    },
    step(handle): Reply<StepStatus> {
      const it = at(handle);
      it.step++;
      if (it.step === it.params.fail_at) return user('This cannot go on.');
      if (it.step === it.params.trap_at) throw new WebAssembly.RuntimeError('unreachable');
      if (it.step === it.params.hang_at) throw new Hang();
      return { ok: statusOf(it) };
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
    metrics: (handle) => ({ ok: { steps: at(handle).step } }),
    save: () => user('This task cannot be saved.'),
    model_of: (handle) => ({ ok: new Uint8Array([at(handle).step]) }),
    destroy(handle) {
      log.push('destroy');
      return { ok: all.delete(handle) ? 1 : 0 };
    },
    put_model(name, file) {
      if (!file.length) return user(`The model "${name}" is empty.`);
      log.push(`put ${name}`);
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
export function fakeWorker(log: string[] = []): WorkerLike {
  let server: Server | undefined;
  let ended = false;
  const worker: WorkerLike = {
    onmessage: null,
    onerror: null,
    postMessage(message, transfer) {
      const data = structuredClone(message, { transfer });
      setTimeout(() => ended || guarded(() => receive(data)));
    },
    terminate() {
      log.push('terminate');
      ended = true;
      server?.close();
    },
  };
  const post = (message: FromWorker) => {
    const data = structuredClone(message);
    setTimeout(() => ended || worker.onmessage?.({ data } as MessageEvent<FromWorker>));
  };
  const guarded = (body: () => void) => {
    try {
      body();
    } catch (error) {
      if (error instanceof Hang) ended = true;
      else post({ event: 'fatal', message: (error as Error).message });
    }
  };
  const receive = (message: ToWorker) => {
    if ('op' in message && message.op === 'boot') {
      log.push('boot');
      const bindings = fakeBindings(log);
      // The server's own turns run outside `receive`: a trap there is caught here, as a worker's onerror would.
      const step = bindings.step.bind(bindings);
      server = new Server({ ...bindings, step }, post);
      const turns = (server as unknown as { turns: MessageChannel }).turns;
      const turn = turns.port1.onmessage!;
      turns.port1.onmessage = (event) => ended || guarded(() => turn.call(turns.port1, event));
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
    ...{ bytes: emptyModule.length, sha256: emptyDigest },
  });
  return {
    description: fakeDescription,
    modules: { simd: module('simd'), 'simd-mt': module('simd-mt') },
    models: {
      tiny: { url: 'http://site/tiny', bytes: 3, sha256: fakeFileDigest, family: 'fake', title: 'Tiny' },
    },
    detect: () => ({ simd: true, relaxed: false, threads: false, cores: 4 }),
    spawn: () => fakeWorker(log),
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
