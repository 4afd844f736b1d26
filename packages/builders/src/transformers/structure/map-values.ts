import type { Json, JsonSchema } from "@mortise/contract";
import Type from "typebox";
import { inferSchema } from "../../schema/infer-schema.ts";
import { KIND } from "../../schema/kinds.ts";
import { unionOf } from "../../schema/union-of.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { Choice } from "../params.ts";

export const mapValues = defineFieldTransformer({
  name: "mapValues",
  title: "Translate values",
  description: "Replaces values by others from a table that is written here, such as codes by names.",
  group: "structure",
  params: {
    values: Type.Record(Type.String(), Type.Unsafe<Json>({ title: "Value" }), {
      title: "Values",
      minProperties: 1,
      "x-help": 'Old value to new: {"A": "active", "1": true}. Numbers and yes/no are looked up as text.',
    }),
    otherwise: Type.Optional(
      Choice(["keep", "null", "fail"], {
        title: "All others",
        default: "keep",
        "x-help": "keep: stay as they are · null: become empty · fail: see When it fails",
      }),
    ),
    ignoreCase: Type.Optional(Type.Boolean({ title: "Ignore case", default: false })),
  },
  takes: KIND.string | KIND.number | KIND.boolean,
  expected: "value of the table",
  result: ({ values, otherwise = "keep" }, type) => {
    const made: JsonSchema[] = Object.values(values).map(inferSchema);
    if (otherwise === "null") made.push({ type: "null" });
    return unionOf(otherwise === "keep" ? [...made, type] : made);
  },
  compile: ({ values, otherwise = "keep", ignoreCase = false }) => {
    const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text);
    const table = new Map(Object.entries(values).map(([from, to]) => [fold(from), to]));
    return (value) => {
      const found = table.get(fold(String(value)));
      if (found !== undefined) return found;
      return otherwise === "keep" ? value : otherwise === "null" ? null : undefined;
    };
  },
});
