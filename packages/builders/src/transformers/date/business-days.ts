import Type from "typebox";
import { addBusinessDays, dayOf } from "../../dates/business-days.ts";
import { isoDate, isoDateTime } from "../../dates/date-format.ts";
import { parseTimestamp } from "../../dates/parse-timestamp.ts";
import { zonedParts } from "../../dates/zoned-parts.ts";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { checkZone } from "./check-zone.ts";

export const businessDays = defineFieldTransformer({
  name: "businessDays",
  title: "Add business days",
  description: "Moves a date (ISO 8601) by days from Monday to Friday that are no holidays. Blank text becomes null.",
  group: "date",
  params: {
    add: Type.Integer({ title: "Days", minimum: -10_000, maximum: 10_000 }),
    holidays: Type.Optional(
      Type.Array(Type.String({ minLength: 10 }), { title: "Holidays", "x-help": "Dates such as 2026-12-25." }),
    ),
    zone: Type.Optional(Type.String({ title: "Time zone", default: "UTC" })),
  },
  takes: KIND.string,
  expected: "ISO 8601 date",
  result: () => ({ type: ["string", "null"] }),
  check: ({ holidays = [], zone }, context) => {
    checkZone(zone, context);
    holidays.forEach((each, i) => {
      if (parseTimestamp(each) === undefined)
        context.report("error", "INVALID_VALUE", `/holidays/${i}`, `"${each}" is no date such as 2026-12-25`);
    });
  },
  compile: ({ add, holidays = [], zone = "UTC" }) => {
    const free = new Set(
      holidays.flatMap((each) => {
        const date = parseTimestamp(each);
        return date ? [dayOf(date, "UTC")] : [];
      }),
    );
    return (value) => {
      const text = (value as string).trim();
      if (text === "") return null;
      const date = parseTimestamp(text);
      if (date === undefined) return undefined;
      const isDay = text.length === 10;
      const moved = addBusinessDays(date, add, isDay ? "UTC" : zone, free);
      if (Number.isNaN(moved.getTime())) return undefined;
      return isDay ? isoDate(zonedParts(moved, "UTC")) : isoDateTime(moved, zone);
    };
  },
});
