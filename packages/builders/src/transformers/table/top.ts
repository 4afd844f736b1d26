import type { Json } from "@mortise/contract";
import Type from "typebox";
import { defineTransformer } from "../define-transformer.ts";
import { groupRows } from "../group-rows.ts";
import { orderValues } from "../order-values.ts";
import { Choice, FieldName } from "../params.ts";
import { checkFields, fieldOf, itemOf, type Row, recordsOf } from "../records.ts";
import { Partition } from "./partition.ts";

const Params = Type.Object(
  {
    count: Type.Integer({ title: "How many", minimum: 1 }),
    field: FieldName("By field"),
    order: Type.Optional(
      Choice(["desc", "asc"], { title: "Order", default: "desc", "x-help": "desc: the largest · asc: the smallest" }),
    ),
    by: Partition,
  },
  { additionalProperties: false },
);

export const top = defineTransformer({
  name: "top",
  title: "Top",
  description: "Keeps the records with the largest or smallest values of a field, in all or of each group, in that order.",
  group: "table",
  takes: "rows",
  params: Params,
  outputType: (input, { field, by }, context) => {
    const row = itemOf(input);
    context.checkField(row, field, "/field");
    checkFields(context, row, by ?? [], "/by");
    return { type: "array", items: row };
  },
  compile:
    ({ count, field, order = "desc", by = [] }) =>
    (value) =>
      groupRows(recordsOf("top", value), by).flatMap(({ rows }): readonly Json[] => {
        const sorted: readonly Row[] = [...rows].sort((a, b) =>
          orderValues(fieldOf(a, field), fieldOf(b, field), order === "desc"),
        );
        return sorted.slice(0, count);
      }),
});
