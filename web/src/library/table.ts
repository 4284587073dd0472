// Lists of numbers as they come from a caller.
import { EngineError, type Tensor } from '../engine';

/** Rows of numbers, all of the same length and there is one, as f32 (rows, columns). `what` begins the sentence. */
export function table(rows: readonly (readonly number[])[], what: string, columns?: number): Tensor {
  const list = (it: unknown): it is unknown[] => Array.isArray(it) && it.length > 0;
  const width = columns ?? (list(rows) && list(rows[0]) ? rows[0].length : 0);
  if (!list(rows) || rows.some((row) => !list(row) || row.length !== width || !row.every(Number.isFinite)))
    throw new EngineError(
      'user',
      `${what} must be lists of ${columns ? `${columns} ` : ''}numbers, all of the same length.`,
    );
  return { dtype: 'f32', shape: [rows.length, width], data: Float32Array.from(rows.flat() as number[]) };
}
