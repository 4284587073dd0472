// The system's Firefox, driven by WebDriver BiDi.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { begin } from './process.mjs';
import { connect } from './websocket.mjs';

const preferences = {
  'app.update.disabledForTesting': true,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
};

export async function openFirefox(binary) {
  const profile = mkdtempSync(join(tmpdir(), 'priorlab-firefox-'));
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${value});`);
  writeFileSync(join(profile, 'user.js'), lines.join('\n'));
  const args = [
    '--headless',
    '--no-remote',
    '--profile',
    profile,
    '--remote-debugging-port',
    '0',
    'about:blank',
  ];
  const program = await begin(binary, args, {
    env: { MOZ_CRASHREPORTER_DISABLE: '1' },
    sign: /(ws:\/\/[\d.:]+)/,
  });

  const waiting = new Map();
  const errors = [];
  let last = 0;
  const onText = (text) => {
    const { id, type, result, error, message, method, params } = JSON.parse(text);
    if (type === 'event' && method === 'log.entryAdded' && ['error', 'warn'].includes(params.level))
      errors.push(`${params.level}: ${params.text}`);
    const it = waiting.get(id);
    waiting.delete(id);
    if (type === 'success') it?.done(result);
    else if (type === 'error') it?.fail(new Error(`${error}: ${message}`));
  };
  const onEnd = () => waiting.forEach(({ fail }) => fail(new Error('Firefox has ended')));
  const socket = await connect(`${program.found[1]}/session`, onText, onEnd);
  const send = (method, params) =>
    new Promise((done, fail) => {
      waiting.set(++last, { done, fail });
      socket.send(JSON.stringify({ id: last, method, params }));
    });

  await send('session.new', { capabilities: {} });
  await send('session.subscribe', { events: ['log.entryAdded'] });
  const tree = async (root) => (await send('browsingContext.getTree', root ? { root } : {})).contexts;
  const [{ context }] = await tree();
  return {
    errors,
    open: (url) => send('browsingContext.navigate', { context, url, wait: 'complete' }),
    /** The value of an expression (JSON values, promises of them) in the page or in its first frame. */
    async evaluate(expression, inFrame = false) {
      const child = inFrame ? (await tree(context))[0].children[0] : undefined;
      if (inFrame && !child) return undefined;
      const { type, result, exceptionDetails } = await send('script.evaluate', {
        expression: `(async () => JSON.stringify(await (${expression})))()`,
        target: { context: child?.context ?? context },
        awaitPromise: true,
      });
      if (type === 'exception') throw new Error(exceptionDetails.text);
      return result.value === undefined ? undefined : JSON.parse(result.value);
    },
    async close() {
      socket.close();
      await program.end();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
