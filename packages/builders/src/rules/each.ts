import type { Json } from "@mortise/contract";
import Type from "typebox";
import { describeValue } from "../schema/describe-value.ts";
import { elementOf, memberOf } from "../schema/members.ts";
import { fieldOf, isRecord } from "../transformers/records.ts";
import { defineRule } from "./define-rule.ts";

export const each = defineRule({
  name: "each",
  title: "Each element",
  description: "The records in a list field keep rules of their own, such as the lines of an order.",
  params: {
    field: Type.String({ title: "List field", minLength: 1 }),
    rules: Type.Array(Type.Unsafe<Json>({ type: "object" }), { title: "Rules", minItems: 1 }),
  },
  compile: (params, context) => {
    const { field, rules } = params as { readonly field: string; readonly rules: Json };
    context.checkField(field, "/field");
    const member = memberOf(context.row, field);
    const inner = context.rules(rules, "/rules", member.presence === "unknown" ? true : elementOf(member.schema));
    return {
      check: (row) => {
        const list = fieldOf(row, field) ?? [];
        if (!Array.isArray(list)) return `"${field}" must be a list, found ${describeValue(list)}`;
        const elements = list as readonly Json[];
        const check = inner.survey?.(elements.filter(isRecord)) ?? inner.check;
        const memory = new Map<string, unknown>();
        for (const [i, element] of elements.entries()) {
          const reason = isRecord(element) ? check(element, i, memory) : `it is ${describeValue(element)}, expected a record`;
          if (reason !== undefined) return `element ${i} of "${field}": ${reason}`;
        }
        return undefined;
      },
    };
  },
});
