// Where digits come from: a row of small ones to click, and a file of digits (IDX or .amat, gzip or not). Hands over digits;
// reading a file is the engine's.
import type { Engine } from '../engine';
import { digitOf, picture, planes, type Digit } from '../lib/digits';
import { h } from '../lib/dom';
import { unpackedFile, UnpackError } from '../lib/gunzip';

/** Bytes of an unpacked file: 60,000 digits as text are 94 MB. */
export const MOST_BYTES = 160e6;

const ACCEPT = '.gz,.amat,.txt,.idx,.idx3-ubyte,application/gzip,application/octet-stream,text/plain';

export type Named = { name: string; digit: Digit };

/** A button that opens a file of digits. */
export function fileButton(text: string, open: (file: File) => void): HTMLElement {
  const input = h('input', {
    type: 'file',
    accept: ACCEPT,
    class: 'visually-hidden file-input',
    'aria-label': text,
  });
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    input.value = ''; // the same file may be chosen again
    if (file) open(file);
  });
  return h('label', { class: 'button' }, input, h('span', {}, text));
}

export class DigitStrip {
  readonly element: HTMLElement;
  private readonly row = h('div', { class: 'samples', role: 'group', 'aria-label': 'Digits' });

  constructor(
    digits: readonly Named[],
    private readonly on: { pick(digit: Digit, name: string): void; file(file: File): void },
  ) {
    this.element = h(
      'section',
      { class: 'source', 'aria-label': 'Digit', 'data-control': 'digit' },
      h(
        'div',
        { class: 'source-open' },
        fileButton('Open a file of digits', (file) => on.file(file)),
        h('span', { class: 'hint' }, 'IDX or .amat, gzip or not; it stays here'),
      ),
      this.row,
    );
    this.show(digits);
  }

  show(digits: readonly Named[]): void {
    this.row.replaceChildren(
      ...digits.map(({ name, digit }) => {
        const canvas = h('canvas', { class: 'pixels', width: 28, height: 28 });
        canvas.getContext('2d')!.putImageData(picture(digit), 0, 0);
        const pick = () => this.on.pick(digit, name);
        return h(
          'button',
          { type: 'button', class: 'sample', 'aria-label': `Digit: ${name}`, title: name, onclick: pick },
          canvas,
          h('span', {}, name),
        );
      }),
    );
  }
}

/** Digits of a file, at most so many of them, drawn by a seed. Throws an error whose message says what is wrong. */
export async function digitsOfFile(
  engine: Engine,
  file: File,
  most: number,
  signal: AbortSignal,
): Promise<{ digits: Digit[]; count: number }> {
  const bytes = await unpackedFile(file, MOST_BYTES);
  const { outputs, metrics } = await engine.call(
    'digit_file',
    { most, seed: 1 },
    { bytes: { dtype: 'u8', shape: [bytes.length], data: bytes } },
    ['digits'],
    { signal, transfer: true },
  );
  const { digits } = outputs;
  const [, height, width] = digits.shape;
  if (height !== 28 || width !== 28)
    throw new UnpackError(
      `The pictures in this file have ${width} × ${height} pixels; the models here know 28 × 28.`,
    );
  return { digits: planes(digits).map(digitOf), count: metrics.count ?? digits.shape[0]! };
}
