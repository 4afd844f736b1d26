import { type Json, MortiseError } from "@mortise/contract";
import Type from "typebox";
import { isoDate } from "../../dates/date-format.ts";
import { parseTimestamp } from "../../dates/parse-timestamp.ts";
import { addToDate } from "../../dates/shift-date.ts";
import { zonedParts } from "../../dates/zoned-parts.ts";
import { describeValue } from "../../schema/describe-value.ts";
import { boundElements } from "../bounds.ts";
import { defineTransformer } from "../define-transformer.ts";
import { Choice, FieldName } from "../params.ts";
import { fieldOf, isBlank, perRecord, perRecordType, type Row, rowOf, setField, withField } from "../records.ts";

const Params = Type.Object(
  {
    from: FieldName("First day field"),
    to: FieldName("Last day field"),
    every: Type.Optional(Type.Integer({ title: "Every", minimum: 1, default: 1 })),
    unit: Type.Optional(Choice(["days", "weeks", "months", "years"], { title: "Unit", default: "days" })),
    into: FieldName("Into field"),
  },
  { additionalProperties: false },
);

/** Dates of one record, about 270 years of days. */
const MAX_DATES = 100_000;

export const dateSeries = defineTransformer({
  name: "dateSeries",
  title: "Series of dates",
  description:
    "Makes a list of the dates between two days, both included: every day, week, month or year. Follow with explode for a row each.",
  group: "date",
  takes: "records",
  params: Params,
  outputType: (input, { from, to, into }, context) => {
    context.checkField(rowOf(input), from, "/from");
    context.checkField(rowOf(input), to, "/to");
    return perRecordType(input, (row) => withField(row, into, { type: "array", items: { type: "string", format: "date" } }));
  },
  compile: ({ from, to, every = 1, unit = "days", into }) => {
    return (value, scope) => {
      let count = 0;
      const one = perRecord("dateSeries", (record, _, index) => {
        const [start, end] = [dayIn(record, from, index), dayIn(record, to, index)];
        const dates: string[] = [];
        if (start !== undefined && end !== undefined) {
          for (let at = start; at <= end; at = addToDate(start, { [unit]: dates.length * every }, "UTC")) {
            if (dates.length >= MAX_DATES)
              throw new MortiseError("EXPRESSION_LIMIT", `dateSeries: record ${index} has more than ${MAX_DATES} dates`);
            boundElements("dateSeries", ++count);
            dates.push(isoDate(zonedParts(at, "UTC")));
          }
        }
        const made: { [field: string]: Json } = { ...record };
        setField(made, into, dates);
        return made;
      });
      return one(value, scope);
    };
  },
});

function dayIn(record: Row, field: string, index: number): Date | undefined {
  const value = fieldOf(record, field);
  if (isBlank(value)) return undefined;
  const date = typeof value === "string" ? parseTimestamp(value.slice(0, 10)) : undefined;
  if (date !== undefined) return date;
  throw new MortiseError(
    "TRANSFORM_FAILED",
    `dateSeries: the ${describeValue(value)} in "${field}" of record ${index} is no ISO 8601 date`,
  );
}
