import type { Json } from "@mortise/contract";
import Type from "typebox";
import { keyOf } from "../transformers/group-rows.ts";
import { fieldOf, isBlank } from "../transformers/records.ts";
import { defineRule } from "./define-rule.ts";

export const unique = defineRule({
  name: "unique",
  title: "Unique",
  description: "No two rows of the list agree in the field, or in all of several fields; the first one stays valid.",
  params: {
    field: Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })], {
      title: "Field or fields",
    }),
    optional: Type.Optional(
      Type.Boolean({ title: "May be missing", default: false, "x-help": "Rows where all of them are blank are not compared." }),
    ),
  },
  compile: (params, context) => {
    const { field, optional = false } = params as { readonly field: string | readonly string[]; readonly optional?: boolean };
    const fields = typeof field === "string" ? [field] : field;
    fields.forEach((each, i) => {
      context.checkField(each, typeof field === "string" ? "/field" : `/field/${i}`);
    });
    const id = `unique ${JSON.stringify(fields)}`;
    return {
      check: (row, index, memory) => {
        const values = fields.map((each): Json => fieldOf(row, each) ?? null);
        if (optional && values.every(isBlank)) return undefined;
        const seen = (memory.get(id) as Map<string, number> | undefined) ?? new Map<string, number>();
        memory.set(id, seen);
        const key = keyOf(values);
        const first = seen.get(key);
        if (first === undefined) seen.set(key, index);
        const names = fields.map((each) => `"${each}"`).join(", ");
        return first === undefined || first === index ? undefined : `${names} is the same as in row ${first}`;
      },
    };
  },
});
