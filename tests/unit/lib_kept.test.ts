import { expect, test } from 'vitest';
import { Kept } from '../../web/src/lib/kept';

const of = (...sizes: number[]) => sizes.map((size) => new ArrayBuffer(size));
const kept = (most: number) => new Kept<ArrayBuffer[]>(most, (buffers) => buffers);

test('what was used longest ago goes first', () => {
  const results = kept(100);
  const [a, b, c] = [of(40), of(40), of(40)];
  results.put('a', a);
  results.put('b', b);
  expect(results.get('a')).toBe(a);
  results.put('c', c);
  expect(results.get('b')).toBeUndefined();
  expect([results.get('a'), results.get('c')]).toEqual([a, c]);
  expect(results.bytes).toBe(80);
});

test('shared buffers count once; putting again replaces', () => {
  const results = kept(100);
  const [noisy] = of(60);
  results.put('a', [noisy!, ...of(20)]);
  results.put('b', [noisy!, ...of(20)]);
  expect([results.size, results.bytes]).toEqual([2, 100]);
  results.put('b', [noisy!, ...of(10)]);
  expect([results.size, results.bytes]).toEqual([2, 90]);
  results.delete('a');
  expect(results.size).toBe(1);
});

test('one value that is larger than the bound is kept alone', () => {
  const results = kept(100);
  results.put('a', of(10));
  results.put('b', of(500));
  expect([results.get('a'), results.size]).toEqual([undefined, 1]);
  results.put('c', of(10));
  expect([results.get('b'), results.size]).toEqual([undefined, 1]);
});
