// Hosts as the world has them: the built site below /site/ and pages of others, which embed it, below /notes/. The same
// server is two origins, 127.0.0.1 and localhost.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../../wasm/toolchain/serve.mjs';
import { root } from '../../wasm/toolchain/shell.mjs';

/**
 * `pages`: HTML of each page below /notes/ by name, given the address of the site there and that of the other origin.
 * Resolves to {here, there, end}: addresses that end with '/'.
 */
export async function host(pages, { isolation = false, policy } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'priorlab-host-'));
  mkdirSync(join(folder, 'notes'));
  symlinkSync(process.env.PRIORLAB_DIST || join(root, 'dist'), join(folder, 'site'));
  const more = (path) => (path.startsWith('/notes/') ? { 'Content-Security-Policy': policy } : {});
  const { server, url } = await serve(folder, { port: 0, host: '127.0.0.1', isolation, more });
  const there = url.replace('127.0.0.1', 'localhost');
  for (const [name, text] of Object.entries(pages(`${url}site/`, `${there}site/`)))
    writeFileSync(join(folder, 'notes', name), text);
  const end = () => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { here: url, there, end };
}

/** A page of somebody's notes. */
export const page = (body, head = '') =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Notes</title>` +
  `<link rel="icon" href="data:,">${head}</head><body>${body}</body></html>`;
