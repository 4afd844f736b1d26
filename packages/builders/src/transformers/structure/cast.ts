import { type Json, type JsonSchema, MortiseError } from "@mortise/contract";
import Type, { type Static } from "typebox";
import { dateFormat, isoDate } from "../../dates/date-format.ts";
import { zonedParts } from "../../dates/zoned-parts.ts";
import { describeValue } from "../../schema/describe-value.ts";
import { unionOf } from "../../schema/union-of.ts";
import { pointerTo } from "../../values/json-pointer.ts";
import { textOf } from "../../values/text-of.ts";
import { defineTransformer } from "../define-transformer.ts";
import { OnFail } from "../params.ts";
import { parseNumber } from "../parse-number.ts";
import { fieldOf, isBlank, perRecord, perRecordType, rowOf, shapeOf, shapeToSchema } from "../records.ts";

const Target = Type.Union(
  ["number", "integer", "boolean", "string", "date"].map((name) => Type.Literal(name)),
  { title: "To" },
);

const Options = Type.Object(
  {
    to: Target,
    onFail: Type.Optional(OnFail),
    default: Type.Optional(Type.Unsafe<Json>({ title: "Default" })),
    blank: Type.Optional(
      Type.Union([Type.Literal("null"), Type.Literal("fail"), Type.Literal("default"), Type.Literal("keep")], {
        title: "When it is blank",
        default: "null",
        "x-help": "null: becomes empty · fail: as when it fails · default: takes the default · keep: stays as it is",
      }),
    ),
    decimal: Type.Optional(Type.Union([Type.Literal("."), Type.Literal(",")], { title: "Decimal sign", default: "." })),
    format: Type.Optional(
      Type.String({ title: "Date format", default: "iso", "x-help": "How the text is written: M/d/yyyy, MMM dd yyyy, …" }),
    ),
  },
  { additionalProperties: false },
);

const Params = Type.Object(
  {
    fields: Type.Record(Type.String(), Type.Union([Target, Options]), {
      title: "Fields",
      minProperties: 1,
      "x-help": 'Name to kind: {"cost": "number"} or {"cost": {"to": "number", "onFail": "null"}}.',
    }),
  },
  { additionalProperties: false },
);

type CastOptions = Static<typeof Options>;

export const cast = defineTransformer({
  name: "cast",
  title: "Convert kinds",
  description:
    "Converts fields to number, integer, boolean, string or date. Currency signs and thousands separators are understood. A missing field stays missing; text that is not named here keeps its leading zeros.",
  group: "structure",
  takes: "records",
  params: Params,
  outputType: (input, { fields }, context) => {
    for (const [name, each] of Object.entries(fields)) {
      const at = pointerTo("/fields", name);
      context.checkField(rowOf(input), name, at);
      const format = typeof each === "string" ? undefined : each.format;
      const compiled = format === undefined ? undefined : dateFormat(format);
      if (typeof compiled === "string") context.report("error", "INVALID_VALUE", `${at}/format`, compiled);
    }
    return perRecordType(input, (row) => {
      const shape = shapeOf(row);
      const cast = Object.entries(fields).map(([name, each]) => {
        const field = shape.fields.get(name);
        return [name, { schema: targetType(optionsOf(each)), required: field?.required === true }] as const;
      });
      return shapeToSchema({ fields: new Map([...shape.fields, ...cast]), rest: shape.rest });
    });
  },
  compile: ({ fields }) => {
    const casts = Object.entries(fields).map(([name, each]) => [name, optionsOf(each)] as const);
    return perRecord("cast", (record) => {
      const result: { [field: string]: Json } = { ...record };
      for (const [name, options] of casts) {
        const value = fieldOf(record, name);
        if (value !== undefined) result[name] = castField(name, value, options);
      }
      return result;
    });
  },
});

function castField(name: string, value: Json, options: CastOptions): Json {
  const blank = options.blank ?? "null";
  if (isBlank(value) && blank !== "fail") {
    if (blank === "keep") return value;
    return blank === "default" ? (options.default ?? null) : null;
  }
  const result = castValue(value, options);
  if (result !== undefined) return result;
  if (options.onFail === "null") return null;
  if (options.onFail === "default") return options.default ?? null;
  throw new MortiseError("TRANSFORM_FAILED", `cast: the ${describeValue(value)} in "${name}" is no ${options.to}`);
}

function castValue(value: Json, options: CastOptions): Json | undefined {
  switch (options.to) {
    case "number":
      return toNumber(value, options.decimal ?? ".");
    case "integer": {
      const number = toNumber(value, options.decimal ?? ".");
      return Number.isSafeInteger(number) ? number : undefined;
    }
    case "boolean":
      return toBoolean(value);
    case "string":
      return textOf(value);
    default:
      return toDate(value, options.format ?? "iso");
  }
}

function toNumber(value: Json, decimal: "." | ","): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  return typeof value === "string" ? parseNumber(value, decimal) : undefined;
}

function toBoolean(value: Json): boolean | undefined {
  if (typeof value === "boolean") return value;
  const text = String(value).trim().toLowerCase();
  if (["true", "yes", "y", "t", "1", "on"].includes(text)) return true;
  return ["false", "no", "n", "f", "0", "off"].includes(text) ? false : undefined;
}

function toDate(value: Json, pattern: string): string | undefined {
  const format = dateFormat(pattern);
  if (typeof format === "string" || (typeof value !== "string" && typeof value !== "number")) return undefined;
  const date = format.parse(String(value), "UTC");
  return date && isoDate(zonedParts(date, "UTC"));
}

function optionsOf(each: Static<typeof Params>["fields"][string]): CastOptions {
  return typeof each === "string" ? { to: each } : each;
}

function targetType(options: CastOptions): JsonSchema {
  const type: JsonSchema = options.to === "date" ? { type: "string", format: "date" } : { type: options.to as "number" };
  const mayBeNull = (options.blank ?? "null") === "null" || options.onFail === "null";
  const usesDefault = options.onFail === "default" || options.blank === "default";
  const extra = usesDefault && typeof options.default === "string" && options.to !== "string" && options.to !== "date";
  if (options.blank === "keep" || extra) return unionOf([type, { type: ["string", "null"] }]);
  return mayBeNull || (usesDefault && options.default == null) ? unionOf([type, { type: "null" }]) : type;
}
