import Type from "typebox";
import { fieldOf, isBlank } from "../transformers/records.ts";
import { defineRule } from "./define-rule.ts";

export const required = defineRule({
  name: "required",
  title: "Required",
  description: "The field is there and not blank (null, or text of nothing but blanks).",
  params: { field: Type.String({ title: "Field", minLength: 1 }) },
  compile: (params, context) => {
    const { field } = params as { readonly field: string };
    context.checkField(field, "/field");
    return { check: (row) => (isBlank(fieldOf(row, field)) ? `"${field}" is missing` : undefined) };
  },
});
