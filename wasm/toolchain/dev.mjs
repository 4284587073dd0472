// npm run dev [-- Vite's options]: Vite with reload; a change below wasm/ or shared/ rebuilds the modules, and the page
// reloads.
import { spawn } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { isMain, main, root } from './shell.mjs';
import { nativeAndTypes, flavours, pageInputs, wasmFlavours } from './steps.mjs';
import { stageAssets } from './assets.mjs';

/** Calls `body` once when a burst of changes below the folders has been over for `wait` ms. Returns the function that ends it. */
export function onChange(folders, body, wait = 300) {
  let timer;
  const watchers = folders.filter(existsSync).map((folder) =>
    watch(folder, { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(body, wait);
    }),
  );
  return () => {
    clearTimeout(timer);
    watchers.forEach((watcher) => watcher.close());
  };
}

function rebuild() {
  try {
    nativeAndTypes();
    wasmFlavours();
    stageAssets(flavours);
  } catch (error) {
    console.error(error.message); // a broken edit: say so and wait for the next one
  }
}

if (isMain(import.meta.url)) {
  main(() => {
    pageInputs();
    const vite = spawn(
      process.execPath,
      [join(root, 'node_modules/vite/bin/vite.js'), ...process.argv.slice(2)],
      { cwd: root, stdio: 'inherit' },
    );
    vite.on('exit', (code) => process.exit(code ?? 1));
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => vite.kill(signal)); // no server is left behind
    onChange(
      ['wasm', 'shared'].map((name) => join(root, name)),
      rebuild,
    );
  });
}
