import { type CoreNode, computed, nodeSet } from "./core-node.ts";
import { exactly } from "./schemas.ts";

/** Holds steps together: one box on the canvas, one entry in the run. */
export const group: CoreNode = {
  spec: {
    use: "core/group",
    title: "Group",
    description: "Runs the steps inside it, as one step with one result. An error in them is an error of the group.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        nodes: nodeSet({ title: "Steps", "x-order": 1 }),
        result: computed({ title: "Result", description: "The group's output, from what its steps came to. Absent: nothing." }),
      },
      required: ["nodes"],
      additionalProperties: false,
    },
  },

  values: (params) => ("result" in params ? [{ path: ["result"], expects: true, inside: "nodes" }] : []),

  bodies: () => [{ slot: "nodes", scope: {} }],

  output: (params, types) => ("result" in params ? types.of("result") : exactly({})),

  behaviour: {
    kind: "body",
    compile: (params) => {
      const result = "result" in params.with ? params.value("result") : undefined;
      return { output: (inner) => (result ? result.evaluate(inner) : {}) };
    },
  },
};
