import type { JsonObject } from "@mortise/contract";
import type { WorkflowNode } from "@mortise/workflow";

/** The least that a new node of a kind needs to be drawn and to be filled in: a branch has one case, a container its bodies. */
const BEGINNINGS: { readonly [use: string]: JsonObject } = {
  "core/branch": { cases: { yes: { $cel: "true" } } },
  "core/switch": { value: { $cel: "trigger.body" }, cases: { first: "first value" }, default: "continue" },
  "core/for-each": { nodes: {} },
  "core/loop": { times: 3, nodes: {} },
  "core/while": { condition: { $cel: "index < 3" }, max: 100, nodes: {} },
  "core/parallel": { branch1: {}, branch2: {} },
  "core/group": { nodes: {} },
  "core/try": { nodes: {} },
  "core/retry": { nodes: {}, on: ["TARGET_SICK", "THROTTLED"] },
  "core/enrich": { value: { $cel: "trigger.body" }, nodes: {}, result: { $cel: "{}" } },
  "core/wait": { for: "10s" },
  "core/fail": { message: "Stopped on purpose" },
  "core/log": { message: "Here" },
  "core/code": { source: "return input;", outputSchema: {} },
  "core/saga": { nodes: {} },
  "core/callback": { nodes: {} },
  "core/deduplicate": { nodes: {} },
  "core/cache": { nodes: {} },
};

/** A new node of a kind. */
export function newNode(use: string): WorkflowNode {
  return { use, with: BEGINNINGS[use] ?? {} };
}
