import Type from "typebox";
import { keyOf } from "../transformers/group-rows.ts";
import { orderValues } from "../transformers/order-values.ts";
import { Choice } from "../transformers/params.ts";
import { fieldOf } from "../transformers/records.ts";
import { defineFieldRule } from "./define-rule.ts";
import { By, lastValues } from "./grouping.ts";

export const sorted = defineFieldRule({
  name: "sorted",
  title: "Sorted",
  description:
    "The rows come in the order of a field, in all or by group; ISO 8601 dates of one form sort as text does. With strict no two are equal.",
  params: {
    order: Type.Optional(Choice(["asc", "desc"], { title: "Order", default: "asc" })),
    strict: Type.Optional(Type.Boolean({ title: "Without equal ones", default: false })),
    by: By,
  },
  compile: ({ order = "asc", strict = false, by = [] }, context) => {
    for (const [i, field] of by.entries()) context.checkField(field, `/by/${i}`);
    return (value, row, _index, memory) => {
      const last = lastValues(memory, context.id);
      const group = keyOf(by.map((field) => fieldOf(row, field) ?? null));
      const before = last.get(group);
      last.set(group, value);
      if (before === undefined) return undefined;
      const difference = orderValues(before, value, order === "desc");
      if (difference > 0) return `is out of order: it must ${order === "asc" ? "rise" : "fall"}`;
      return strict && difference === 0 ? "is the same as in the row before" : undefined;
    };
  },
});
