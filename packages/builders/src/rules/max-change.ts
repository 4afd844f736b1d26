import Type from "typebox";
import { describeValue } from "../schema/describe-value.ts";
import { keyOf } from "../transformers/group-rows.ts";
import { fieldOf } from "../transformers/records.ts";
import { defineFieldRule } from "./define-rule.ts";
import { By, lastValues } from "./grouping.ts";
import { numberOf } from "./number-of.ts";

export const maxChange = defineFieldRule({
  name: "maxChange",
  title: "Largest change",
  description:
    "From row to row the number changes by no more than an amount or a percentage of the one before, in all or by group.",
  params: {
    amount: Type.Optional(Type.Number({ title: "Amount", minimum: 0 })),
    percent: Type.Optional(Type.Number({ title: "Percent", minimum: 0 })),
    by: By,
  },
  compile: ({ amount, percent, by = [] }, context) => {
    if (amount === undefined && percent === undefined)
      context.report("error", "MISSING_KEY", "", '"maxChange" needs "amount" or "percent"');
    for (const [i, field] of by.entries()) context.checkField(field, `/by/${i}`);
    return (value, row, _index, memory) => {
      const number = numberOf(value);
      if (number === undefined) return `must be a number, found ${describeValue(value)}`;
      const last = lastValues(memory, context.id);
      const group = keyOf(by.map((field) => fieldOf(row, field) ?? null));
      const before = last.get(group);
      last.set(group, number);
      if (typeof before !== "number") return undefined;
      const change = Math.abs(number - before);
      if (amount !== undefined && change > amount) return `changes from ${before} to ${number}, allowed are ${amount}`;
      return percent !== undefined && change * 100 > Math.abs(before) * percent
        ? `changes from ${before} to ${number}, allowed are ${percent} %`
        : undefined;
    };
  },
});
