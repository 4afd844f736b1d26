/** The latest instant that a `Date` holds (ECMA-262 §21.4.1.1), epoch ms. */
const LATEST_MS = 8.64e15;

/**
 * The end of something that has just been given, epoch ms; undefined for one that no calendar has, or that is over already: it says nothing, and
 * what was given is used until it is refused.
 */
export function credibleEnd(endsAtMs: number | undefined, nowMs: number): number | undefined {
  return endsAtMs !== undefined && endsAtMs > nowMs && endsAtMs <= LATEST_MS ? endsAtMs : undefined;
}
