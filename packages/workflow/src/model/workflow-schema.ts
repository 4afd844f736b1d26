import type { Json, JsonSchemaObject } from "@mortise/contract";
import { coreNodes } from "../nodes/core-nodes.ts";
import { TRIGGER_FLOW, TRIGGER_KINDS } from "../triggers/trigger-kinds.ts";
import { isObject } from "./loose.ts";

const NAME = "^[A-Za-z][A-Za-z0-9_]*$";

const flow = inDocument({ properties: TRIGGER_FLOW }).properties;

const trigger: JsonSchemaObject = {
  type: "object",
  properties: {
    use: {
      type: "string",
      pattern: `^(${TRIGGER_KINDS.map(({ use }) => use).join("|")}|[a-z][a-z0-9-]*(@[0-9A-Za-z.+-]+)?/[A-Za-z][A-Za-z0-9_-]*)$`,
      description: `${TRIGGER_KINDS.map(({ use }) => use).join(", ")}, or connector[@version]/trigger.`,
    },
    connection: { type: "string", minLength: 1 },
    with: { type: "object" },
    ...flow,
  },
  required: ["use"],
  additionalProperties: false,
  allOf: [
    ...TRIGGER_KINDS.map(({ use, params }) => whenUsed(use, { properties: { with: inDocument(params) } })),
    ...TRIGGER_KINDS.filter(({ params }) => params.required !== undefined).map(({ use }) =>
      whenUsed(use, { required: ["with"] }),
    ),
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
    definitions: {
      type: "object",
      description: "Transformers and rules of one's own that the workflow uses, by name@version.",
      additionalProperties: { type: "object" },
    },
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
