import type { Json } from "@mortise/contract";
import Type from "typebox";
import { groupRows } from "../transformers/group-rows.ts";
import { orderValues } from "../transformers/order-values.ts";
import { fieldOf, isBlank, type Row } from "../transformers/records.ts";
import { defineRule } from "./define-rule.ts";
import { By } from "./grouping.ts";

export const noOverlap = defineRule({
  name: "noOverlap",
  title: "No overlap",
  description:
    "No two rows share time or numbers between two fields, in all or by group: bookings of one room. An end may be the next start; a blank end is open.",
  params: {
    from: Type.String({ title: "From field", minLength: 1 }),
    to: Type.String({ title: "To field", minLength: 1 }),
    by: By,
  },
  compile: (params, context) => {
    const { from, to, by = [] } = params as { readonly from: string; readonly to: string; readonly by?: readonly string[] };
    context.checkField(from, "/from");
    context.checkField(to, "/to");
    for (const [i, field] of by.entries()) context.checkField(field, `/by/${i}`);
    return {
      check: () => undefined,
      survey: (rows) => {
        const reasons = new Map<Row, string>();
        for (const group of groupRows(rows, by)) {
          const open = group.rows.filter((row) => !isBlank(fieldOf(row, from)));
          let end: Json | undefined;
          for (const row of [...open].sort((a, b) => orderValues(fieldOf(a, from), fieldOf(b, from), false))) {
            const [start, own] = [fieldOf(row, from), fieldOf(row, to) ?? null];
            if (!isBlank(own) && orderValues(start, own, false) > 0) reasons.set(row, `"${to}" is before "${from}"`);
            else if (end !== undefined && (isBlank(end) || orderValues(start, end, false) < 0))
              reasons.set(row, `"${from}" to "${to}" overlaps with another row`);
            if (end === undefined || (!isBlank(end) && (isBlank(own) || orderValues(own, end, false) > 0))) end = own;
          }
        }
        return (row) => reasons.get(row);
      },
    };
  },
});
