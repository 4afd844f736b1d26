import type { WorkflowNode } from "@mortise/workflow";

/** A new node of a kind, with the least it needs to be drawn: a branch has one case, a container its bodies. */
export function newNode(use: string): WorkflowNode {
  switch (use) {
    case "core/branch":
      return { use, with: { cases: { yes: { $cel: "true" } } } };
    case "core/for-each":
    case "core/try":
      return { use, with: { nodes: {} } };
    case "core/wait":
      return { use, with: { for: "10s" } };
    case "core/fail":
      return { use, with: { message: "Stopped on purpose" } };
    default:
      return { use, with: {} };
  }
}
