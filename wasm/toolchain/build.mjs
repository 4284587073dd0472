// npm run build: the static site in dist/, for any static host and any sub-path.
import { main } from './shell.mjs';
import { page, pageInputs } from './steps.mjs';

main(() => {
  pageInputs();
  page();
  console.log('\nThe site is in dist/.');
});
