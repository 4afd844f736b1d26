import type { Json } from "@mortise/contract";
import { KIND } from "../../schema/kinds.ts";
import { textOf } from "../../values/text-of.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import type { Row } from "../records.ts";

export const formatQuery = defineFieldTransformer({
  name: "formatQuery",
  title: "Write a query string",
  description: "Writes a record as a=1&b=2 (application/x-www-form-urlencoded); a list repeats its name, null leaves it out.",
  group: "format",
  params: {},
  takes: KIND.object,
  result: () => ({ type: "string" }),
  compile: () => (value) => {
    const query = new URLSearchParams();
    for (const [name, each] of Object.entries(value as Row)) {
      for (const one of Array.isArray(each) ? (each as readonly Json[]) : [each])
        if (one !== null) query.append(name, textOf(one));
    }
    return query.toString();
  },
});
