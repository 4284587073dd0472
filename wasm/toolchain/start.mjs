// npm start [-- --port N --host NAME --no-isolation]: sets up what is missing, builds what has changed, serves dist/.
import { join } from 'node:path';
import { serve, serveOptions } from './serve.mjs';
import { main, root } from './shell.mjs';
import { page, pageInputs } from './steps.mjs';

main(async () => {
  const options = serveOptions(process.argv.slice(2));
  pageInputs();
  page();
  const { url } = await serve(join(root, 'dist'), options);
  console.log(`\nPriorlab is at ${url}  (Ctrl+C ends it)`);
  if (options.isolation === false)
    console.log('Without isolation headers: a pool of workers instead of threads.');
});
