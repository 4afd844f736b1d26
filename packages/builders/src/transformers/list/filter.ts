import { MortiseError } from "@mortise/contract";
import Type from "typebox";
import { describeType } from "../../schema/describe-type.ts";
import { describeValue } from "../../schema/describe-value.ts";
import { KIND, kindsOf } from "../../schema/kinds.ts";
import { elementOf } from "../../schema/members.ts";
import { defineTransformer } from "../define-transformer.ts";
import { RowValue } from "../params.ts";
import { listOf, rowScope } from "../records.ts";

const Params = Type.Object(
  {
    where: RowValue("Keep where", 'A yes/no for each element, which it sees as row: {"$cel": "row.cost > 0"}.'),
  },
  { additionalProperties: false },
);

export const filter = defineTransformer({
  name: "filter",
  title: "Filter",
  description: "Keeps the elements of a list for which the condition holds.",
  group: "list",
  takes: "list",
  params: Params,
  outputType: (input, { where }, context) => {
    const element = kindsOf(input) === KIND.array ? elementOf(input) : true;
    const { type } = context.rowValue(where, "/where", element);
    const kinds = kindsOf(type);
    if (kinds !== 0 && (kinds & KIND.boolean) === 0) {
      context.report("error", "EXPRESSION_TYPE", "/where", `the condition must be yes/no, found ${describeType(type)}`);
    }
    return kindsOf(input) === KIND.array ? { type: "array", items: element } : { type: "array" };
  },
  compile: ({ where }, context) => {
    const condition = context.rowValue(where, "/where", true);
    return (value, scope) => {
      const rows = rowScope(scope);
      return listOf("filter", value).filter((each, index) => {
        const holds = condition.evaluate(rows.of(each, index));
        if (typeof holds === "boolean") return holds;
        throw new MortiseError("TRANSFORM_FAILED", `filter: the condition gave ${describeValue(holds)}, expected yes/no`);
      });
    };
  },
});
