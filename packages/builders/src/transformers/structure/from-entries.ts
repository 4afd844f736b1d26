import type { Json } from "@mortise/contract";
import Type from "typebox";
import { KIND } from "../../schema/kinds.ts";
import { elementOf, memberOf } from "../../schema/members.ts";
import { textOf } from "../../values/text-of.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { fieldOf, isRecord, setField } from "../records.ts";

export const fromEntries = defineFieldTransformer({
  name: "fromEntries",
  title: "List to fields",
  description:
    "Makes of a list of records with a name and a value one record with these fields; of two of one name the last wins.",
  group: "structure",
  params: {
    key: Type.Optional(Type.String({ title: "Name is in", minLength: 1, default: "key" })),
    value: Type.Optional(Type.String({ title: "Value is in", minLength: 1, default: "value" })),
  },
  takes: KIND.array,
  whole: true,
  expected: "list of records with a name",
  result: ({ value = "value" }, type) => {
    const member = memberOf(elementOf(type), value);
    return { type: "object", additionalProperties: member.presence === "required" ? member.schema : true };
  },
  compile:
    ({ key = "key", value = "value" }) =>
    (list) => {
      const made: { [field: string]: Json } = {};
      for (const entry of list as readonly Json[]) {
        const name = isRecord(entry) ? (fieldOf(entry, key) ?? null) : null;
        if (name === null || typeof name === "object") return undefined;
        setField(made, textOf(name), fieldOf(entry as { readonly [field: string]: Json }, value) ?? null);
      }
      return made;
    },
});
