// A small static server for dist/: the headers that make a page cross-origin isolated (threads), a strict content
// security policy (so that what works here works on hosts that set one), right media types, caching for ever of names
// that carry a hash, revalidation of the others.
// As a program: node wasm/toolchain/serve.mjs [--port N] [--host H] [--no-isolation] [folder]
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { Failure, main, root, isMain } from './shell.mjs';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.svg': 'image/svg+xml',
  '.ico': 'image/x-icon',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.safetensors': 'application/octet-stream',
  '.webmanifest': 'application/manifest+json',
};

const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "connect-src 'self' blob: data:",
  "img-src 'self' blob: data:",
  "frame-src 'self'",
  "media-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

// Vite's chunks, and what assets.mjs puts below these folders; credits and training records keep plain names.
const hashed = /\/(assets|engine|models|images)\/(?!.*\.md$)/;

/**
 * Starts serving; resolves to {server, url}. With `port` 0 or taken and not insisted on, the next free one is used.
 * `more(path)`: headers instead of those, undefined for none (for tests of other hosts).
 */
export function serve(
  folder,
  {
    port = 8000,
    host = 'localhost',
    isolation = true,
    insist = false,
    more = /** @type {(path: string) => object} */ (() => ({})),
  } = {},
) {
  const base = resolve(folder);
  const server = createServer((request, response) => {
    const headers = {
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': policy,
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'Access-Control-Allow-Origin': '*', // pages elsewhere import lib/prior-lab.js
    };
    if (isolation) {
      headers['Cross-Origin-Opener-Policy'] = 'same-origin';
      headers['Cross-Origin-Embedder-Policy'] = 'require-corp';
    }
    const answer = (status, text, more = {}) => {
      response.writeHead(status, { ...headers, 'Content-Type': 'text/plain; charset=utf-8', ...more });
      response.end(request.method === 'HEAD' ? undefined : text);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(405, 'GET and HEAD only\n', { Allow: 'GET, HEAD' });
    let path;
    try {
      path = decodeURIComponent(request.url.split(/[?#]/)[0]);
    } catch {
      return answer(400, 'malformed address\n');
    }
    let file = normalize(join(base, path));
    if (path.includes('\0') || (file !== base && !file.startsWith(base + sep)))
      return answer(404, 'not found\n');
    if (existsSync(file) && statSync(file).isDirectory()) {
      if (!path.endsWith('/')) return answer(301, '', { Location: `${path.replace(/^\/+/, '/')}/` });
      file = join(file, 'index.html');
    }
    if (!existsSync(file) && existsSync(`${file}.html`)) file += '.html'; // as most static hosts do
    if (!existsSync(file)) return answer(404, `${path} not found\n`);
    for (const [name, value] of Object.entries(more(path))) {
      if (value === undefined) delete headers[name];
      else headers[name] = value;
    }
    const { size, mtimeMs } = statSync(file);
    const tag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`;
    headers.ETag = tag;
    headers['Cache-Control'] = hashed.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
    if (request.headers['if-none-match'] === tag) {
      response.writeHead(304, headers);
      return response.end();
    }
    response.writeHead(200, {
      'Content-Type': types[extname(file)] || 'application/octet-stream',
      'Content-Length': size,
      ...headers,
    });
    if (request.method === 'HEAD') return response.end();
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response);
  });
  return new Promise((done, fail) => {
    const last = port + 20;
    const listen = (p) => server.listen(p, host);
    server.on('error', (error) => {
      if (error.code === 'EADDRINUSE' && !insist && port < last) return listen(++port);
      fail(
        new Failure(
          error.code === 'EADDRINUSE'
            ? `port ${port} is in use; choose another with --port N`
            : `cannot serve on ${host}:${port}: ${error.message}`,
        ),
      );
    });
    server.on('listening', () => {
      const name =
        host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
      done({ server, url: `http://${name}:${server.address().port}/` });
    });
    listen(port);
  });
}

/** {port, host, isolation, insist, rest} from the command line. */
export function serveOptions(args) {
  const options = { rest: [] };
  for (let i = 0; i < args.length; i++) {
    const [name, joined] = args[i].split(/=(.*)/s);
    const value = () => {
      const text = joined ?? args[++i];
      if (!text) throw new Failure(`${name} needs a value`);
      return text;
    };
    if (name === '--port') {
      const text = value();
      if (!/^\d+$/.test(text) || Number(text) > 65535)
        throw new Failure(`--port takes a number from 0 to 65535, not "${text}"`);
      Object.assign(options, { port: Number(text), insist: true });
    } else if (name === '--host') {
      options.host = value();
    } else if (name === '--no-isolation') {
      options.isolation = false;
    } else if (name.startsWith('--')) {
      throw new Failure(`unknown option ${name}; there are --port N, --host NAME and --no-isolation`);
    } else {
      options.rest.push(args[i]);
    }
  }
  return options;
}

if (isMain(import.meta.url)) {
  main(async () => {
    const { rest, ...options } = serveOptions(process.argv.slice(2));
    const { url } = await serve(rest[0] || join(root, 'dist'), options);
    console.log(`Serving at ${url}`);
  });
}
