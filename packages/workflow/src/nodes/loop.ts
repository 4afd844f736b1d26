import { type CoreNode, computed, nodeSet } from "./core-node.ts";
import { MOST_ROUNDS, repeatedBodies, repeatedOutput, STATE_PARAMS, stateValues } from "./rounds.ts";

/** Runs its body a number of times. */
export const loop: CoreNode = {
  spec: {
    use: "core/loop",
    title: "Loop",
    description:
      "Runs the steps inside it a number of times, one round after the other. Each round may hand a state on to the next.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        times: computed({
          type: "integer",
          title: "Times",
          description: `At most ${MOST_ROUNDS.toLocaleString("en")}; the steps see index, from 0.`,
          minimum: 0,
          maximum: MOST_ROUNDS,
          "x-order": 1,
        }),
        nodes: nodeSet({ title: "Steps", "x-order": 2 }),
        ...STATE_PARAMS,
      },
      required: ["times", "nodes"],
      additionalProperties: false,
    },
  },

  values: (params) => [
    { path: ["times"], expects: { type: "integer", minimum: 0, maximum: MOST_ROUNDS } },
    ...stateValues(params),
  ],

  bodies: repeatedBodies,

  traits: ({ times }) => ({ rounds: { nodes: { most: typeof times === "number" ? times : MOST_ROUNDS } } }),

  output: repeatedOutput,

  behaviour: { kind: "repeat" },
};
