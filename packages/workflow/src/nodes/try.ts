import type { JsonSchema } from "@mortise/contract";
import { type BodySlot, type CoreNode, nodeSet } from "./core-node.ts";

/** Runs steps and catches their error. */
export const tryNode: CoreNode = {
  spec: {
    use: "core/try",
    title: "Try",
    description: "Runs steps. An error in them runs the catch steps instead of failing; the finally steps run in any case.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        nodes: nodeSet({ title: "Steps", "x-order": 1 }),
        catch: nodeSet({
          title: "On error",
          description: "Steps that see error. Absent: the error goes on after the finally steps. Empty: the error is dropped.",
          "x-order": 2,
        }),
        finally: nodeSet({ title: "In any case", "x-order": 3 }),
      },
      required: ["nodes"],
      additionalProperties: false,
    },
  },

  values: () => [],

  bodies: (params): readonly BodySlot[] => [
    { slot: "nodes", scope: {} },
    ...("catch" in params ? [{ slot: "catch", scope: { error: CAUGHT } }] : []),
    ...("finally" in params ? [{ slot: "finally", scope: {} }] : []),
  ],

  output: () => ({
    type: "object",
    properties: { ok: { type: "boolean" }, error: CAUGHT },
    required: ["ok"],
    additionalProperties: false,
  }),

  behaviour: { kind: "try" },
};

/** An error as expressions see it. */
export const CAUGHT: JsonSchema = {
  type: "object",
  properties: { code: { type: "string" }, message: { type: "string" } },
  required: ["code", "message"],
  additionalProperties: false,
};
