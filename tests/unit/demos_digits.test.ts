// What the digit demos compute by themselves: masks, scores, counts, histograms, strokes, words.
import { expect, test } from 'vitest';
import {
  fields as completionFields,
  hidden,
  isHard,
  logScore,
  paramsOf as completionParams,
} from '../../web/src/demos/completion_state';
import { command as sampleCommand } from '../../web/src/demos/digits_text';
import { fields as sampleFields } from '../../web/src/demos/digits_state';
import { command as learnCommand } from '../../web/src/demos/learn_text';
import {
  fields as learnFields,
  evenly,
  lesson,
  modelName,
  paramsOf,
  shifted,
  split,
} from '../../web/src/demos/learn_state';
import { countText, counts } from '../../web/src/demos/order_state';
import { PIXELS, blank, packed } from '../../web/src/lib/digits';
import { defaults } from '../../web/src/lib/state';
import { drawn, examples, stroke } from '../../web/src/lib/strokes';
import { countsOf, shareBelow } from '../../web/src/ui/histogram';
import { niceStep } from '../../web/src/ui/plot';

test('masks: halves, a random half that the seed decides, one brushed by hand', () => {
  const start = defaults(completionFields);
  const mask = (state: object) => hidden({ ...start, ...state });
  const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
  expect([mask({ hide: 'bottom' })[0], mask({ hide: 'bottom' })[PIXELS - 1]]).toEqual([0, 1]);
  expect([mask({ hide: 'top' })[0], mask({ hide: 'top' })[PIXELS - 1]]).toEqual([1, 0]);
  expect([mask({ hide: 'left' })[0], mask({ hide: 'left' })[27]]).toEqual([1, 0]);
  expect([mask({ hide: 'right' })[0], mask({ hide: 'right' })[27]]).toEqual([0, 1]);
  for (const hide of ['bottom', 'top', 'left', 'right']) expect(sum(mask({ hide }))).toBe(392);
  const random = mask({ hide: 'random', seed: 1 });
  expect(Math.abs(sum(random) - 392)).toBeLessThan(60); // four standard deviations
  expect(mask({ hide: 'random', seed: 1 })).toEqual(random);
  expect(mask({ hide: 'random', seed: 2 })).not.toEqual(random);
  const brushed = drawn(examples.two);
  expect(mask({ hide: 'brushed', mask: packed(brushed) })).toEqual(brushed);
  expect(sum(mask({ hide: 'brushed', mask: 'damaged' }))).toBe(0);
});

test('the guide is loaded only where a given pixel follows a hidden one', () => {
  const state = defaults(completionFields);
  const guide = (change: object, method = 'smc') => completionParams({ ...state, ...change }, method).guide;
  expect(isHard(hidden(state))).toBe(false);
  expect(isHard(blank())).toBe(false);
  expect(guide({ hide: 'bottom' })).toBe('');
  expect(guide({ hide: 'bottom', model: 'made-columns' })).toBe('orderless');
  for (const hide of ['top', 'left', 'right', 'random']) expect(guide({ hide })).toBe('orderless');
  expect(guide({ hide: 'top' }, 'naive')).toBe('');
});

test('the score of hidden pixels: smoothed, finite, best where the mean is the digit', () => {
  const [digit, mask] = [
    [1, 0, 1],
    [1, 1, 0],
  ];
  expect(logScore(digit, mask, [0.5, 0.5, 0], 256)).toBeCloseTo(2 * Math.log(0.5));
  expect(logScore(digit, mask, [1, 0, 0], 255)).toBeCloseTo(2 * Math.log(255.5 / 256));
  expect(logScore(digit, mask, [0, 1, 0], 255)).toBeCloseTo(2 * Math.log(0.5 / 256));
});

test('parameters as the chapter counts them', () => {
  const of = (id: string, n: number, d = 500) => counts.find((it) => it.id === id)!.log10(n, d);
  expect(10 ** of('independent', 784)).toBeCloseTo(784);
  expect(10 ** of('markov', 784)).toBeCloseTo(1567);
  expect(10 ** of('fvsbn', 784)).toBeCloseTo(307_720);
  expect(10 ** of('nade', 784)).toBeCloseTo(785_284);
  expect(10 ** of('table', 10)).toBeCloseTo(1023);
  expect(of('table', 784)).toBeCloseTo(236.0, 1);
  expect(countText(of('fvsbn', 784))).toBe('307,720');
  expect(countText(of('table', 784))).toBe('about 10²³⁶');
});

test('histogram: each value in its bar; shares interpolate', () => {
  const it = countsOf([-9, -8, -7.9, -1], 4);
  expect(it).toEqual({ from: -12, width: 4, counts: [1, 2, 1] });
  expect(shareBelow(it, -12)).toBe(0);
  expect(shareBelow(it, -8)).toBe(0.25);
  expect(shareBelow(it, -6)).toBe(0.5);
  expect(shareBelow(it, 5)).toBe(1);
  expect(countsOf([], 4).counts).toEqual([]);
});

test('strokes: a dot is at least one pixel, a line has no gaps, borders hold', () => {
  const dot = blank();
  stroke(dot, [3.4, 5.6], [3.4, 5.6], 0, 1);
  expect([...dot].flatMap((v, i) => (v ? [i] : []))).toEqual([6 * 28 + 3]);
  const line = blank();
  stroke(line, [-5, 10], [40, 10], 0.5, 1);
  expect(line.slice(280, 308).every((v) => v === 1)).toBe(true);
  stroke(line, [-5, 10], [40, 10], 2, 0);
  expect(line.includes(1)).toBe(false);
  for (const lines of Object.values(examples)) {
    const on = drawn(lines).filter((v) => v === 1).length;
    expect(on).toBeGreaterThan(50);
    expect(on).toBeLessThan(350);
  }
});

test('drawings are moved about, but never over the border; one in ten is kept out', () => {
  const digit = blank();
  digit[10 * 28 + 10] = 1;
  expect(shifted(digit)).toHaveLength(25);
  expect(new Set(shifted(digit).map(packed)).size).toBe(25);
  const corner = blank();
  corner[0] = 1;
  expect(shifted(corner)).toHaveLength(9);
  const { train, valid } = split(Array.from({ length: 25 }, (_, i) => i));
  expect(valid).toEqual([9, 19]);
  expect(train).toHaveLength(23);
  expect(split([1])).toEqual({ train: [1], valid: [] });
  expect(split([1, 2])).toEqual({ train: [1], valid: [2] });
  expect(evenly([0, 1, 2, 3, 4, 5, 6], 3)).toEqual([0, 2, 4]); // from all of a sorted file
  expect(evenly([0, 1], 3)).toEqual([0, 1]);
  const drawings = lesson([digit, corner]); // what is kept out is no moved copy of what is learned
  expect(drawings.train).toHaveLength(25);
  expect(drawings.valid).toEqual([corner]);
  expect(lesson([digit]).valid).toEqual([]);
});

test('names of models, axis steps', () => {
  expect(modelName('My model (2).safetensors')).toBe('my-model-2');
  expect(modelName('...')).toBe('learned');
  expect([0.3, 3, 98, 100, 101].map(niceStep)).toEqual([1, 5, 100, 100, 200]);
});

test('the same by command line: only what differs from the defaults', () => {
  const start = defaults(sampleFields);
  expect(sampleCommand({ ...start, against: 'fvsbn', seed: 7 }, start)).toBe(
    'priorlab sample --model nade -o nade.png --seed 7\npriorlab sample --model fvsbn -o fvsbn.png --seed 7',
  );
  const learn = defaults(learnFields);
  // Of learning all options: the program's defaults are others. tests/native/cli_digits_test.cpp runs these lines.
  expect(learnCommand(learn)).toBe(
    'priorlab train fvsbn --data DATA/mnist --order raster --batch 100 --epochs 20 --rate 0.003 --noise 0 --penalty 0.0001 --seed 1 --alike 0.002 --average 0.99 --out mine.safetensors',
  );
  expect(learnCommand({ ...learn, kind: 'nade', hidden: 32 })).toBe(
    'priorlab train nade --data DATA/mnist --order raster --hidden 32 --activation relu --batch 100 --epochs 20 --rate 0.003 --noise 0 --penalty 0.0001 --seed 1 --average 0.99 --out mine.safetensors',
  );
  expect(learnCommand({ ...learn, kind: 'made' })).toBe(
    'priorlab train made --data DATA/mnist --order raster --hidden 64 --activation relu --radius 2 --batch 100 --epochs 20 --rate 0.003 --noise 0 --penalty 0.0001 --seed 1 --average 0.99 --out mine.safetensors',
  );
  expect(Object.keys(paramsOf(learn))).not.toContain('source');
});
