// The page, from web/ into dist/: relative addresses only, so that it works below any path of any static host.
// build/public holds what the page loads at run time (wasm modules, weights, pictures), staged under hashed names;
// Emscripten's scripts are among them and stay out of the bundle.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const pages = readdirSync(path('web'))
  .filter((name) => name.endsWith('.html'))
  .map((name) => [name.slice(0, -5), path(`web/${name}`)]);

export default defineConfig({
  root: path('web'),
  base: './',
  publicDir: path('build/public'),
  server: { headers: isolation, fs: { allow: [path('.')] } },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    outDir: path('dist'),
    emptyOutDir: true,
    assetsInlineLimit: 0, // files stay files: a strict content security policy need not allow data: addresses
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { ...Object.fromEntries(pages), engine: path('web/src/engine/public.ts') },
      preserveEntrySignatures: 'exports-only',
      output: {
        // engine.js: the engine for other pages, for benchmarks and tests; every other name carries a hash. Scripts lie
        // one folder below the root (web/src/engine/index.ts counts on it).
        entryFileNames: ({ name }) => (name === 'engine' ? 'lib/engine.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
});
