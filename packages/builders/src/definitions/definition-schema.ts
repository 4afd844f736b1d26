import type { JsonSchemaObject } from "@mortise/contract";

const TEXT = { type: "string", minLength: 1 } as const;
const COMMON = {
  name: { ...TEXT, title: "Name", pattern: "^[a-z][a-z0-9-]{0,62}$" },
  version: { ...TEXT, title: "Version", pattern: "^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]{1,60})?$" },
  title: { ...TEXT, title: "Title" },
  description: { type: "string", title: "Description" },
  params: { type: "object", title: "Parameters", description: "JSON Schema of an object." },
} as const;
const STEP = { type: "object", minProperties: 1 } as const;

/** JSON Schema of `mortise.transformer/1`. */
export const TRANSFORMER_DOCUMENT_SCHEMA: JsonSchemaObject = Object.freeze<JsonSchemaObject>({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "https://mortise.dev/schemas/transformer-1.json",
  title: "A transformer of one's own",
  type: "object",
  properties: {
    format: { const: "mortise.transformer/1", type: "string" },
    ...COMMON,
    steps: { type: "array", title: "Steps", items: STEP, minItems: 1 },
    cases: {
      type: "array",
      title: "Cases",
      minItems: 1,
      items: {
        type: "object",
        properties: { from: {}, with: { type: "object" }, gives: {} },
        required: ["from", "gives"],
        additionalProperties: false,
      },
    },
  },
  required: ["format", "name", "version", "title", "steps", "cases"],
  additionalProperties: false,
});

/** JSON Schema of `mortise.rules/1`. */
export const RULES_DOCUMENT_SCHEMA: JsonSchemaObject = Object.freeze<JsonSchemaObject>({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "https://mortise.dev/schemas/rules-1.json",
  title: "Rules of one's own",
  type: "object",
  properties: {
    format: { const: "mortise.rules/1", type: "string" },
    ...COMMON,
    rules: { type: "array", title: "Rules", items: STEP, minItems: 1 },
    cases: {
      type: "array",
      title: "Cases",
      minItems: 1,
      items: {
        type: "object",
        properties: {
          rows: { type: "array" },
          with: { type: "object" },
          rejected: { type: "array", items: { type: "integer", minimum: 0 } },
          problems: { type: "array", items: { type: "string" } },
        },
        required: ["rows", "rejected"],
        additionalProperties: false,
      },
    },
  },
  required: ["format", "name", "version", "title", "rules", "cases"],
  additionalProperties: false,
});
