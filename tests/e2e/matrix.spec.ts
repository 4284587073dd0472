// Some cells of the isolation matrix (tests/matrix/matrix.mjs; `npm test -- matrix` has all, in three browsers).
import { openChromium } from '../matrix/chromium.mjs';
import { runBrowser } from '../matrix/matrix.mjs';
import { expect, test } from './page';

const cells = ['frame plain', 'frame_other isolated', 'element_other isolated', 'frame_other worker'];

test('frames and elements on four kinds of hosts restore the same picture, with threads where there can be @plain', async () => {
  const told: string[] = [];
  const found = await runBrowser(
    'chromium',
    () => openChromium(process.env.PRIORLAB_CHROMIUM),
    (cell: string, it: Error | { path: string }) =>
      void (it instanceof Error && told.push(`${cell}: ${it.message}`)),
    cells,
  );
  expect(told).toEqual([]);
  expect(Object.keys(found.cells)).toEqual(cells);
});
