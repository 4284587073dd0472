// Numbers as people read them.

const round = (value: number, digits: number): string => value.toFixed(digits);

export const decibels = (value: number): string => `${round(value, 2)} dB`;

/** "0.14 MP", "12 MP". */
export function megapixels(width: number, height: number): string {
  const value = (width * height) / 1e6;
  return `${value < 0.095 ? value.toFixed(3) : value < 9.5 ? value.toPrecision(2) : value.toFixed(0)} MP`;
}

/** "451 × 300". */
export const size = (width: number, height: number): string => `${width} × ${height}`;

/** "340 ms", "2.1 s", "3 min 20 s". */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 59_500) return `${Math.round(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Time that is left, as coarse as the guess is: "about 4 s left". */
export function remaining(ms: number): string {
  if (ms < 1500) return 'about 1 s left';
  if (ms < 60_000) return `about ${Math.round(ms / 1000)} s left`;
  return `about ${Math.ceil(ms / 60_000)} min left`;
}

/** "340 kB", "1.2 MB". */
export function bytes(count: number): string {
  if (count < 1000) return `${count} bytes`;
  if (count < 999_500) return `${Math.round(count / 1000)} kB`;
  return `${(count / 1e6).toFixed(1)} MB`;
}

/** As few digits as a step needs: 25, 0.5, 0.05. */
export function value(number: number, step: number | undefined): string {
  const digits = step ? Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)) : 2;
  return number.toFixed(Math.min(digits, 4));
}
