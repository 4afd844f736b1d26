import Type from "typebox";
import { describeValue } from "../schema/describe-value.ts";
import { keyOf } from "../transformers/group-rows.ts";
import { fieldOf } from "../transformers/records.ts";
import { defineFieldRule } from "./define-rule.ts";
import { By, lastValues } from "./grouping.ts";
import { numberOf } from "./number-of.ts";

export const sequence = defineFieldRule({
  name: "sequence",
  title: "Sequence without gaps",
  description:
    "From row to row the number rises by one step, in all or by group: no invoice is missing. After a gap it goes on from the number found.",
  params: {
    start: Type.Optional(Type.Integer({ title: "Starts at", "x-help": "Absent: at the first number." })),
    step: Type.Optional(Type.Integer({ title: "Step", minimum: 1, default: 1 })),
    by: By,
  },
  compile: ({ start, step = 1, by = [] }, context) => {
    for (const [i, field] of by.entries()) context.checkField(field, `/by/${i}`);
    return (value, row, _index, memory) => {
      const number = numberOf(value);
      if (number === undefined) return `must be a number, found ${describeValue(value)}`;
      const last = lastValues(memory, context.id);
      const group = keyOf(by.map((field) => fieldOf(row, field) ?? null));
      const before = last.get(group);
      last.set(group, number);
      const expected = typeof before === "number" ? before + step : start;
      return expected === undefined || expected === number ? undefined : `is ${number}, expected ${expected}`;
    };
  },
});
