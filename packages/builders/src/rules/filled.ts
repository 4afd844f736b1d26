import Type from "typebox";
import { fieldOf, isBlank } from "../transformers/records.ts";
import { defineRule } from "./define-rule.ts";

export const filled = defineRule({
  name: "filled",
  title: "Some of several",
  description:
    "Of several fields so many are filled: at least one, exactly one, all or none. Blank is missing, null, or text of blanks.",
  params: {
    fields: Type.Array(Type.String({ minLength: 1 }), { title: "Fields", minItems: 2 }),
    min: Type.Optional(Type.Integer({ title: "At least", minimum: 0, default: 1 })),
    max: Type.Optional(Type.Integer({ title: "At most", minimum: 0 })),
    together: Type.Optional(Type.Boolean({ title: "All or none", default: false, "x-help": "Instead of the numbers." })),
  },
  compile: (params, context) => {
    const {
      fields,
      min = 1,
      max,
      together = false,
    } = params as {
      readonly fields: readonly string[];
      readonly min?: number;
      readonly max?: number;
      readonly together?: boolean;
    };
    for (const [i, field] of fields.entries()) context.checkField(field, `/fields/${i}`);
    const names = fields.map((field) => `"${field}"`).join(", ");
    return {
      check: (row) => {
        const count = fields.filter((field) => !isBlank(fieldOf(row, field))).length;
        if (together)
          return count === 0 || count === fields.length ? undefined : `of ${names} all or none must be filled, found ${count}`;
        if (count < min) return `of ${names} at least ${min} must be filled, found ${count}`;
        return max !== undefined && count > max ? `of ${names} at most ${max} may be filled, found ${count}` : undefined;
      },
    };
  },
});
