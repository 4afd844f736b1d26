import Type from "typebox";
import { fieldOf, isBlank } from "../transformers/records.ts";
import { defineRule } from "./define-rule.ts";

export const nullRatio = defineRule({
  name: "nullRatio",
  title: "Share of blanks",
  description:
    "Of the whole list no more than a percentage of the rows lack the field (missing, null, or text of blanks). It is a problem of the list: no row is rejected for it.",
  params: {
    field: Type.String({ title: "Field", minLength: 1 }),
    maxPercent: Type.Number({ title: "At most", minimum: 0, maximum: 100, "x-help": "Percent of the rows." }),
  },
  compile: (params, context) => {
    const { field, maxPercent } = params as { readonly field: string; readonly maxPercent: number };
    context.checkField(field, "/field");
    return {
      check: () => undefined,
      checkList: (rows) => {
        const blank = rows.filter((row) => isBlank(fieldOf(row, field))).length;
        return blank * 100 > rows.length * maxPercent
          ? `"${field}" is blank in ${blank} of ${rows.length} rows, allowed are ${maxPercent} %`
          : undefined;
      },
    };
  },
});
