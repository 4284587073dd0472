// WebKitGTK's MiniBrowser, driven by WebDriver; broadwayd is the display that it needs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { begin, freePort, until } from './process.mjs';

export async function openWebKit(binary) {
  const home = mkdtempSync(join(tmpdir(), 'priorlab-webkit-'));
  const display = await freePort();
  const port = await freePort();
  const number = `:${100 + (display % 1000)}`;
  const broadway = await begin('broadwayd', ['--address', '127.0.0.1', '--port', String(display), number], {
    env: { XDG_RUNTIME_DIR: home },
  });
  const env = {
    ...{ GDK_BACKEND: 'broadway', BROADWAY_DISPLAY: number, LIBGL_ALWAYS_SOFTWARE: '1' },
    ...{
      HOME: home,
      XDG_RUNTIME_DIR: home,
      XDG_DATA_HOME: home,
      XDG_CACHE_HOME: home,
      XDG_CONFIG_HOME: home,
    },
  };
  const program = await begin('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], { env });
  const base = `http://127.0.0.1:${port}`;
  const send = async (method, path, body) => {
    const answer = await fetch(base + path, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    const { value } = await answer.json();
    if (value?.error) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  const end = async () => {
    await program.end();
    await broadway.end();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await until(
      () =>
        send('GET', '/status')
          .then((it) => it.ready)
          .catch(() => false),
      () => 'WebKitWebDriver',
    );
    const options = { binary, args: ['--automation'] };
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } };
    const { sessionId } = await send('POST', '/session', { capabilities });
    const session = `/session/${sessionId}`;
    await send('POST', `${session}/timeouts`, { script: 60_000, pageLoad: 60_000 });
    return {
      errors: [], // WebDriver does not tell what is on the console
      /** A page with COOP may get another process: now and then the driver then stays with the empty one before it. */
      async open(url) {
        for (let i = 0; i < 3; i++) {
          await send('POST', `${session}/url`, { url });
          const script = 'return location.href';
          const at = await send('POST', `${session}/execute/sync`, { script, args: [] });
          if (at !== 'about:blank' || url === at) return;
        }
      },
      async evaluate(expression, inFrame = false) {
        await send('POST', `${session}/frame`, { id: null });
        if (inFrame) {
          const count = await send('POST', `${session}/execute/sync`, {
            script: 'return frames.length',
            args: [],
          });
          if (!count) return undefined;
          await send('POST', `${session}/frame`, { id: 0 });
        }
        const script =
          'const done = arguments[arguments.length - 1];' +
          `(async () => ({ ok: (await (${expression})) ?? null }))().catch((e) => ({ error: String(e) })).then(done);`;
        const { ok, error } = await send('POST', `${session}/execute/async`, { script, args: [] });
        if (error) throw new Error(error);
        return ok ?? undefined;
      },
      async close() {
        await send('DELETE', session).catch(() => {});
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}
