import { type CoreNode, computed } from "./core-node.ts";
import { exactly } from "./schemas.ts";

/** Ends the run early, as succeeded. */
export const stop: CoreNode = {
  spec: {
    use: "core/stop",
    title: "Stop",
    description:
      "Ends the run as succeeded, with an output of its own. What runs beside it ends first; what has not begun is skipped.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        output: computed({ title: "Output", description: "What the run returns. Absent: an empty record.", "x-order": 1 }),
        when: computed({ type: "boolean", title: "Only when", description: "Absent: always.", "x-order": 2 }),
      },
      additionalProperties: false,
    },
  },

  values: (params) => [
    ...("output" in params ? [{ path: ["output"], expects: true as const }] : []),
    ...("when" in params ? [{ path: ["when"], expects: { type: "boolean" as const } }] : []),
  ],

  output: () => exactly({ ended: { type: "boolean" } }),

  behaviour: {
    kind: "pure",
    compile: (params) => {
      const when = "when" in params.with ? params.value("when") : undefined;
      const output = "output" in params.with ? params.value("output") : undefined;
      return (scope) => {
        if (when !== undefined && when.evaluate(scope) !== true) return { output: { ended: false } };
        return { output: { ended: true }, control: { kind: "stop", output: output ? output.evaluate(scope) : {} } };
      };
    },
  },
};
