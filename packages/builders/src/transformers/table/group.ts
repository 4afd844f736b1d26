import type { Json } from "@mortise/contract";
import Type from "typebox";
import { KIND, kindsOf } from "../../schema/kinds.ts";
import { defineTransformer } from "../define-transformer.ts";
import { groupRows } from "../group-rows.ts";
import { FieldName, FieldNames } from "../params.ts";
import { checkFields, recordsOf, rowOf, shapeOf, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  {
    by: FieldNames("By", "Records that agree in all of these fields form a group."),
    as: Type.Optional(Type.String({ ...FieldName("Name of the list"), default: "rows" })),
  },
  { additionalProperties: false },
);

export const group = defineTransformer({
  name: "group",
  title: "Group",
  description:
    "Makes one record of all that agree in the key fields: the keys, and the list of records. Groups keep the order of first appearance.",
  group: "table",
  takes: "rows",
  params: Params,
  outputType: (input, { by, as = "rows" }, context) => {
    const row = rowOf(input);
    checkFields(context, row, by, "/by");
    const shape = shapeOf(row);
    const keys = by.map(
      (name) => [name, { schema: shape.fields.get(name)?.schema ?? (shape.rest || true), required: true }] as const,
    );
    const list =
      kindsOf(input) === KIND.array ? ({ type: "array", items: row, minItems: 1 } as const) : ({ type: "array" } as const);
    return {
      type: "array",
      items: shapeToSchema({ fields: new Map([...keys, [as, { schema: list, required: true }]]), rest: false }),
    };
  },
  compile:
    ({ by, as = "rows" }) =>
    (value) =>
      groupRows(recordsOf("group", value), by).map(({ key, rows }): Json => ({ ...key, [as]: rows })),
});
