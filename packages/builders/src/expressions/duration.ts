import { ExpressionFailure } from "./expression-failure.ts";

const UNIT_MS: { readonly [unit: string]: number } = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** 10,000 years of 365.25 days. */
const LONGEST_MS = 315_576_000_000_000;

/** A length of time inside an expression, in ms; as a result its text, such as `"5400s"`. */
export class Duration {
  readonly ms: number;

  /** Throws ExpressionFailure beyond ±315,576,000,000 s (google.protobuf.Duration). */
  constructor(ms: number) {
    if (Math.abs(ms) > LONGEST_MS) throw new ExpressionFailure("the duration is longer than 10,000 years");
    this.ms = ms;
  }

  /** Seconds as in the protobuf JSON mapping: `"5400s"`, `"0.5s"`. */
  toString(): string {
    return `${this.ms / 1000}s`;
  }
}

/** Reads `"1h30m"`, `"-2.5s"`, `"1d"`, `"250ms"`; fails on anything else. */
export function parseDuration(text: string): Duration {
  const match = text.length <= 100 && /^([+-]?)((?:\d+(?:\.\d+)?(?:ms|d|h|m|s))+)$/.exec(text);
  if (!match) throw new ExpressionFailure('duration() needs a text such as "1h30m", "2.5s" or "250ms"');
  let ms = 0;
  for (const [, amount, unit] of (match[2] ?? "").matchAll(/(\d+(?:\.\d+)?)(ms|d|h|m|s)/g)) {
    ms += Number(amount) * (UNIT_MS[unit ?? ""] ?? 0);
  }
  return new Duration(match[1] === "-" ? -ms : ms);
}
