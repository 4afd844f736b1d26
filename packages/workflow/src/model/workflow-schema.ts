import type { Json, JsonSchema, JsonSchemaObject } from "@mortise/contract";
import { coreNodes } from "../nodes/core-nodes.ts";
import { isObject } from "./loose.ts";

const NAME = "^[A-Za-z][A-Za-z0-9_]*$";

const payload: JsonSchema = { type: ["object", "boolean"], description: "JSON Schema 2020-12 of the payload, trigger.body." };

const TRIGGER_PARAMS: { readonly [use: string]: JsonSchemaObject } = {
  manual: { type: "object", properties: { schema: payload }, additionalProperties: false },
  webhook: {
    type: "object",
    properties: {
      schema: payload,
      path: {
        type: "string",
        pattern: "^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$",
        description: "Below /hooks/. Absent: chosen by the server.",
      },
    },
    additionalProperties: false,
  },
  schedule: {
    type: "object",
    properties: {
      cron: { type: "string", description: "Five fields, or six with seconds first." },
      timeZone: { type: "string", description: "IANA time zone. Absent: UTC." },
    },
    required: ["cron"],
    additionalProperties: false,
  },
};

const trigger: JsonSchemaObject = {
  type: "object",
  properties: { use: { type: "string", enum: Object.keys(TRIGGER_PARAMS) }, with: { type: "object" } },
  required: ["use"],
  additionalProperties: false,
  allOf: [
    ...Object.entries(TRIGGER_PARAMS).map(([use, params]) => whenUsed(use, { properties: { with: params } })),
    whenUsed("schedule", { required: ["with"] }),
  ],
};

const node: JsonSchemaObject = {
  type: "object",
  properties: {
    use: {
      type: "string",
      pattern: "^[a-z][a-z0-9-]*(@[0-9A-Za-z.+-]+)?/[A-Za-z][A-Za-z0-9_-]*$",
      description: "core/<step>, or connector[@version]/operation.",
    },
    title: { type: "string" },
    note: { type: "string" },
    connection: { type: "string", minLength: 1 },
    with: { type: "object" },
    after: {
      type: "array",
      items: { type: "string", pattern: "^[A-Za-z][A-Za-z0-9_]*([.][A-Za-z][A-Za-z0-9_]*)?$" },
      uniqueItems: true,
    },
    join: { type: "string", enum: ["all", "any"] },
    onError: { type: "string", pattern: NAME },
    onUnknown: { type: "string", enum: ["fail", "assume-done"] },
    disabled: { type: "boolean" },
  },
  required: ["use"],
  additionalProperties: false,
  allOf: coreNodes.flatMap(({ spec }) => {
    const params = inDocument(spec.params);
    const needed = (spec.params.required ?? []).length > 0 || (spec.params.minProperties ?? 0) > 0;
    return [whenUsed(spec.use, { properties: { with: params }, ...(needed ? { required: ["with"] } : {}) })];
  }),
};

/** The shape of a workflow document, JSON Schema 2020-12. What a schema cannot say is what `checkWorkflow` says. */
export const WORKFLOW_SCHEMA: JsonSchemaObject = Object.freeze({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "https://mortise.dev/schema/workflow-1.json",
  title: "Mortise workflow",
  type: "object",
  properties: {
    format: { const: "mortise.workflow/1" },
    name: { type: "string", minLength: 1 },
    description: { type: "string" },
    trigger: { $ref: "#/$defs/trigger" },
    nodes: { $ref: "#/$defs/nodeSet" },
    output: { description: "What the run returns; a literal or a computed value." },
    layout: { type: "object", description: "Positions on the canvas; never read when the workflow runs." },
  },
  required: ["format", "name", "trigger", "nodes"],
  additionalProperties: false,
  $defs: {
    trigger,
    node,
    nodeSet: {
      type: "object",
      propertyNames: { pattern: NAME, not: { enum: ["stop", "continue"] } },
      additionalProperties: { $ref: "#/$defs/node" },
    },
  },
} as const satisfies JsonSchemaObject);

function whenUsed(use: string, then: JsonSchemaObject): JsonSchemaObject {
  return { if: { type: "object", properties: { use: { const: use } }, required: ["use"] }, then };
}

/** The schema of parameters as they stand in a document: computed values are open, bodies are node sets. */
function inDocument(params: JsonSchemaObject): JsonSchemaObject {
  return rewrite(params as unknown as Json) as unknown as JsonSchemaObject;
}

function rewrite(schema: Json): Json {
  if (Array.isArray(schema)) return (schema as readonly Json[]).map(rewrite);
  if (!isObject(schema)) return schema;
  const { title, description } = schema as { readonly [key: string]: Json };
  const said = { ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }) };
  if ("x-value" in schema) return said;
  if ("x-node-set" in schema) return { ...said, $ref: "#/$defs/nodeSet" };
  return Object.fromEntries(Object.entries(schema).map(([key, each]) => [key, rewrite(each as Json)]));
}
