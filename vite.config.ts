// The page, from web/ into dist/: relative addresses only, so that it works below any path of any static host.
// build/public holds what the page loads at run time (wasm modules, weights, pictures), staged under hashed names;
// Emscripten's scripts are among them and stay out of the bundle.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const pages = readdirSync(path('web'))
  .filter((name) => name.endsWith('.html'))
  .map((name) => [name.slice(0, -5), path(`web/${name}`)]);

/** Tells the service worker which pages and which files with a hash in their name the site has. */
const listFiles: Plugin = {
  name: 'list-files',
  apply: 'build',
  closeBundle() {
    const names = readdirSync(path('dist'), { recursive: true }).map((it) =>
      String(it).replaceAll('\\', '/'),
    );
    const files = names.filter((it) => /^(assets|engine|models|images)\/.*\.(?!md$)\w+$/.test(it)).sort();
    const lists = { PAGES: names.filter((it) => /^[^/]+\.html$/.test(it)).sort(), FILES: files };
    const lines = Object.entries(lists).map(([name, list]) => `const ${name}=${JSON.stringify(list)};`);
    const worker = path('dist/sw.js');
    writeFileSync(worker, [...lines, readFileSync(worker, 'utf8')].join('\n'));
  },
};

export default defineConfig({
  root: path('web'),
  base: './',
  publicDir: path('build/public'),
  server: { headers: isolation, fs: { allow: [path('.')] } },
  worker: { format: 'es' },
  plugins: [listFiles],
  build: {
    target: 'es2022',
    outDir: path('dist'),
    emptyOutDir: true,
    assetsInlineLimit: 0, // files stay files: a strict content security policy need not allow data: addresses
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        ...Object.fromEntries(pages),
        engine: path('web/src/engine/public.ts'),
        priorlab: path('web/src/library/index.ts'),
        sw: path('web/src/service_worker.ts'),
      },
      preserveEntrySignatures: 'exports-only',
      output: {
        // For other pages, benchmarks and tests: engine.js, and priorlab.js, the methods as functions; every other name
        // carries a hash. Scripts lie one folder below the root (web/src/engine/index.ts counts on it). The service worker
        // lies at the root, which is what it may control.
        entryFileNames: ({ name }) =>
          ({ engine: 'lib/engine.js', priorlab: 'lib/priorlab.js', sw: 'sw.js' })[name] ??
          'assets/[name]-[hash].js',
      },
    },
  },
});
