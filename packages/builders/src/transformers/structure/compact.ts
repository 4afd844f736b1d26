import type { Json } from "@mortise/contract";
import { MortiseError } from "@mortise/contract";
import Type from "typebox";
import { describeValue } from "../../schema/describe-value.ts";
import { KIND, kindsOf } from "../../schema/kinds.ts";
import { elementOf } from "../../schema/members.ts";
import { defineTransformer } from "../define-transformer.ts";
import { Choice } from "../params.ts";
import { isBlank, isRecord, setField, shapeOf, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  {
    drop: Type.Optional(
      Choice(["null", "blank", "empty"], {
        title: "Drop",
        default: "blank",
        "x-help": "null: null alone · blank: also text of blanks · empty: also empty lists and records",
      }),
    ),
  },
  { additionalProperties: false },
);

export const compact = defineTransformer({
  name: "compact",
  title: "Drop blanks",
  description: "Drops the fields of records that hold nothing, and the elements of a list that are nothing.",
  group: "structure",
  params: Params,
  outputType: (input) => {
    const kinds = kindsOf(input);
    if (kinds === KIND.object) return optional(input);
    if (kinds !== KIND.array) return true;
    const element = elementOf(input);
    return { type: "array", items: kindsOf(element) === KIND.object ? optional(element) : true };
  },
  compile: ({ drop = "blank" }) => {
    const isNothing = (value: Json): boolean => {
      if (value === null) return true;
      if (drop === "null") return false;
      if (isBlank(value)) return true;
      return drop === "empty" && typeof value === "object" && Object.keys(value).length === 0;
    };
    const record = (value: Json): Json => {
      if (!isRecord(value)) return value;
      const made: { [field: string]: Json } = {};
      for (const [name, each] of Object.entries(value)) if (!isNothing(each)) setField(made, name, each);
      return made;
    };
    return (value) => {
      if (Array.isArray(value)) return (value as readonly Json[]).filter((each) => !isNothing(each)).map(record);
      if (isRecord(value)) return record(value);
      throw new MortiseError("TRANSFORM_FAILED", `compact: found ${describeValue(value)}, expected a record or a list`);
    };
  },
});

function optional(row: Parameters<typeof shapeOf>[0]): ReturnType<typeof shapeToSchema> {
  const shape = shapeOf(row);
  const fields = [...shape.fields].map(([name, field]) => [name, { ...field, required: false }] as const);
  return shapeToSchema({ fields: new Map(fields), rest: shape.rest });
}
