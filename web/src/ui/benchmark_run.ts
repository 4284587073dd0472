// The EPLL benchmark on the visitor's machine: every quality on every way this browser can run the module, on one fixed
// picture with fixed noise; medians over rounds. The picture, the noise and the names of the rows are those of
// `npm run bench` without the data folder, but for one photo instead of two.
import { createEngine, type Description, type Engine, type Flavour, type Tensor } from '../engine';
import { description } from '../engine/describe.gen';
import { detect, type Abilities } from '../engine/detect';
import { imageUrl } from '../lib/assets';

export const WIDTH = 481;
export const HEIGHT = 321;
export const SIGMA = 25;
export const SEED = 1;
const SAMPLE = 'camera.png';
/** By default; `#bench?rounds=9` asks for others. */
const ROUNDS = 3;
const MOST_ROUNDS = 99;
/** A round that takes longer is not repeated. */
const LONG_MS = 10_000;

export type Way = {
  /** As in build/bench.json: a flavour, or "pool". */
  id: string;
  /** For people. */
  title: string;
  flavour: Flavour;
  workers: number;
};

export type Cell = { times: number[]; psnr: number };

export type Report = {
  ways: readonly Way[];
  qualities: readonly { value: string; label: string }[];
  /** By way and quality; absent: not measured yet. */
  cells: Map<string, Cell>;
  /** By way: threads or workers that were at work. */
  threads: Map<string, number>;
  rounds: number;
};

export const cellKey = (way: Way, quality: string): string => `${way.id} ${quality}`;

/** The ways this browser can run the module, slowest first. */
export function waysOf({ simd, relaxed, threads, cores }: Abilities): Way[] {
  if (!simd) return [];
  const kinds: [Flavour, Flavour, string][] = [['simd', 'simd-mt', 'SIMD']];
  if (relaxed) kinds.push(['relaxed', 'relaxed-mt', 'Relaxed SIMD']);
  const ways = kinds.map(([flavour, , title]): Way => ({ id: flavour, title, flavour, workers: 1 }));
  if (cores > 1) {
    if (threads)
      for (const [, flavour, title] of kinds)
        ways.push({ id: flavour, title: `${title}, threads`, flavour, workers: 1 });
    const [flavour, , title] = kinds.at(-1)!;
    ways.push({ id: 'pool', title: `${title}, workers`, flavour, workers: Math.min(cores, 8) });
  }
  return ways;
}

export const qualities = (description as Description).tasks.epll!.params.find(
  ({ name }) => name === 'quality',
)!.choices!;

export function roundsOf(query: URLSearchParams): number {
  const rounds = Number(query.get('rounds') ?? ROUNDS);
  return Number.isInteger(rounds) && rounds >= 1 && rounds <= MOST_ROUNDS ? rounds : ROUNDS;
}

export const newReport = (rounds: number): Report => ({
  ...{ ways: waysOf(detect()), qualities: [...qualities].reverse() }, // what is quick first
  cells: new Map(),
  threads: new Map(),
  rounds,
});

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Grey, cut from the middle of a sample photo. */
async function cleanPicture(signal: AbortSignal): Promise<Tensor> {
  const answer = await fetch(imageUrl(SAMPLE), { signal });
  if (!answer.ok) throw new Error(`The sample photo could not be loaded (${answer.status}).`);
  const bitmap = await createImageBitmap(await answer.blob());
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d')!;
  context.drawImage(
    bitmap,
    -Math.floor((bitmap.width - WIDTH) / 2),
    -Math.floor((bitmap.height - HEIGHT) / 2),
  );
  bitmap.close();
  const { data } = context.getImageData(0, 0, WIDTH, HEIGHT);
  const grey = Float32Array.from(
    { length: WIDTH * HEIGHT },
    (_, i) => Math.round(0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!) / 255,
  );
  return { dtype: 'f32', shape: [1, HEIGHT, WIDTH], data: grey };
}

/** One restoration, from asking for it to its end; its PSNR is measured outside of the time. */
async function restore(engine: Engine, quality: string, noisy: Tensor, clean: Tensor, signal: AbortSignal) {
  const begin = performance.now();
  const run = engine.run('epll', { sigma: SIGMA, quality } as never, { image: noisy }, { signal });
  run.play();
  await run.finished;
  const ms = performance.now() - begin;
  const { data } = await run.output('restored');
  run.stop();
  let squares = 0;
  for (let i = 0; i < data.length; i++) squares += (data[i]! - clean.data[i]!) ** 2;
  return { ms, psnr: -10 * Math.log10(squares / data.length) };
}

/** Fills `report`; `changed` is called with what is being done and how much of all is, in [0,1]. Rejects when aborted. */
export async function measure(
  report: Report,
  signal: AbortSignal,
  changed: (doing: string, share: number) => void,
): Promise<void> {
  const clean = await cleanPicture(signal);
  const { ways, qualities, rounds } = report;
  const all = ways.length * qualities.length * rounds;
  let done = 0;
  for (const way of ways) {
    changed(`${way.title}: starting`, done / all);
    const engine = createEngine({ flavour: way.flavour, workers: way.workers });
    const give = () => engine.dispose();
    signal.addEventListener('abort', give);
    try {
      report.threads.set(way.id, (await engine.start()).threads);
      const noise = { sigma: SIGMA, seed: SEED };
      const { outputs } = await engine.call('add_noise', noise, { image: clean }, ['noisy'], { signal });
      await restore(engine, qualities[0]!.value, outputs.noisy, clean, signal); // browsers compile while it runs
      for (const { value, label } of qualities) {
        const cell: Cell = { times: [], psnr: NaN };
        for (let round = 1; round <= rounds; round++, done++) {
          changed(`${way.title}: ${label}, round ${round} of ${rounds}`, done / all);
          if (cell.times[0]! > LONG_MS) continue;
          const { ms, psnr } = await restore(engine, value, outputs.noisy, clean, signal);
          cell.times.push(ms);
          cell.psnr = psnr;
          report.cells.set(cellKey(way, value), cell);
        }
      }
    } finally {
      signal.removeEventListener('abort', give);
      engine.dispose();
    }
  }
  changed('', 1);
}
