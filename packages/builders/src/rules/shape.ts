import type { Json, JsonSchema } from "@mortise/contract";
import Type from "typebox";
import { checkParams } from "../schema/check-params.ts";
import { defineFieldRule } from "./define-rule.ts";
import type { RuleContext } from "./rule.ts";

/** What is checked; a schema that says more is refused, so that nothing passes for checked that is not. */
const KEYWORDS: ReadonlySet<string> = new Set([
  "type",
  "enum",
  "const",
  "anyOf",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "minItems",
  "minimum",
  "maximum",
  "minLength",
  "minProperties",
  "title",
  "description",
]);

export const shape = defineFieldRule({
  name: "shape",
  title: "Shape of a value",
  description:
    "A record or a list in the field fits a JSON Schema, of these keywords: type, enum, const, anyOf, properties, required, additionalProperties, items, minItems, minimum, maximum, minLength, minProperties.",
  params: {
    schema: Type.Record(Type.String(), Type.Unsafe<Json>({ title: "Value" }), { title: "JSON Schema", minProperties: 1 }),
  },
  compile: ({ schema }, context) => {
    checkSchema(schema, "/schema", context);
    return (value) => {
      const [first] = checkParams(value, schema as unknown as JsonSchema, "");
      return (
        first && `does not fit: ${first.path === "" ? "" : `at ${first.path}, `}${first.message.replace("parameter", "field")}`
      );
    };
  },
});

function checkSchema(schema: Json, pointer: string, context: RuleContext): void {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return;
  for (const [key, value] of Object.entries(schema as { readonly [key: string]: Json })) {
    if (!KEYWORDS.has(key))
      context.report(
        "error",
        "INVALID_VALUE",
        `${pointer}/${key}`,
        `"${key}" cannot be checked here; there are: ${[...KEYWORDS].join(", ")}`,
      );
    if (key === "items" || key === "additionalProperties") checkSchema(value, `${pointer}/${key}`, context);
    if ((key === "properties" || key === "anyOf") && typeof value === "object" && value !== null)
      for (const [name, inner] of Object.entries(value)) checkSchema(inner as Json, `${pointer}/${key}/${name}`, context);
  }
}
