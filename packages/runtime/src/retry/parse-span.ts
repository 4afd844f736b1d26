import { parseDuration } from "@mortise/contract";

const PART_MS = Object.freeze({ d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1, us: 0.001, µs: 0.001 });
const PART = /(\d+(?:\.\d+)?)\s*(ms|us|µs|[dhms])/y;

/** Reads a span of time as vendors write it, ms: ISO 8601, `"30s"`, or parts in a row such as `"1m30s"` and `"6m0.5s"`. Undefined for anything else. */
export function parseSpan(text: string): number | undefined {
  const whole = text.trim();
  const single = parseDuration(whole);
  if (single !== undefined || whole === "") return single;
  let ms = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < whole.length) {
    const part = PART.exec(whole);
    if (part === null) return undefined;
    ms += Number(part[1]) * PART_MS[part[2] as keyof typeof PART_MS];
  }
  return Math.round(ms);
}
