// The service worker of our own pages (dist/sw.js). It does two things, holds no state but the cache, and never reloads:
// - it adds the headers of cross-origin isolation to our pages, so that a static host that cannot send them gives threads
//   from the second visit on: COOP and COEP for pages of their own, Document-Isolation-Policy for frames in Chromium,
//   CORP for frames in isolated pages. What a server sends itself stays as it is.
// - it makes the site work without a network: pages from the network first, files with a hash in their name from the
//   cache first. What the cache may hold is listed, thus bounded by the size of one version of the site.
// A page with ?sw=off in its address is left alone.
export {};

// The build writes these two in front of the script (vite.config.ts), relative to the site's root.
declare const PAGES: readonly string[];
declare const FILES: readonly string[];

const scope = self as unknown as ServiceWorkerGlobalScope;
const root = scope.registration.scope;
const name = `priorlab ${new URL(root).pathname}`; // an origin may hold several copies of the site
/** A page waits so long for the network where its copy is there. */
const PATIENCE_MS = 4000;
const listed = new Set(FILES.map((file) => root + file));

const isolation = {
  'Document-Isolation-Policy': 'isolate-and-credentialless',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

function isolated(response: Response): Response {
  if (!response.status) return response; // a redirect that the browser follows itself
  const headers = new Headers(response.headers);
  for (const [key, value] of Object.entries(isolation)) if (!headers.has(key)) headers.set(key, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/** The page at an address, as listed: "bench.html" for ".../bench?x". */
function pageAt(address: string): string | undefined {
  const { origin, pathname } = new URL(address);
  const path = origin + pathname;
  if (!path.startsWith(root)) return undefined;
  const it = path.slice(root.length) || 'index.html';
  return PAGES.find((page) => page === it || page === `${it}.html`);
}

async function page(request: Request, known: string): Promise<Response> {
  const answer = fetch(request);
  const kept = await caches.match(root + known, { cacheName: name });
  if (!kept) return isolated(await answer);
  const late = new Promise<undefined>((go) => setTimeout(go, PATIENCE_MS, undefined));
  const found = await Promise.race([answer.catch(() => undefined), late]);
  return isolated(found && found.status < 500 ? found : kept);
}

/** Hosts may answer with a page of theirs where a file is not there yet. */
const isSound = ({ status, redirected, headers }: Response): boolean =>
  status === 200 && !redirected && !/^text\/html/i.test(headers.get('Content-Type') ?? '');

/** By its address: a page that is left takes its own requests with it, and Firefox calls that an error of this worker. */
async function load(url: string, options: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, options);
  return isSound(response) ? response : fetch(url, { cache: 'reload' }); // the browser may have kept the wrong one
}

async function file(request: Request): Promise<Response> {
  const cache = (await caches.has(name)) ? await caches.open(name) : undefined; // keep() makes it, ?sw=off removes it
  const anew = request.cache === 'reload' || request.cache === 'no-store'; // the kept one was found damaged
  let response = anew ? undefined : await cache?.match(request.url);
  if (!response) {
    response = await load(request.url, anew ? { cache: 'reload' } : {});
    if (isSound(response)) void cache?.put(request.url, response.clone()).catch(() => {}); // full: do without
  }
  // A page that requires CORP takes only workers that require it, too.
  return request.destination === 'worker' ? isolated(response) : response;
}

/** What an engine's file cannot do without: its other half, and both of the flavour that the next visit will choose. */
function companions(file: string): string[] {
  const parts = (it: string) => /^engine\/(\w+)(?:-mt)?\.[^/]+\/(\w+)\./.exec(it)?.slice(1).join();
  const mine = parts(file);
  return mine ? FILES.filter((it) => parts(it) === mine) : [file];
}

/** Takes what the page has loaded before this worker saw its requests, and every page's script; then drops old versions. */
async function keep(urls: string[]): Promise<void> {
  const used = urls.filter(
    (url) => url.startsWith(root) && /^(assets|engine|models|images)\//.test(url.slice(root.length)),
  );
  if (!used.every((url) => listed.has(url))) return; // the page is of another version than this worker
  const files = [
    ...FILES.filter((it) => it.startsWith('assets/')),
    ...used.map((url) => url.slice(root.length)),
  ];
  const wanted = new Set(files.flatMap(companions).map((it) => root + it));
  const cache = await caches.open(name);
  for (const url of wanted) {
    if (await cache.match(url)) continue;
    const response = await load(url);
    if (isSound(response)) await cache.put(url, response);
  }
  for (const it of PAGES) {
    const response = await fetch(root + it, { cache: 'no-cache' });
    if (response.ok) await cache.put(root + it, response); // copies of the site may have fewer
  }
  for (const { url } of await cache.keys())
    if (!listed.has(url) && !PAGES.includes(url.slice(root.length))) await cache.delete(url);
}

scope.addEventListener('install', () => void scope.skipWaiting());
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener('message', (event) => {
  const urls: unknown = event.data?.keep;
  // Lost connections and full disks are no news: what is missing is fetched when it is asked for.
  if (Array.isArray(urls)) event.waitUntil(keep(urls.map(String)).catch(() => {}));
});
scope.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') {
    const known = pageAt(request.url);
    if (known && new URL(request.url).searchParams.get('sw') !== 'off')
      event.respondWith(page(request, known));
  } else if (listed.has(request.url)) event.respondWith(file(request));
});
