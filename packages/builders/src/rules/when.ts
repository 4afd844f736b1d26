import { isMortiseError, type Json } from "@mortise/contract";
import Type from "typebox";
import { describeType } from "../schema/describe-type.ts";
import { KIND, kindsOf } from "../schema/kinds.ts";
import { defineRule } from "./define-rule.ts";
import type { RowCheck } from "./rule.ts";

const Rules = (title: string) => Type.Array(Type.Unsafe<Json>({ type: "object" }), { title, minItems: 1 });

export const when = defineRule({
  name: "when",
  title: "When … then",
  description: "Rules that a row has to keep only where a condition over row holds, and others where it does not.",
  params: {
    where: Type.Object({ $cel: Type.String({ title: "Expression" }) }, { title: "When", additionalProperties: false }),
    rules: Rules("Then"),
    otherwise: Type.Optional(Rules("Otherwise")),
  },
  compile: (params, context) => {
    const { where, rules, otherwise = [] } = params as { readonly where: Json; readonly rules: Json; readonly otherwise?: Json };
    const condition = context.value(where, "/where");
    const kinds = kindsOf(condition.type);
    if (kinds !== 0 && (kinds & KIND.boolean) === 0)
      context.report("error", "EXPRESSION_TYPE", "/where", `the condition must be yes/no, found ${describeType(condition.type)}`);
    const [yes, no] = [context.rules(rules, "/rules", context.row), context.rules(otherwise, "/otherwise", context.row)];
    const branch =
      (ifTrue: RowCheck, ifFalse: RowCheck): RowCheck =>
      (row, index, memory) => {
        try {
          return condition.evaluate({ row, index }) === true ? ifTrue(row, index, memory) : ifFalse(row, index, memory);
        } catch (error) {
          if (!isMortiseError(error) || error.code !== "EXPRESSION_FAILED") throw error;
          return error.message;
        }
      };
    return {
      check: branch(yes.check, no.check),
      ...((yes.survey ?? no.survey) && {
        survey: (rows) => branch(yes.survey?.(rows) ?? yes.check, no.survey?.(rows) ?? no.check),
      }),
    };
  },
});
