import type { Json } from "@mortise/contract";
import Type from "typebox";
import { keyOf } from "../transformers/group-rows.ts";
import { fieldOf, isRecord } from "../transformers/records.ts";
import { defineFieldRule } from "./define-rule.ts";

export const reference = defineFieldRule({
  name: "reference",
  title: "Reference",
  description: "The value occurs in another list: of values, or of records and one of their fields.",
  params: {
    in: Type.Array(Type.Unsafe<Json>({}), { title: "List", "x-help": "The values, or records with a key field." }),
    key: Type.Optional(
      Type.String({ title: "Key field", minLength: 1, "x-help": "Absent: the list holds the values themselves." }),
    ),
  },
  compile: ({ in: list, key }) => {
    const known = new Set(list.map((each) => keyOf([key !== undefined && isRecord(each) ? (fieldOf(each, key) ?? null) : each])));
    return (value) => (known.has(keyOf([value])) ? undefined : "is not in the list that it must refer to");
  },
});
