import type { Json } from "@mortise/contract";
import Type from "typebox";
import { defineTransformer } from "../define-transformer.ts";
import { groupRows } from "../group-rows.ts";
import { orderValues } from "../order-values.ts";
import { Choice, FieldName } from "../params.ts";
import { checkFields, fieldOf, isBlank, itemOf, type Row, recordsOf, setField, withField } from "../records.ts";
import { Partition } from "./partition.ts";

const Params = Type.Object(
  {
    field: FieldName("By field"),
    order: Type.Optional(Choice(["asc", "desc"], { title: "Order", default: "desc", "x-help": "desc: the largest is first" })),
    by: Partition,
    method: Type.Optional(
      Choice(["standard", "dense", "row"], {
        title: "Equal ones",
        default: "standard",
        "x-help": "standard: 1 2 2 4 · dense: 1 2 2 3 · row: 1 2 3 4",
      }),
    ),
    into: FieldName("Into field"),
  },
  { additionalProperties: false },
);

export const rank = defineTransformer({
  name: "rank",
  title: "Rank",
  description: "Numbers records by the size of a field, in all or by group; their order stays. Blank ones get null.",
  group: "table",
  takes: "rows",
  params: Params,
  outputType: (input, { field, by, into }, context) => {
    const row = itemOf(input);
    context.checkField(row, field, "/field");
    checkFields(context, row, by ?? [], "/by");
    return { type: "array", items: withField(row, into, { type: ["integer", "null"] }) };
  },
  compile: ({ field, order = "desc", by = [], method = "standard", into }) => {
    return (value) => {
      const rows = recordsOf("rank", value);
      const ranks = new Map<Row, number | null>();
      const copies = rows.map((row) => ({ ...row }));
      for (const group of groupRows(copies, by)) {
        const sorted = [...group.rows].sort((a, b) => orderValues(fieldOf(a, field), fieldOf(b, field), order === "desc"));
        let [place, dense] = [0, 0];
        sorted.forEach((row, i) => {
          const before = sorted[i - 1];
          const isEqual = before !== undefined && orderValues(fieldOf(before, field), fieldOf(row, field), false) === 0;
          if (!isEqual) [place, dense] = [i + 1, dense + 1];
          const number = method === "row" ? i + 1 : method === "dense" ? dense : place;
          ranks.set(row, isBlank(fieldOf(row, field)) ? null : number);
        });
      }
      return copies.map((row): Json => {
        const made: { [field: string]: Json } = row;
        const number = ranks.get(row) ?? null;
        setField(made, into, number);
        return made;
      });
    };
  },
});
