import { parseTimestamp } from "../../dates/parse-timestamp.ts";
import { isTimeZone, type ZonedParts, zonedParts } from "../../dates/zoned-parts.ts";
import { KIND } from "../../schema/kinds.ts";
import { DURATION, TIMESTAMP } from "../../schema/special-types.ts";
import { Duration, parseDuration } from "../duration.ts";
import { ExpressionFailure } from "../expression-failure.ts";
import type { ExpressionFunction } from "../expression-function.ts";

const { string, number, timestamp, duration } = KIND;
const ZONE_STEPS = 30;
const WHOLE = Object.freeze({ type: "integer" as const });

/** Functions on time. Parts of a date take an IANA time zone; absent: UTC. */
export const TIME_FUNCTIONS: readonly ExpressionFunction[] = [
  {
    name: "timestamp",
    style: "function",
    params: [string | number | timestamp],
    result: TIMESTAMP,
    doc: 'timestamp("2026-01-31T12:00:00Z"): a point in time from ISO 8601, or from seconds since 1970',
    check: (context, args) => {
      const text = args[0]?.literal?.value;
      if (typeof text !== "string" || parseTimestamp(text) !== undefined || !args[0]) return;
      context.report(
        "error",
        "EXPRESSION_TYPE",
        args[0].ast,
        "timestamp() needs a text such as 2026-01-31 or 2026-01-31T12:00:00Z",
      );
    },
    run: (_, value: unknown) => {
      const date =
        value instanceof Date ? value : typeof value === "number" ? new Date(value * 1000) : parseTimestamp(value as string);
      if (date === undefined || Number.isNaN(date.getTime())) {
        throw new ExpressionFailure("timestamp() needs a text such as 2026-01-31 or 2026-01-31T12:00:00Z");
      }
      return date;
    },
  },
  {
    name: "duration",
    style: "function",
    params: [string | duration],
    result: DURATION,
    doc: 'duration("1h30m"): a length of time in d, h, m, s, ms',
    check: (context, args) => {
      const text = args[0]?.literal?.value;
      if (typeof text !== "string" || !args[0]) return;
      try {
        parseDuration(text);
      } catch (error) {
        if (!(error instanceof ExpressionFailure)) throw error;
        context.report("error", "EXPRESSION_TYPE", args[0].ast, error.message);
      }
    },
    run: (_, value: unknown) => (value instanceof Duration ? value : parseDuration(value as string)),
  },
  part("getFullYear", "the year", (parts) => parts.year),
  part("getMonth", "the month, January is 0", (parts) => parts.month - 1),
  part("getDate", "the day of the month, from 1", (parts) => parts.day),
  part("getDayOfMonth", "the day of the month, from 0", (parts) => parts.day - 1),
  part("getDayOfWeek", "the day of the week, Sunday is 0", (parts) =>
    new Date(Date.UTC(parts.year, parts.month - 1, parts.day)).getUTCDay(),
  ),
  part("getDayOfYear", "the day of the year, from 0", (parts) =>
    Math.round((Date.UTC(parts.year, parts.month - 1, parts.day) - Date.UTC(parts.year, 0, 1)) / 86_400_000),
  ),
  part("getHours", "the hour; of a duration its whole hours", (parts) => parts.hour, 3_600_000),
  part("getMinutes", "the minute; of a duration its whole minutes", (parts) => parts.minute, 60_000),
  part("getSeconds", "the second; of a duration its whole seconds", (parts) => parts.second, 1_000),
  part("getMilliseconds", "the millisecond; of a duration all of them", (parts) => parts.millisecond, 1),
];

function part(name: string, what: string, read: (parts: ZonedParts) => number, unitMs?: number): ExpressionFunction {
  return {
    name,
    style: "method",
    params: [unitMs === undefined ? timestamp : timestamp | duration, string],
    required: 1,
    result: WHOLE,
    doc: `time.${name}(zone?): ${what}`,
    check: (context, args) => {
      const zone = args[1]?.literal?.value;
      if (typeof zone === "string" && args[1] && !isTimeZone(zone)) {
        context.report("error", "EXPRESSION_TYPE", args[1].ast, `there is no time zone "${zone}"`, {
          title: 'Use an IANA name such as "Europe/Berlin"',
        });
      }
    },
    run: (frame, value: unknown, zone?: string) => {
      // The calendar of a place is looked up, which takes as long as many steps.
      if (zone !== undefined && zone !== "UTC") frame.step(ZONE_STEPS);
      if (value instanceof Duration) return Math.trunc(value.ms / (unitMs ?? 1));
      if (zone !== undefined && !isTimeZone(zone)) throw new ExpressionFailure(`there is no time zone "${zone}"`);
      return read(zonedParts(value as Date, zone ?? "UTC"));
    },
  };
}
