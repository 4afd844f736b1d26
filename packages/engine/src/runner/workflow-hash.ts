import { createHash } from "node:crypto";
import type { Workflow } from "@mortise/workflow";

/** Names a document by what it does: SHA-256 of its JSON with sorted keys, without the layout of the canvas. */
export function workflowHash(workflow: Workflow): string {
  const { layout: _, ...logic } = workflow;
  return createHash("sha256").update(sorted(logic)).digest("hex");
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
