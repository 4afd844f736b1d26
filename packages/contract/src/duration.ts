const UNIT_MS = Object.freeze({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 });

const SHORT = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)$/;
const ISO =
  /^P(?!$)(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?!$)(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/**
 * Reads a duration as milliseconds: `"250ms"`, `"30s"`, `"5m"`, `"1.5h"`, `"2d"`, `"1w"`, or ISO 8601 in weeks, days, hours, minutes and
 * seconds (`"PT1M30S"`, `"P2D"`). Undefined for anything else; months and years too, as their length varies.
 */
export function parseDuration(text: string): number | undefined {
  const short = SHORT.exec(text.trim());
  if (short) return Math.round(Number(short[1]) * UNIT_MS[short[2] as keyof typeof UNIT_MS]);
  const iso = ISO.exec(text.trim());
  if (!iso) return undefined;
  const [, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = iso.map((part) => (part === undefined ? 0 : Number(part)));
  return Math.round(weeks * UNIT_MS.w + days * UNIT_MS.d + hours * UNIT_MS.h + minutes * UNIT_MS.m + seconds * UNIT_MS.s);
}
