import Type from "typebox";
import { dateFormat } from "../dates/date-format.ts";
import { parseTimestamp } from "../dates/parse-timestamp.ts";
import { describeValue } from "../schema/describe-value.ts";
import { defineFieldRule } from "./define-rule.ts";
import type { RuleContext } from "./rule.ts";

export const dateRange = defineFieldRule({
  name: "dateRange",
  title: "Date range",
  description: "The date lies between two dates, both included.",
  params: {
    min: Type.Optional(Type.String({ title: "Not before", "x-placeholder": "1990-01-01" })),
    max: Type.Optional(Type.String({ title: "Not after", "x-placeholder": "2030-12-31" })),
    format: Type.Optional(
      Type.String({ title: "Written as", default: "iso", "x-help": "iso, or a pattern such as M/d/yy H:mm." }),
    ),
  },
  compile: ({ min, max, format = "iso" }, context) => {
    const written = dateFormat(format);
    if (typeof written === "string") context.report("error", "INVALID_VALUE", "/format", written);
    const earliest = bound(min, "/min", context);
    const latest = bound(max, "/max", context);
    const beforeMax = latest !== undefined && /^\d{4}-\d\d-\d\d$/.test(max ?? "") ? latest + 86_400_000 - 1 : latest;
    return (value) => {
      const date =
        typeof written === "object" && (typeof value === "string" || typeof value === "number")
          ? written.parse(String(value), "UTC")
          : undefined;
      if (date === undefined) return `must be a date written as "${format}", found ${describeValue(value)}`;
      if (earliest !== undefined && date.getTime() < earliest) return `is before ${min}`;
      return beforeMax !== undefined && date.getTime() > beforeMax ? `is after ${max}` : undefined;
    };
  },
});

function bound(text: string | undefined, pointer: string, context: RuleContext): number | undefined {
  if (text === undefined) return undefined;
  const date = parseTimestamp(text);
  if (date === undefined) context.report("error", "INVALID_VALUE", pointer, `"${text}" is no date such as 2026-01-31`);
  return date?.getTime();
}
