import { type Json, MortiseError } from "@mortise/contract";
import Type from "typebox";
import { describeType } from "../../schema/describe-type.ts";
import { KIND, kindsOf } from "../../schema/kinds.ts";
import { elementOf } from "../../schema/members.ts";
import { unionOf } from "../../schema/union-of.ts";
import { defineTransformer } from "../define-transformer.ts";
import { keyOf } from "../group-rows.ts";
import { FieldName, RowValue } from "../params.ts";
import { fieldOf, perRecord, perRecordType, recordsOf, rowOf, shapeOf, shapeToSchema } from "../records.ts";

const Params = Type.Object(
  {
    in: RowValue("List", "The records to look in, computed once."),
    field: FieldName("Field"),
    key: Type.Optional(Type.String({ ...FieldName("Field in the list"), "x-help": "Absent: the same name." })),
    into: FieldName("Into field"),
    onMissing: Type.Optional(
      Type.Union([Type.Literal("null"), Type.Literal("stop")], { title: "When nothing is found", default: "null" }),
    ),
  },
  { additionalProperties: false },
);

export const lookup = defineTransformer({
  name: "lookup",
  title: "Look up",
  description: "Finds the first record of another list that agrees in a field, and puts it into a field of its own.",
  group: "table",
  takes: "records",
  params: Params,
  outputType: (input, { in: list, field, key, into, onMissing }, context) => {
    context.checkField(rowOf(input), field, "/field");
    const { type } = context.value(list, "/in");
    if ((kindsOf(type) & KIND.array) === 0)
      context.report("error", "EXPRESSION_TYPE", "/in", `a list is needed, found ${describeType(type)}`);
    const found = kindsOf(type) === KIND.array ? elementOf(type) : true;
    context.checkField(found, key ?? field, key === undefined ? "/field" : "/key");
    const schema = onMissing === "stop" ? found : unionOf([found, { type: "null" }]);
    return perRecordType(input, (row) => {
      const shape = shapeOf(row);
      return shapeToSchema({ fields: new Map([...shape.fields, [into, { schema, required: true }]]), rest: shape.rest });
    });
  },
  compile: ({ in: list, field, key = field, into, onMissing }, context) => {
    const source = context.value(list, "/in");
    return (value, scope) => {
      const index = new Map<string, Json>();
      for (const each of recordsOf("lookup", source.evaluate(scope))) {
        const id = keyOf([fieldOf(each, key) ?? null]);
        if (!index.has(id)) index.set(id, each);
      }
      const one = perRecord("lookup", (record, _, at) => {
        const found = index.get(keyOf([fieldOf(record, field) ?? null]));
        if (found === undefined && onMissing === "stop")
          throw new MortiseError("TRANSFORM_FAILED", `lookup: nothing found for "${field}" of record ${at}`);
        return { ...record, [into]: found ?? null };
      });
      return one(value, scope);
    };
  },
});
