// Hosts as the world has them: the built site below /site/ (and /older/, as if it were another version) and pages of others,
// which embed it, below /notes/. The same server is two origins, 127.0.0.1 and localhost.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { serve } from '../../wasm/toolchain/serve.mjs';
import { root } from '../../wasm/toolchain/shell.mjs';

/**
 * `pages`: HTML of each page below /notes/ by name, given the address of the site there and that of the other origin; or
 * the folder that they are in. Resolves to {here, there, folder, end}: addresses that end with '/'.
 */
export async function host(pages, { isolation = false, policy = '' } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'priorlab-host-'));
  for (const name of ['site', 'older']) symlinkSync(join(root, 'dist'), join(folder, name));
  // As GitHub Pages and the networks that deliver npm packages: CORS, and CORP for pages at most.
  const more = (path) => ({
    ...(path.startsWith('/notes/') ? { 'Content-Security-Policy': policy || undefined } : {}),
    ...(/\.html$|\/$/.test(path) ? {} : { 'Cross-Origin-Resource-Policy': undefined }),
  });
  const { server, url } = await serve(folder, { port: 0, host: '127.0.0.1', isolation, more });
  const there = url.replace('127.0.0.1', 'localhost');
  const notes = join(folder, 'notes');
  if (typeof pages === 'string') symlinkSync(resolve(root, pages), notes);
  else {
    mkdirSync(notes);
    const texts = pages(`${url}site/`, `${there}site/`);
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(notes, name), text);
  }
  const end = () => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { here: url, there, folder, end };
}

/** A page of somebody's notes. */
export const page = (body, head = '') =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Notes</title>` +
  `<link rel="icon" href="data:,">${head}</head><body>${body}</body></html>`;
