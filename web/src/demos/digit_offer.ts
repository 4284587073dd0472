// A file of digits given to a demo: they are offered in its strip, and the first of them is handed over.
import type { Digit } from '../lib/digits';
import { digitsOfFile, type DigitStrip } from '../ui/digit_strip';
import type { Workbench } from '../ui/workbench';

/** Digits of a file that are offered. */
const MOST = 10;

/** Undefined when the file is none of digits, which is said. */
export async function offerDigits(
  { engine, signal, notices }: Workbench,
  strip: DigitStrip,
  file: File,
): Promise<Digit | undefined> {
  notices.clear('file');
  try {
    const { digits, count } = await digitsOfFile(engine, file, MOST, signal);
    strip.show(digits.map((digit, i) => ({ name: `file ${i + 1}`, digit })));
    const all = `${count === digits.length ? `All ${count}` : `${digits.length} of the ${count}`}`;
    notices.tell({ topic: 'file', text: `${all} digits of ${file.name} are to choose from.` });
    return digits[0];
  } catch (error) {
    if (!signal.aborted) notices.tell({ topic: 'file', kind: 'error', text: (error as Error).message });
    return undefined;
  }
}
