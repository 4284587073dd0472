import { expect, test } from 'vitest';
import { mostPixels } from '../../web/src/lib/limits';

const need = { fixed: 30e6, per_pixel: 20, per_value: 10, most: 1.29e9 };

test('the task sets the limit; on a small device the memory there is', () => {
  expect(mostPixels(need, 3, false)).toBe(Math.floor(1.26e9 / 50));
  expect(mostPixels(need, 1, false)).toBe(42e6);
  expect(mostPixels(need, 3, true)).toBe(Math.floor(320e6 / 70));
  expect(mostPixels({ ...need, most: 200e6 }, 3, true)).toBe(Math.floor(170e6 / 50));
});
