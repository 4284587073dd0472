// Programs that a test starts and ends.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

/** Starts a program; resolves to {child, found, end} once its output matches `sign`, or at once without one. */
export function begin(command, args, { env = {}, sign, timeout = 60_000 } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a group of its own, which ends as a whole
    });
    let text = '';
    const end = () =>
      new Promise((over) => {
        if (child.exitCode !== null || child.signalCode !== null) return over();
        child.once('close', over);
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          over();
        }
      });
    const timer = setTimeout(() => {
      void end();
      fail(new Error(`${command} did not start within ${timeout / 1000} s:\n${text.slice(-2000)}`));
    }, timeout);
    const settle = (found) => {
      clearTimeout(timer);
      done({ child, found, end });
    };
    const hear = (data) => {
      text = (text + data).slice(-20_000);
      const found = sign?.exec(text);
      if (found) settle(found);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', (error) => (clearTimeout(timer), fail(error)));
    child.on(
      'close',
      (code) => (clearTimeout(timer), fail(new Error(`${command} ended (${code}):\n${text}`))),
    );
    if (!sign) child.once('spawn', () => settle(undefined));
  });
}

/** A port of this machine that nobody listens on at the moment. */
export const freePort = () =>
  new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

/** Asks until the answer is there; throws what `told` says when the time is over. */
export async function until(ask, told, timeout = 60_000) {
  for (const end = Date.now() + timeout; ;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`not within ${timeout / 1000} s: ${await told()}`);
    await new Promise((go) => setTimeout(go, 200));
  }
}
