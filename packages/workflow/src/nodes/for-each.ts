import { elementOf, unionOf } from "@mortise/builders";
import type { JsonSchema } from "@mortise/contract";
import { type CoreNode, computed, nodeSet } from "./core-node.ts";

const COUNT = { type: "integer", minimum: 0 } as const;

/** Runs its body for every item of a list or a stream. */
export const forEach: CoreNode = {
  spec: {
    use: "core/for-each",
    title: "For each",
    description: "Runs the steps inside it for every item of a list or a stream, or for every batch of items.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        items: computed({
          type: "array",
          title: "Items",
          description: "A list, or the rows of an operation that streams.",
          "x-order": 1,
        }),
        batch: {
          type: "integer",
          title: "Batch",
          description: "Items for one round; the steps see batch instead of item. Absent: one item a round.",
          minimum: 1,
          maximum: 10_000,
          "x-order": 2,
        },
        concurrency: {
          type: "integer",
          title: "Rounds at the same time",
          minimum: 1,
          maximum: 64,
          default: 1,
          "x-order": 3,
        },
        onItemError: {
          type: "string",
          title: "When a round fails",
          description: "stop: the loop fails. continue: the error is listed and the next round runs.",
          enum: ["stop", "continue"],
          default: "stop",
          "x-order": 4,
        },
        nodes: nodeSet({ title: "Steps" }),
        collect: computed({
          title: "Collect",
          description: "A value of every round, kept in the output's results.",
          "x-advanced": true,
        }),
      },
      required: ["items", "nodes"],
      additionalProperties: false,
    },
  },

  values: (params) => [
    { path: ["items"], expects: { type: "array" } },
    ...("collect" in params ? [{ path: ["collect"], expects: true, inside: "nodes" }] : []),
  ],

  bodies: (params, types) => {
    const items = types.of("items");
    const index = COUNT;
    const one: { readonly [name: string]: JsonSchema } = { item: elementOf(items), index };
    const many: { readonly [name: string]: JsonSchema } = {
      batch: { type: "array", items: elementOf(items), minItems: 1 },
      index,
    };
    return ["batch" in params ? { slot: "nodes", scope: many, hides: ["item"] } : { slot: "nodes", scope: one }];
  },

  traits: ({ batch, concurrency }, types) => {
    const items = mostItems(types.of("items"));
    const size = typeof batch === "number" && batch > 0 ? batch : 1;
    const most = items === undefined ? {} : { most: Math.ceil(items / size) };
    return { rounds: { nodes: { ...most, batch: size, atOnce: typeof concurrency === "number" ? concurrency : 1 } } };
  },

  output: (params, types) => {
    const error = {
      type: "object",
      properties: { index: COUNT, error: ERROR },
      required: ["index", "error"],
      additionalProperties: false,
    } as const;
    const collected = types.of("collect");
    const result = params.onItemError === "continue" ? unionOf([collected, { type: "null" }]) : collected;
    const results: { readonly [key: string]: JsonSchema } =
      "collect" in params ? { results: { type: "array", items: result } } : {};
    return {
      type: "object",
      properties: {
        count: COUNT,
        batches: COUNT,
        succeeded: COUNT,
        failed: COUNT,
        ...results,
        errors: { type: "array", items: error, maxItems: 100 },
      },
      required: ["count", "batches", "succeeded", "failed", ...Object.keys(results), "errors"],
      additionalProperties: false,
    };
  },

  behaviour: { kind: "for-each" },
};

/** The longest list of this type; undefined where nothing bounds it. */
function mostItems(type: JsonSchema): number | undefined {
  if (typeof type === "boolean") return undefined;
  if (type.maxItems !== undefined) return type.maxItems;
  return Array.isArray(type.const) ? type.const.length : undefined;
}

const ERROR: JsonSchema = {
  type: "object",
  properties: { code: { type: "string" }, message: { type: "string" } },
  required: ["code", "message"],
};
