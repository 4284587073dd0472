// The generator of describe.gen.ts, the probes of detect.ts, and the way from canvas to tensor and back.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { typesFrom } from '../../web/scripts/types.mjs';
import { detect, flavoursFor, memoryFor, textOf, threadsFor, workersFor } from '../../web/src/engine/detect';
import { imageDataFrom, sizeOf, tensorFrom } from '../../web/src/engine/pixels';
import { fakeDescription } from './fake_engine';

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

beforeEach(() => vi.stubGlobal('navigator', { hardwareConcurrency: 4 }));
afterEach(() => vi.unstubAllGlobals());

it('writes the types that the native binary describes', () => {
  const description = JSON.parse(readFileSync(path('build/describe.json'), 'utf8'));
  expect(readFileSync(path('web/src/engine/describe.gen.ts'), 'utf8')).toBe(typesFrom(description));
});

it('gives every type of parameter, inputs, outputs and metrics their TypeScript types', () => {
  const task = {
    ...fakeDescription.tasks.count!,
    params: [
      { name: 'sigma', type: 'number', default: 'auto', automatic: true, help: 'Noise */ level.' },
      { name: 'passes', type: 'integer', default: 5, help: 'Passes.' },
      { name: 'fast', type: 'boolean', default: true, help: 'Fast.' },
      { name: 'colour', type: 'choice', choices: [{ value: 'grey' }, { value: "it's" }], help: 'Colour.' },
      { name: 'prior', type: 'model', default: 'gmm', help: 'Prior.' },
      { name: 'words', type: 'text', default: '', help: 'Words.' },
    ],
    inputs: [
      { name: 'image', shape: '(C, H, W)', help: 'noisy' },
      { name: 'clean', shape: '(C, H, W)', help: 'reference', optional: true },
    ],
    outputs: [{ name: 'a' }, { name: 'b' }],
    metrics: [],
  };
  const text = typesFrom({ version: 1, tasks: { count: task } });
  for (const line of [
    "sigma: number | 'auto';",
    'passes: number;',
    'fast: boolean;',
    "colour: 'grey' | 'it\\'s';",
    'prior: string;',
    'words: string;',
    'image: Tensor;',
    'clean?: Tensor;',
    "outputs: 'a' | 'b';",
    'metrics: never;',
    '/** Noise * / level. */',
  ])
    expect(text).toContain(line);
  expect(() =>
    typesFrom({ version: 1, tasks: { t: { ...task, params: [{ name: 'x', type: 'blob' }] } } }),
  ).toThrow('parameter x has the unknown type "blob"');
});

it('finds SIMD, relaxed SIMD and threads where they are', () => {
  // Node has SIMD and threads; relaxed SIMD from version 22 on.
  expect(detect()).toMatchObject({ simd: true, threads: true, cores: 4 });
});

it('finds no SIMD where nothing validates, and no threads where nothing can be shared', () => {
  vi.stubGlobal('SharedArrayBuffer', undefined);
  expect(detect().threads).toBe(false);
  vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
  expect(detect()).toMatchObject({ simd: false, relaxed: false, threads: false });
  vi.restoreAllMocks();
  vi.stubGlobal('WebAssembly', undefined);
  expect(detect().simd).toBe(false);
});

it('chooses the best flavour and says so', () => {
  const all = { simd: true, relaxed: true, threads: true, cores: 8, small: false };
  expect(flavoursFor(all)).toEqual(['relaxed-mt', 'relaxed']);
  expect(flavoursFor({ ...all, relaxed: false })).toEqual(['simd-mt', 'simd']);
  expect(flavoursFor({ ...all, threads: false })).toEqual(['relaxed']);
  expect(flavoursFor({ ...all, cores: 1 })).toEqual(['relaxed']);
  expect(flavoursFor({ ...all, simd: false })).toEqual([]);
  expect([threadsFor('simd-mt', 4), threadsFor('simd-mt', 32), threadsFor('simd', 4)]).toEqual([4, 8, 1]);
  expect([workersFor('simd-mt', all), workersFor('simd', all)]).toEqual([1, 8]);
  expect(workersFor('simd', { ...all, cores: 32 })).toBe(8);
  expect(workersFor('simd', { ...all, small: true })).toBe(2);
  expect(memoryFor({ ...all, small: true })).toBeLessThan(memoryFor(all));
  expect([textOf(2, 1, 2), textOf(1, 1, 4), textOf(1, 1, 1), textOf(1, 2, 2), textOf(1, 8, 16)]).toEqual([
    'SIMD · 2 threads',
    'SIMD · 1 of 4 cores',
    'SIMD · 1 core',
    'SIMD · 2 workers on 2 cores',
    'SIMD · 8 workers on 8 of 16 cores',
  ]);
});

it.each([
  [{ deviceMemory: 4, userAgentData: { mobile: false }, userAgent: 'X11' }, true],
  [{ deviceMemory: 8, userAgentData: { mobile: true }, userAgent: 'Android' }, true],
  [{ userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148' }, true],
  [{ deviceMemory: 8, userAgentData: { mobile: false }, userAgent: 'X11' }, false],
  [{ userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101' }, false],
])('plans for a small device where it is one: %o', (navigator, small) => {
  vi.stubGlobal('navigator', { hardwareConcurrency: 8, ...navigator });
  expect(detect().small).toBe(small);
});

it('goes from canvas to tensor and back in the same memory', () => {
  class FakeImageData {
    constructor(
      readonly data: Uint8ClampedArray,
      readonly width: number,
      readonly height: number,
    ) {}
  }
  vi.stubGlobal('ImageData', FakeImageData);
  const image = new FakeImageData(new Uint8ClampedArray(24), 3, 2) as unknown as ImageData;
  const tensor = tensorFrom(image);
  expect(tensor.shape).toEqual([2, 3, 4]);
  tensor.data[5] = 77;
  expect(image.data[5]).toBe(77);
  const back = imageDataFrom(tensor);
  expect([back.width, back.height]).toEqual([3, 2]);
  expect(back.data.buffer).toBe(image.data.buffer);
  expect(sizeOf(tensor)).toEqual({ width: 3, height: 2 });
  expect(sizeOf({ dtype: 'f32', shape: [3, 5, 7], data: new Float32Array(105) })).toEqual({
    width: 7,
    height: 5,
  });
});
