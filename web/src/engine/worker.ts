// The module worker: boots one instance of the module, then hands messages to the Server. Whatever is thrown here is
// fatal for the instance; the client replaces the worker.
import type { ModuleFactory } from './module';
import type { Boot, FromWorker, Order, Request } from './protocol';
import { Server } from './server';
import { inWorker } from './turns';

const scope = self as unknown as DedicatedWorkerGlobalScope;
const post = (message: FromWorker, transfer: Transferable[] = []) => scope.postMessage(message, transfer);

let dead = false;
function die(error: unknown): void {
  if (dead) return;
  dead = true;
  post({ event: 'fatal', message: error instanceof Error ? error.message : String(error) });
}

async function boot(
  args: Boot,
  script: { default: ModuleFactory },
): Promise<{ server: Server; threads: number }> {
  const module = await script.default({
    threads: args.threads,
    instantiateWasm(imports, receive) {
      WebAssembly.instantiate(args.wasm, imports).then((instance) => receive(instance, args.wasm), die);
      return {};
    },
    onAbort: die,
  });
  const reply = module.set_threads(args.threads);
  const threads = 'ok' in reply ? reply.ok : 1;
  return { server: new Server(module, post, args, inWorker()), threads };
}

let server: Server | undefined;

scope.onmessage = async ({ data }: MessageEvent<Request | Order>) => {
  if (dead) return;
  try {
    if ('op' in data && data.op === 'boot') {
      // Emscripten's script stays out of the bundle: with threads, its workers load it again by its own address.
      const script = await import(/* @vite-ignore */ data.script).catch(() => undefined);
      if (!script) {
        const message = 'A part of the engine did not arrive.';
        return post({ id: data.id, error: { kind: 'network', message } });
      }
      const booted = await boot(data, script);
      server = booted.server;
      post({ id: data.id, ok: { threads: booted.threads } });
    } else server!.receive(data);
  } catch (error) {
    die(error);
  }
};
scope.onerror = (event) => die(typeof event === 'string' ? event : (event as ErrorEvent).message);
scope.onunhandledrejection = (event) => die(event.reason);
