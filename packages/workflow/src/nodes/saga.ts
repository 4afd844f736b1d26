import type { Diagnostic } from "@mortise/contract";
import { asObject } from "../model/loose.ts";
import { type BodySlot, type CoreNode, type DurableResult, nodeSet } from "./core-node.ts";

/** Runs steps that are undone when one of them fails or the run is cancelled. */
export const saga: CoreNode = {
  spec: {
    use: "core/saga",
    title: "Saga",
    description:
      "Runs steps; when one fails, or the run is cancelled, the writes that were done are undone, the last one first: by an undo step, or as the connector says. The error then goes on.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        nodes: nodeSet({ title: "Steps", "x-order": 1 }),
        undo: nodeSet({
          title: "Undo steps",
          description: "Each undoes one step, whose input and output it sees as done. They do not follow one another.",
          "x-order": 2,
        }),
        undoBy: {
          type: "object",
          title: "What undoes what",
          description: "Step: its undo step. A step that is not here is undone as its connector says, where it says so.",
          additionalProperties: { type: "string" },
          "x-order": 3,
        },
      },
      required: ["nodes"],
      additionalProperties: false,
    },
  },

  values: () => [],

  bodies: (params): readonly BodySlot[] => [
    { slot: "nodes", scope: {} },
    ...("undo" in params ? [{ slot: "undo", scope: { done: DONE } }] : []),
  ],

  check: (params): readonly Diagnostic[] => {
    const undo = asObject(params.undo);
    const following = Object.entries(undo).flatMap(([name, node]): readonly Diagnostic[] => {
      const { after } = asObject(node);
      if (!Array.isArray(after) || after.length === 0) return [];
      const message = `The undo step "${name}" runs alone, so it cannot follow another one.`;
      return [
        {
          code: "INVALID_VALUE",
          severity: "error",
          path: `/undo/${name}/after`,
          message,
          fix: { title: "Put both into a group." },
        },
      ];
    });
    const unknown = Object.entries(asObject(params.undoBy)).flatMap(([step, by]): readonly Diagnostic[] => {
      if (typeof by === "string" && Object.hasOwn(undo, by)) return [];
      const message = `"${step}" is to be undone by "${String(by)}", which is no undo step of this saga.`;
      return [
        { code: "UNKNOWN_NODE", severity: "error", path: `/undoBy/${step}`, message, fix: { title: "Name an undo step." } },
      ];
    });
    return [...following, ...unknown];
  },

  output: () => ({
    type: "object",
    properties: { steps: { type: "integer", minimum: 0 } },
    required: ["steps"],
    additionalProperties: false,
  }),

  behaviour: {
    kind: "durable",
    compile:
      () =>
      async (tools): Promise<DurableResult> => {
        const { error, steps } = await tools.saga();
        return error ? { error } : { output: { steps } };
      },
  },
};

const DONE = {
  type: "object",
  properties: { path: { type: "string" }, input: true, output: true },
  required: ["path", "input", "output"],
  additionalProperties: false,
} as const;
