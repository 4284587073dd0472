// npm run dev: Vite with reload; a change below wasm/ or shared/ rebuilds the modules, and the page reloads.
import { spawn } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { main, root } from './shell.mjs';
import { nativeAndTypes, flavours, pageInputs, wasmFlavours } from './steps.mjs';
import { stageAssets } from './assets.mjs';

main(() => {
  pageInputs();
  const vite = spawn(
    process.execPath,
    [join(root, 'node_modules/vite/bin/vite.js'), ...process.argv.slice(2)],
    { cwd: root, stdio: 'inherit' },
  );
  vite.on('exit', (code) => process.exit(code ?? 1));
  let timer;
  const rebuild = () => {
    try {
      nativeAndTypes();
      wasmFlavours();
      stageAssets(flavours);
    } catch (error) {
      console.error(error.message); // a broken edit: say so and wait for the next one
    }
  };
  for (const folder of ['wasm', 'shared'].map((name) => join(root, name)).filter(existsSync)) {
    watch(folder, { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(rebuild, 300);
    });
  }
});
