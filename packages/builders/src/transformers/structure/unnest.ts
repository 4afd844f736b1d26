import { type Json, MortiseError } from "@mortise/contract";
import Type from "typebox";
import { describeValue } from "../../schema/describe-value.ts";
import { KIND, kindsOf } from "../../schema/kinds.ts";
import { defineTransformer } from "../define-transformer.ts";
import { FieldName } from "../params.ts";
import { fieldOf, isRecord, perRecord, perRecordType, rowOf, setField, shapeOf, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  {
    field: FieldName("Field"),
    prefix: Type.Optional(Type.String({ title: "Prefix", default: "", "x-help": "Put before the names of the lifted fields." })),
  },
  { additionalProperties: false },
);

export const unnest = defineTransformer({
  name: "unnest",
  title: "Lift fields up",
  description:
    "Moves the fields of a nested record up beside it, and drops the record. A lifted field replaces one of that name.",
  group: "structure",
  takes: "records",
  params: Params,
  outputType: (input, { field, prefix = "" }, context) => {
    context.checkField(rowOf(input), field, "/field");
    return perRecordType(input, (row) => {
      const shape = shapeOf(row);
      const member = shape.fields.get(field);
      if (member === undefined || !member.required || kindsOf(member.schema) !== KIND.object) return { type: "object" };
      const inner = shapeOf(member.schema);
      if (inner.rest !== false) return { type: "object" };
      const fields = new Map([...shape.fields].filter(([name]) => name !== field));
      for (const [name, each] of inner.fields) {
        const before = fields.get(prefix + name);
        if (!each.required && before !== undefined) return { type: "object" };
        fields.set(prefix + name, each);
      }
      return shapeToSchema({ fields, rest: shape.rest });
    });
  },
  compile: ({ field, prefix = "" }) =>
    perRecord("unnest", (record, _, index) => {
      const inner = fieldOf(record, field) ?? null;
      if (inner !== null && !isRecord(inner))
        throw new MortiseError(
          "TRANSFORM_FAILED",
          `unnest: "${field}" of record ${index} is ${describeValue(inner)}, expected a record`,
        );
      const made: { [field: string]: Json } = {};
      for (const [name, value] of Object.entries(record)) if (name !== field) setField(made, name, value);
      for (const [name, value] of Object.entries(inner ?? {})) setField(made, prefix + name, value);
      return made;
    }),
});
