import type { Json, JsonSchema } from "@mortise/contract";
import Type from "typebox";
import { dateParts as partsOf } from "../../dates/date-parts.ts";
import { parseTimestamp } from "../../dates/parse-timestamp.ts";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { Choice } from "../params.ts";
import { checkZone } from "./check-zone.ts";

const PARTS = [
  "year",
  "quarter",
  "month",
  "week",
  "weekYear",
  "day",
  "dayOfYear",
  "weekday",
  "hour",
  "minute",
  "second",
] as const;
const WHOLE: JsonSchema = { type: "integer" };

export const dateParts = defineFieldTransformer({
  name: "dateParts",
  title: "Parts of a date",
  description:
    "Takes a date (ISO 8601) apart into year, quarter, month, ISO week, day, weekday (1 is Monday), hour and so on. Blank text becomes null.",
  group: "date",
  params: {
    parts: Type.Array(Choice(PARTS, { title: "Part" }), {
      title: "Parts",
      minItems: 1,
      "x-help": "One gives the number, several a record.",
    }),
    zone: Type.Optional(Type.String({ title: "Time zone", default: "UTC" })),
  },
  takes: KIND.string,
  expected: "ISO 8601 date",
  result: ({ parts }) => {
    if (parts.length === 1) return { type: ["integer", "null"] };
    const record: JsonSchema = {
      type: "object",
      properties: Object.fromEntries(parts.map((part) => [part, WHOLE])),
      required: [...new Set(parts)],
      additionalProperties: false,
    };
    return { anyOf: [record, { type: "null" }] };
  },
  check: ({ zone }, context) => checkZone(zone, context),
  compile: ({ parts, zone = "UTC" }) => {
    const [only] = parts;
    return (value): Json | undefined => {
      const text = (value as string).trim();
      if (text === "") return null;
      const date = parseTimestamp(text);
      if (date === undefined) return undefined;
      const all = partsOf(date, text.length === 10 ? "UTC" : zone);
      return parts.length === 1 && only !== undefined ? all[only] : Object.fromEntries(parts.map((part) => [part, all[part]]));
    };
  },
});
