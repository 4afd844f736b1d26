import { isMortiseError, type Json } from "@mortise/contract";
import Type from "typebox";
import { describeType } from "../schema/describe-type.ts";
import { KIND, kindsOf } from "../schema/kinds.ts";
import { defineRule } from "./define-rule.ts";

export const expression = defineRule({
  name: "expression",
  title: "Expression",
  description: "A yes/no over row holds. A row on which it fails breaks the rule.",
  params: { where: Type.Object({ $cel: Type.String({ title: "Expression" }) }, { title: "Holds", additionalProperties: false }) },
  compile: (params, context) => {
    const { where } = params as { readonly where: { readonly $cel: string } };
    const value = context.value(where as unknown as Json, "/where");
    const kinds = kindsOf(value.type);
    if (kinds !== 0 && (kinds & KIND.boolean) === 0) {
      context.report("error", "EXPRESSION_TYPE", "/where", `the expression must give yes/no, found ${describeType(value.type)}`);
    }
    return {
      check: (row, index) => {
        try {
          return value.evaluate({ row, index }) === true ? undefined : `does not hold: ${where.$cel}`;
        } catch (error) {
          if (!isMortiseError(error) || error.code !== "EXPRESSION_FAILED") throw error;
          return error.message;
        }
      },
    };
  },
});
