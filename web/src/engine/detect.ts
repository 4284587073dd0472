// What this browser can do, found out by trying.
import type { Flavour } from './api';

export type Abilities = {
  simd: boolean;
  relaxed: boolean;
  threads: boolean;
  cores: number;
  /** A phone, or a device with at most 4 GB of memory as far as it tells. */
  small: boolean;
};

// The smallest modules that use a feature; each is one function.
const head = [0, 97, 115, 109, 1, 0, 0, 0];
const probes = {
  // (func (result v128) i32.const 0 i8x16.splat i8x16.popcnt)
  simd: [1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
  // (func (result v128) i32.const 1 i8x16.splat i32.const 2 i8x16.splat i8x16.relaxed_swizzle)
  relaxed: [
    1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11,
  ],
  // (memory 1 1 shared) (func i32.const 0 i32.atomic.load drop)
  threads: [1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 5, 4, 1, 3, 1, 1, 10, 11, 1, 9, 0, 65, 0, 254, 16, 2, 0, 26, 11],
  // (func try catch_all end)
  exceptions: [1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 6, 64, 25, 11, 11],
};

function validates(probe: number[]): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(new Uint8Array([...head, ...probe]));
}

/** `crossOriginIsolated` is not enough: an engine may say true and have no SharedArrayBuffer, or refuse to post it. */
function canShare(): boolean {
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage(new SharedArrayBuffer(1));
    return true;
  } catch {
    return false;
  } finally {
    port1.close();
    port2.close();
  }
}

/** A phone, or at most 4 GB of memory: plans are made for 350 MB. */
export function isSmall(): boolean {
  const { deviceMemory, userAgentData, userAgent } = navigator as Navigator & {
    deviceMemory?: number;
    userAgentData?: { mobile: boolean };
  };
  return (deviceMemory ?? 8) <= 4 || (userAgentData?.mobile ?? /Mobi|Android/i.test(userAgent ?? ''));
}

export function detect(): Abilities {
  return {
    simd: validates(probes.simd) && validates(probes.exceptions),
    relaxed: validates(probes.relaxed),
    threads: canShare() && validates(probes.threads),
    cores: Math.max(1, navigator.hardwareConcurrency || 1),
    small: isSmall(),
  };
}

/** The flavours worth trying here, best first; none without SIMD. One core gains nothing from threads. */
export function flavoursFor({ simd, relaxed, threads, cores }: Abilities): Flavour[] {
  if (!simd) return [];
  const list: Flavour[] = [];
  if (threads && cores > 1) list.push(relaxed ? 'relaxed-mt' : 'simd-mt');
  list.push(relaxed ? 'relaxed' : 'simd');
  return list;
}

export const isThreaded = (flavour: Flavour): boolean => flavour.endsWith('-mt');

export function threadsFor(flavour: Flavour, cores: number): number {
  return isThreaded(flavour) ? Math.min(cores, 8) : 1;
}

/** Where there are no threads: workers with an instance each. One takes about 40 MB once it has had something small to do
 * (Chromium: 86 MB with one worker, 244 MB with five, after a picture of 64x64). */
export function workersFor(flavour: Flavour, { cores, small }: Abilities): number {
  return isThreaded(flavour) ? 1 : Math.min(cores, small ? 2 : 8);
}

/** Bytes that the replicas of one run may take together; what a single one may take is the task's own limit. */
export const memoryFor = ({ small }: Abilities): number => (small ? 350e6 : 1e9);

/** For the footer: "SIMD · 2 threads", "SIMD · 2 workers on 2 cores", "SIMD · 1 of 2 cores". */
export function textOf(threads: number, workers: number, cores: number): string {
  if (threads > 1) return `SIMD · ${threads} threads`;
  const some = workers < cores ? `${workers} of ${cores} cores` : workers > 1 ? `${workers} cores` : '1 core';
  return workers > 1 ? `SIMD · ${workers} workers on ${some}` : `SIMD · ${some}`;
}
