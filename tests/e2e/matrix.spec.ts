// Chromium's cells of the isolation matrix (tests/matrix/matrix.mjs; `npm test -- matrix` has Firefox and WebKitGTK, too).
import { openChromium } from '../matrix/chromium.mjs';
import { runBrowser } from '../matrix/matrix.mjs';
import { expect, test } from './page';

test('every place on every host restores the same picture, with threads where there can be @plain', async () => {
  test.setTimeout(300_000);
  const told: string[] = [];
  await runBrowser(
    'chromium',
    () => openChromium(process.env.PRIORLAB_CHROMIUM),
    (place: string, kind: string, found: Error | { path: string }) => {
      if (found instanceof Error) told.push(`${place}, ${kind}: ${found.message}`);
    },
  );
  expect(told).toEqual([]);
});
