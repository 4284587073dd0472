// A benchmark's report in words: cells of the table, text and JSON to copy.
import { decibels, duration } from '../lib/format';
import {
  HEIGHT,
  SEED,
  SIGMA,
  WIDTH,
  cellKey,
  median,
  type Cell,
  type Report,
  type Way,
} from './benchmark_run';

const MEGAPIXELS = (WIDTH * HEIGHT) / 1e6;

export type Machine = { browser: string; cores: number; memory: number | undefined; isolated: boolean };

export function machine(): Machine {
  const { userAgentData, deviceMemory } = navigator as Navigator & {
    userAgentData?: { brands: { brand: string; version: string }[]; platform: string };
    deviceMemory?: number;
  };
  const brands = userAgentData?.brands.filter(({ brand }) => !/not.?a.?brand/i.test(brand));
  const named = brands?.find(({ brand }) => brand !== 'Chromium') ?? brands?.[0];
  return {
    browser: named ? `${named.brand} ${named.version}, ${userAgentData!.platform}` : navigator.userAgent,
    cores: navigator.hardwareConcurrency || 1,
    memory: deviceMemory,
    isolated: globalThis.crossOriginIsolated === true,
  };
}

export const machineText = ({ browser, cores, memory, isolated }: Machine): string =>
  [
    browser,
    cores === 1 ? '1 core' : `${cores} cores`,
    memory && `${memory} GB of memory or more`,
    isolated ? 'isolated page' : 'page not isolated: no threads',
  ]
    .filter(Boolean)
    .join(' · ');

/** "0.21 s", "29.43 dB", "0.74 MP/s". */
export function cellText({ times, psnr }: Cell): [string, string, string] {
  const ms = median(times);
  return [duration(ms), decibels(psnr), `${(MEGAPIXELS / (ms / 1000)).toPrecision(2)} MP/s`];
}

export const wayTitle = (way: Way, threads: number | undefined): string =>
  threads && threads > 1 ? `${way.title} (${threads})` : way.title;

export const subject = `EPLL denoising, grey ${WIDTH} × ${HEIGHT}, sigma ${SIGMA}, seed ${SEED}`;

export function asText(report: Report, on: Machine): string {
  const lines = [`Priorlab benchmark: ${subject}`, machineText(on), ''];
  for (const way of report.ways)
    for (const { value, label } of report.qualities) {
      const cell = report.cells.get(cellKey(way, value));
      if (!cell) continue;
      const rounds = `median of ${cell.times.length}`;
      const title = wayTitle(way, report.threads.get(way.id));
      lines.push(`${title.padEnd(28)} ${label.padEnd(9)} ${[...cellText(cell), rounds].join(', ')}`);
    }
  return `${lines.join('\n')}\n`;
}

/** Rows as in build/bench.json. */
export function asJson(report: Report, on: Machine): string {
  const rows = report.ways.flatMap((way) =>
    report.qualities.flatMap(({ value }) => {
      const cell = report.cells.get(cellKey(way, value));
      if (!cell) return [];
      const row = {
        name: `epll/${value}/${WIDTH}x${HEIGHT}/s${SIGMA}/photo`,
        flavour: way.id,
        threads: report.threads.get(way.id) ?? 1,
      };
      return [
        { ...row, metric: 'time', value: median(cell.times) / 1000, unit: 's' },
        { ...row, metric: 'psnr', value: cell.psnr, unit: 'dB' },
        { ...row, metric: 'rounds', value: cell.times.length, unit: '' },
      ];
    }),
  );
  return `${JSON.stringify({ machine: on, rows }, null, 1)}\n`;
}
