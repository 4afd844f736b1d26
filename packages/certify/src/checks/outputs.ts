import { type JsonSchemaObject, joinPointer } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";
import { resolvedSchema } from "../walk/resolved-schema.ts";

export const outputs = defineCheck({
  id: "MC017",
  name: "outputs",
  severity: "certification",
  title: "Every operation and trigger says what comes out of it.",
  why: "Without an output schema, the builder offers no fields, the checker finds no misspelt ones, and a new version breaks people unseen.",
  reading:
    'An operation that gives nothing says `"type": "null"`. A shape that only the run knows is declared as such: by `x-fields`, or by `additionalProperties`.',
  bad: { contract: { operations: { whoAmI: { output: { required: null, properties: null }, identity: [] } } } },
  good: {
    contract: {
      operations: {
        whoAmI: { output: { required: null, properties: null, additionalProperties: { type: "string" } }, identity: [] },
      },
    },
  },
  adopts: ({ message }) => message.includes("is empty, so nobody can know what comes out"),
  run: ({ contract }) =>
    (["operations", "triggers"] as const).flatMap((kind) =>
      Object.entries(contract[kind] ?? {}).flatMap(([name, { output }]): readonly Finding[] => {
        if (!saysNothing(resolvedSchema(output, contract.schemas))) return [];
        const message =
          'says that an object comes out, but not what is in it; declare its properties, "x-fields", or "additionalProperties"';
        return [{ code: "MISSING_KEY", path: joinPointer(kind, name, "output"), message }];
      }),
    ),
});

const SAYS_WHAT = [
  "properties",
  "patternProperties",
  "additionalProperties",
  "x-fields",
  "$ref",
  "anyOf",
  "oneOf",
  "allOf",
  "enum",
  "const",
] as const;

const saysNothing = (schema: JsonSchemaObject): boolean =>
  schema.type === "object" && !SAYS_WHAT.some((key) => schema[key] !== undefined);
