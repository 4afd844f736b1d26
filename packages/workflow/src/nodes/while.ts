import { type CoreNode, computed, nodeSet } from "./core-node.ts";
import { MOST_ROUNDS, repeatedBodies, repeatedOutput, STATE_PARAMS, stateOf, stateValues } from "./rounds.ts";

/** Runs its body as long as a condition holds. */
export const whileNode: CoreNode = {
  spec: {
    use: "core/while",
    title: "While",
    description:
      "Runs the steps inside it as long as a condition is true, looked at before each round. It never runs without a bound.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        condition: computed({ type: "boolean", title: "As long as", description: "Sees state and index.", "x-order": 1 }),
        max: {
          type: "integer",
          title: "Rounds at most",
          minimum: 1,
          maximum: MOST_ROUNDS,
          "x-order": 2,
        },
        onMax: {
          type: "string",
          title: "After that many rounds",
          description: "fail: the step fails where the condition is still true. stop: it goes on with what there is.",
          enum: ["fail", "stop"],
          default: "fail",
          "x-order": 3,
        },
        nodes: nodeSet({ title: "Steps", "x-order": 4 }),
        ...STATE_PARAMS,
      },
      required: ["condition", "max", "nodes"],
      additionalProperties: false,
    },
  },

  values: (params) => [
    { path: ["condition"], expects: { type: "boolean" }, sees: () => stateOf(params) },
    ...stateValues(params),
  ],

  bodies: repeatedBodies,

  traits: ({ max }) => ({ rounds: { nodes: { most: typeof max === "number" ? max : MOST_ROUNDS } } }),

  output: repeatedOutput,

  behaviour: { kind: "repeat" },
};
