// Scripts of the npm package, from the sources of the page into lib/ of the folder PRIORLAB_PACKAGE. Unlike the site's they name every file
// they load at run time as `new URL('...', import.meta.url)`: a bundler finds them, copies them and puts its own names in.
// web/scripts/package.mjs stages those files and hands their names over in files.json there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin, type UserConfig } from 'vite';
import site from '../../vite.config.ts';

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

const folder = process.env.PRIORLAB_PACKAGE ?? path('build/package');

/** assets: what build/assets.json is to the site; images: build/images.json; files: all addresses below the package. */
type Staged = { assets: object; images: object; files: string[] };

/** Puts the package's files in the place of the site's. All scripts lie in one folder, beside the others. */
function packageFiles(): Plugin {
  const { assets, images, files } = JSON.parse(readFileSync(join(folder, 'files.json'), 'utf8')) as Staged;
  const entries = files.map(
    (name) =>
      `  ${JSON.stringify(name)}: new URL(/* @vite-ignore */ ${JSON.stringify(`../${name}`)}, import.meta.url).href,`,
  );
  const modules: Record<string, string> = {
    [path('build/assets.json')]: JSON.stringify(assets),
    [path('build/images.json')]: JSON.stringify(images),
    [path('web/src/engine/site.ts')]: [
      'const files = {',
      ...entries,
      '};',
      'export const hasPage = false;',
      'export const siteUrl = (name) => files[name] ?? new URL(/* @vite-ignore */ `../${name}`, import.meta.url).href;',
    ].join('\n'),
  };
  return {
    name: 'package-files',
    enforce: 'pre',
    load: (id) => modules[id],
  };
}

const { plugins = [], ...shared } = site as UserConfig;
const entries = {
  priorlab: 'web/src/library/index.ts',
  engine: 'web/src/engine/public.ts',
  'prior-lab': 'web/src/element/prior_lab.ts',
  'embed-frame': 'web/src/element/embed_frame.ts',
};

export default defineConfig({
  ...shared,
  plugins: [...plugins.filter((it) => (it as Plugin).name !== 'list-files'), packageFiles()],
  publicDir: false,
  worker: { format: 'es', rollupOptions: { output: { entryFileNames: 'lib/[name].js' } } },
  build: {
    ...shared.build,
    outDir: folder,
    emptyOutDir: false,
    modulePreload: false,
    minify: false, // whoever bundles it does that
    rollupOptions: {
      input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, path(file)])),
      preserveEntrySignatures: 'strict',
      output: {
        entryFileNames: 'lib/[name].js',
        chunkFileNames: 'lib/[name]-[hash].js',
        assetFileNames: 'lib/[name][extname]',
      },
    },
  },
});
