// The page, from web/ into dist/: relative addresses only, so that it works below any path of any static host.
// build/public holds what the page loads at run time (wasm modules, weights, pictures), staged under hashed names;
// Emscripten's scripts are among them and stay out of the bundle.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { heightStyles } from './web/src/element/heights';

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

/** Styles that demos and elements import go to every root that shows them, also to shadow roots (web/src/lib/styles.ts);
 * the page's own frame keeps its style sheet. */
function adoptedStyles(): Plugin {
  const mark = '\0adopted:';
  const frames = /\/src\/(main|embed)\.ts$|\.(html|css)$/;
  return {
    name: 'adopted-styles',
    enforce: 'pre',
    resolveId(source, importer) {
      const from = importer?.split('?')[0];
      if (!source.endsWith('.css') || !from?.startsWith(path('web')) || frames.test(from)) return undefined;
      return `${mark}${resolve(dirname(from), source)}.js`;
    },
    load(id) {
      if (!id.startsWith(mark)) return undefined;
      const file = id.slice(mark.length, -'.js'.length);
      const code = [
        `import css from ${JSON.stringify(`${file}?inline`)};`,
        `import { addStyles } from ${JSON.stringify(path('web/src/lib/styles.ts'))};`,
        'addStyles(css);',
      ].join('\n');
      return { code, moduleSideEffects: true };
    },
  };
}

/** Room for elements that are not yet defined. */
const elementStyles: Plugin = {
  name: 'element-styles',
  apply: 'build',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'lib/prior-lab.css', source: heightStyles() });
  },
};

/** What other pages load keeps its name; every other script carries a hash. Scripts lie one folder below the root
 * (web/src/engine/site.ts counts on it), but the service worker at the root, which is what it may control. */
const named: Record<string, { file: string; name: string }> = {
  engine: { file: 'web/src/engine/public.ts', name: 'lib/engine.js' }, // for benchmarks and tests, too
  priorlab: { file: 'web/src/library/index.ts', name: 'lib/priorlab.js' }, // the methods as functions
  'prior-lab': { file: 'web/src/element/prior_lab.ts', name: 'lib/prior-lab.js' },
  'embed-frame': { file: 'web/src/element/embed_frame.ts', name: 'lib/embed-frame.js' },
  sw: { file: 'web/src/service_worker.ts', name: 'sw.js' },
};

export default defineConfig({
  plugins: [adoptedStyles(), elementStyles, listFiles],
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
      input: Object.fromEntries([
        ...pages,
        ...Object.entries(named).map(([id, { file }]) => [id, path(file)]),
      ]),
      preserveEntrySignatures: 'exports-only',
      output: {
        entryFileNames: ({ name }) => named[name]?.name ?? 'assets/[name]-[hash].js',
      },
    },
  },
});
