import type { Diagnostic } from "@mortise/contract";
import { type CoreNode, computed } from "./core-node.ts";

const REFERENCE = /^(?:[0-9a-f]{64}|[^@\s][^@]{0,199}@[1-9][0-9]{0,8})$/;

/** Runs another workflow and waits for it. */
export const subWorkflow: CoreNode = {
  spec: {
    use: "core/sub-workflow",
    title: "Sub-workflow",
    description:
      "Runs a saved revision of another workflow, as a run of its own, and waits for its output. It is cancelled with this one.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        workflow: {
          type: "string",
          title: "Workflow",
          description: "name@revision, or the hash of a revision: what runs never changes by itself.",
          pattern: REFERENCE.source,
          "x-placeholder": "Send invoice@3",
          "x-order": 1,
        },
        input: computed({
          title: "Input",
          description: "Its trigger.body, checked against the schema of its trigger. Absent: an empty record.",
          "x-order": 2,
        }),
      },
      required: ["workflow"],
      additionalProperties: false,
    },
  },

  values: (params) => ("input" in params ? [{ path: ["input"], expects: true }] : []),

  check: ({ workflow }): readonly Diagnostic[] => {
    if (typeof workflow !== "string" || REFERENCE.test(workflow)) return [];
    const message = `"${workflow}" names no revision; expected <name>@<revision>, e.g. "Send invoice@3", or the hash of one.`;
    return [{ code: "INVALID_VALUE", severity: "error", path: "/workflow", message, fix: { title: "Add @ and the revision." } }];
  },

  output: () => true,

  behaviour: { kind: "sub-workflow" },
};
