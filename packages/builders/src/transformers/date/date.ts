import { type Json, type JsonSchema, MortiseError } from "@mortise/contract";
import Type, { type Static } from "typebox";
import { dateFormat, isoDate, isoDateTime } from "../../dates/date-format.ts";
import { addToDate, truncateDate } from "../../dates/shift-date.ts";
import { isTimeZone, zonedParts } from "../../dates/zoned-parts.ts";
import { describeValue } from "../../schema/describe-value.ts";
import { unionOf } from "../../schema/union-of.ts";
import { pointerTo } from "../../values/json-pointer.ts";
import { defineTransformer } from "../define-transformer.ts";
import { OnFail } from "../params.ts";
import { fieldOf, isBlank, perRecord, perRecordType, rowOf, shapeOf, shapeToSchema } from "../records.ts";

const Amount = (title: string) => Type.Optional(Type.Integer({ title }));

const Options = Type.Object(
  {
    from: Type.Optional(
      Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })], {
        title: "Written as",
        default: "iso",
        "x-help":
          "iso, epoch-s, epoch-ms, or a pattern: yyyy-MM-dd, M/d/yy H:mm, MMM dd yyyy, d. MMMM yyyy 'at' h:mm a XXX. Several are tried in order.",
      }),
    ),
    to: Type.Optional(
      Type.String({
        title: "Comes out as",
        "x-help": "date, date-time (ISO 8601), or a pattern. Absent: date where no time was read.",
      }),
    ),
    zone: Type.Optional(
      Type.String({
        title: "Time zone",
        default: "UTC",
        "x-help": "IANA name such as Europe/Berlin, of a text that names none, and of what comes out.",
      }),
    ),
    add: Type.Optional(
      Type.Object(
        {
          years: Amount("Years"),
          months: Amount("Months"),
          weeks: Amount("Weeks"),
          days: Amount("Days"),
          hours: Amount("Hours"),
          minutes: Amount("Minutes"),
          seconds: Amount("Seconds"),
        },
        { title: "Add", additionalProperties: false },
      ),
    ),
    truncate: Type.Optional(
      Type.Union(
        (["year", "quarter", "month", "week", "day", "hour", "minute"] as const).map((unit) => Type.Literal(unit)),
        { title: "Back to the start of", "x-help": "After adding. A week starts on Monday." },
      ),
    ),
    into: Type.Optional(Type.String({ title: "Into field", minLength: 1, "x-help": "Absent: the same field." })),
    onFail: Type.Optional(OnFail),
    default: Type.Optional(Type.Unsafe<Json>({ title: "Default" })),
  },
  { additionalProperties: false },
);

const Params = Type.Object(
  {
    fields: Type.Record(Type.String(), Options, {
      title: "Fields",
      minProperties: 1,
      "x-help": 'Name to options: {"Flight Date": {"from": "M/d/yy H:mm", "to": "date"}}.',
    }),
  },
  { additionalProperties: false },
);

type DateOptions = Static<typeof Options>;

export const date = defineTransformer({
  name: "date",
  title: "Read and shift dates",
  description: "Reads dates in any format, adds and truncates, and writes ISO 8601 or another format. Blank values become null.",
  group: "date",
  takes: "records",
  params: Params,
  outputType: (input, { fields }, context) => {
    for (const [name, options] of Object.entries(fields)) {
      const at = pointerTo("/fields", name);
      context.checkField(rowOf(input), name, at);
      const written = options.to === undefined || options.to === "date" || options.to === "date-time" ? [] : [options.to];
      for (const pattern of [...patternsOf(options), ...written]) {
        const format = dateFormat(pattern);
        if (typeof format === "string") context.report("error", "INVALID_VALUE", at, `"${pattern}": ${format}`);
      }
      if (options.zone !== undefined && !isTimeZone(options.zone))
        context.report("error", "INVALID_VALUE", `${at}/zone`, `there is no time zone "${options.zone}"`);
    }
    return perRecordType(input, (row) => {
      const shape = shapeOf(row);
      const dates = Object.entries(fields).map(([name, options]) => {
        const required = shape.fields.get(name)?.required === true;
        return [options.into ?? name, { schema: resultType(options), required }] as const;
      });
      return shapeToSchema({ fields: new Map([...shape.fields, ...dates]), rest: shape.rest });
    });
  },
  compile: ({ fields }) => {
    const reads = Object.entries(fields).map(([name, options]) => ({
      name,
      into: options.into ?? name,
      options,
      convert: converter(options),
    }));
    return perRecord("date", (record) => {
      const result: { [field: string]: Json } = { ...record };
      for (const { name, into, options, convert } of reads) {
        const value = fieldOf(record, name);
        if (value === undefined) continue;
        const converted = isBlank(value) ? null : convert(value);
        if (converted !== undefined) result[into] = converted;
        else if (options.onFail === "null") result[into] = null;
        else if (options.onFail === "default") result[into] = options.default ?? null;
        else {
          const wanted = patternsOf(options).join('" or "');
          throw new MortiseError(
            "TRANSFORM_FAILED",
            `date: the ${describeValue(value)} in "${name}" is no date written as "${wanted}"`,
          );
        }
      }
      return result;
    });
  },
});

/** The conversion of one value; undefined comes out where it is no date. */
function converter(options: DateOptions): (value: Json) => Json | undefined {
  const zone = options.zone ?? "UTC";
  const formats = patternsOf(options).flatMap((pattern) => {
    const format = dateFormat(pattern);
    return typeof format === "string" ? [] : [format];
  });
  const target = options.to ?? (defaultsToDate(options) ? "date" : "date-time");
  const written = target === "date" || target === "date-time" ? undefined : dateFormat(target);
  return (value) => {
    if (typeof value !== "string" && typeof value !== "number") return undefined;
    const text = String(value);
    for (const format of formats) {
      const read = format.parse(text, zone);
      if (read === undefined) continue;
      const added = options.add ? addToDate(read, options.add, zone) : read;
      const moved = options.truncate ? truncateDate(added, options.truncate, zone) : added;
      if (Number.isNaN(moved.getTime())) return undefined;
      if (target === "date" || (options.to === undefined && /^\d{4}-\d\d-\d\d$/.test(text)))
        return isoDate(zonedParts(moved, zone));
      return typeof written === "object" ? written.format(moved, zone) : isoDateTime(moved, zone);
    }
    return undefined;
  };
}

function patternsOf({ from = "iso" }: DateOptions): readonly string[] {
  return typeof from === "string" ? [from] : from;
}

function defaultsToDate(options: DateOptions): boolean {
  return patternsOf(options).every((pattern) => {
    const format = dateFormat(pattern);
    return typeof format === "object" && !format.hasTime;
  });
}

function resultType(options: DateOptions): JsonSchema {
  const known = options.to === "date" || (options.to === undefined && defaultsToDate(options));
  const format = known ? "date" : options.to === "date-time" ? "date-time" : undefined;
  return unionOf([{ type: "string", ...(format && { format }) }, { type: "null" }]);
}
