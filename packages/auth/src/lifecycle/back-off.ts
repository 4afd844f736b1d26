const FIRST_MS = 500;
const LONGEST_MS = 300_000;

/**
 * How long to wait after the nth failure in a row (from 1): it doubles from half a second to five minutes, and half of it is chance, so that
 * those who failed together do not come back together. `random` is a number in [0, 1).
 */
export function backOffMs(failures: number, random: () => number): number {
  const whole = Math.min(FIRST_MS * 2 ** Math.max(0, failures - 1), LONGEST_MS);
  return Math.round(whole / 2 + (whole / 2) * random());
}
