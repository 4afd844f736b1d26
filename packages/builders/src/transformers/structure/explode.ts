import { type Json, MortiseError } from "@mortise/contract";
import Type from "typebox";
import { describeValue } from "../../schema/describe-value.ts";
import { KIND, kindsOf } from "../../schema/kinds.ts";
import { elementOf, memberOf } from "../../schema/members.ts";
import { unionOf } from "../../schema/union-of.ts";
import { boundElements } from "../bounds.ts";
import { defineTransformer } from "../define-transformer.ts";
import { FieldName } from "../params.ts";
import { fieldOf, itemOf, recordsOf, setField, withField } from "../records.ts";

const Params = Type.Object(
  {
    field: FieldName("List field"),
    as: Type.Optional(Type.String({ ...FieldName("Name of the element"), "x-help": "Absent: the same name." })),
    keepEmpty: Type.Optional(
      Type.Boolean({ title: "Keep records without elements", default: false, "x-help": "With null as the element." }),
    ),
  },
  { additionalProperties: false },
);

export const explode = defineTransformer({
  name: "explode",
  title: "Explode a list",
  description: "Makes one record of each element of a list field; the other fields are repeated.",
  group: "structure",
  takes: "rows",
  params: Params,
  outputType: (input, { field, as = field, keepEmpty = false }, context) => {
    const row = itemOf(input);
    context.checkField(row, field, "/field");
    const type = memberOf(row, field).schema;
    const element = kindsOf(type) & KIND.array ? elementOf(type) : true;
    const item = withField(row, as, keepEmpty ? unionOf([element, { type: "null" }]) : element);
    if (as === field) return { type: "array", items: item };
    const { [field]: _, ...properties } = item.properties ?? {};
    const required = item.required?.filter((name) => name !== field) ?? [];
    return { type: "array", items: { ...item, properties, required } };
  },
  compile: ({ field, as = field, keepEmpty = false }) => {
    return (value) => {
      const made: Json[] = [];
      recordsOf("explode", value).forEach((record, index) => {
        const list = fieldOf(record, field) ?? [];
        if (!Array.isArray(list))
          throw new MortiseError(
            "TRANSFORM_FAILED",
            `explode: "${field}" of record ${index} is ${describeValue(list)}, expected a list`,
          );
        const elements = list.length === 0 && keepEmpty ? [null] : (list as readonly Json[]);
        boundElements("explode", made.length + elements.length);
        for (const element of elements) {
          const copy: { [field: string]: Json } = {};
          for (const name of Object.keys(record)) if (name !== field || as === field) setField(copy, name, record[name] as Json);
          setField(copy, as, element);
          made.push(copy);
        }
      });
      return made;
    };
  },
});
