// What the benchmarks in the browser share.
import { readFileSync } from 'node:fs';

/** A value given on the command line as `--name value`. */
export const option = (name, otherwise) => {
  const place = process.argv.indexOf(`--${name}`);
  return place < 0 ? otherwise : process.argv[place + 1];
};

export const launchOptions = () => ({
  executablePath: process.env.PRIORLAB_CHROMIUM || undefined,
  args: [
    ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ],
});

/** Peak memory of the process that the page lives in, bytes; undefined where the system does not tell. */
export async function peakMemory(browser) {
  try {
    const session = await browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    await session.detach();
    const peaks = processInfo
      .filter(({ type }) => type === 'renderer')
      .map(({ id }) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]) * 1024);
    return Math.max(...peaks.filter(Number.isFinite));
  } catch {
    return undefined;
  }
}
