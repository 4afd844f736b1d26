import { type Json, MortiseError } from "@mortise/contract";
import Type from "typebox";
import { countBusinessDays } from "../../dates/business-days.ts";
import { dateBetween } from "../../dates/date-between.ts";
import { parseTimestamp } from "../../dates/parse-timestamp.ts";
import { describeValue } from "../../schema/describe-value.ts";
import { defineTransformer } from "../define-transformer.ts";
import { Choice, FieldName } from "../params.ts";
import { fieldOf, isBlank, perRecord, perRecordType, type Row, rowOf, setField, withField } from "../records.ts";
import { checkZone } from "./check-zone.ts";

const Params = Type.Object(
  {
    from: FieldName("From field"),
    to: FieldName("To field"),
    unit: Type.Optional(
      Choice(["years", "months", "weeks", "days", "businessDays", "hours", "minutes", "seconds"], {
        title: "Unit",
        default: "days",
        "x-help": "Whole units that have passed; businessDays: Monday to Friday, the first day not counted.",
      }),
    ),
    zone: Type.Optional(Type.String({ title: "Time zone", default: "UTC", "x-help": "Days change at its midnight." })),
    into: FieldName("Into field"),
  },
  { additionalProperties: false },
);

export const dateDiff = defineTransformer({
  name: "dateDiff",
  title: "Time between dates",
  description:
    "Counts whole units of time between two dates (ISO 8601); less than 0 where the second is earlier. Null where one is blank.",
  group: "date",
  takes: "records",
  params: Params,
  outputType: (input, { from, to, zone, into }, context) => {
    context.checkField(rowOf(input), from, "/from");
    context.checkField(rowOf(input), to, "/to");
    checkZone(zone, context);
    return perRecordType(input, (row) => withField(row, into, { type: ["integer", "null"] }));
  },
  compile: ({ from, to, unit = "days", zone = "UTC", into }) =>
    perRecord("dateDiff", (record, _, index) => {
      const [start, end] = [dateIn(record, from, index), dateIn(record, to, index)];
      const made: { [field: string]: Json } = { ...record };
      const between =
        start && end && (unit === "businessDays" ? countBusinessDays(start, end, zone) : dateBetween(start, end, unit, zone));
      setField(made, into, between ?? null);
      return made;
    }),
});

function dateIn(record: Row, field: string, index: number): Date | undefined {
  const value = fieldOf(record, field);
  if (isBlank(value)) return undefined;
  const date = typeof value === "string" ? parseTimestamp(value) : undefined;
  if (date !== undefined) return date;
  throw new MortiseError(
    "TRANSFORM_FAILED",
    `dateDiff: the ${describeValue(value)} in "${field}" of record ${index} is no ISO 8601 date; read it with date first`,
  );
}
