import { canonicalJson, type Json } from "@mortise/contract";
import Type from "typebox";
import { ANY_KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { Choice } from "../params.ts";

export const formatJson = defineFieldTransformer({
  name: "formatJson",
  title: "Write JSON",
  description:
    "Writes a value as JSON text: compact, indented, canonical (RFC 8785: equal values give equal texts), or a list as one value a line (JSON Lines).",
  group: "format",
  params: { style: Type.Optional(Choice(["compact", "indented", "canonical", "lines"], { title: "Style", default: "compact" })) },
  takes: ANY_KIND,
  whole: true,
  expected: "list",
  result: () => ({ type: "string" }),
  compile:
    ({ style }) =>
    (value) => {
      if (style === "canonical") return canonicalJson(value);
      if (style === "indented") return JSON.stringify(value, null, 2);
      if (style !== "lines") return JSON.stringify(value);
      return Array.isArray(value) ? (value as readonly Json[]).map((each) => `${JSON.stringify(each)}\n`).join("") : undefined;
    },
});
