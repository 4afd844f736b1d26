const S = 1_000;
const M = 60 * S;
const H = 60 * M;

/** Time between the end of an attempt and the next one, ms: 12 attempts within 72 hours. */
const GAPS_MS = [5 * S, 1 * M, 5 * M, 30 * M, 1 * H, 2 * H, 4 * H, 8 * H, 12 * H, 20 * H, 24 * H] as const;

/** Attempts that a delivery has, the first included. */
export const MOST_ATTEMPTS = GAPS_MS.length + 1;
const JITTER = 0.1;
const LONGEST_ASKED_MS = 24 * H;

/**
 * When a delivery is tried again, ms from now; undefined: never. Up to a tenth of the time earlier or later by chance, so that what failed
 * together does not come back together. `attempts` have been made; an endpoint that says when (`Retry-After`) is not asked earlier.
 */
export function retryInMs(attempts: number, random: number, askedMs?: number): number | undefined {
  const gap = GAPS_MS[attempts - 1];
  if (gap === undefined) return undefined;
  const own = gap * (1 - JITTER + 2 * JITTER * random);
  return Math.round(Math.max(own, Math.min(askedMs ?? 0, LONGEST_ASKED_MS)));
}
