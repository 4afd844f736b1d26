import { type CoreNode, computed } from "./core-node.ts";
import { exactly } from "./schemas.ts";

/** Ends the nearest loop around it. */
export const breakNode: CoreNode = {
  spec: {
    use: "core/break",
    title: "Break",
    description: "Ends the loop around it: what has not begun in this round is skipped, and no further round begins.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        when: computed({ type: "boolean", title: "Only when", description: "Absent: always." }),
      },
      additionalProperties: false,
    },
  },

  values: (params) => ("when" in params ? [{ path: ["when"], expects: { type: "boolean" } }] : []),

  within: "loop",

  output: () => exactly({ ended: { type: "boolean" } }),

  behaviour: {
    kind: "pure",
    compile: (params) => {
      const when = "when" in params.with ? params.value("when") : undefined;
      return (scope) => {
        if (when !== undefined && when.evaluate(scope) !== true) return { output: { ended: false } };
        return { output: { ended: true }, control: { kind: "break" } };
      };
    },
  },
};
