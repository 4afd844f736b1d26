import type { Json } from "@mortise/contract";
import { canonicalJson } from "./canonical-json.ts";
import type { Workflow } from "./document.ts";
import { sha256 } from "./sha256.ts";

/** Names a workflow by what it does: SHA-256, in hex, of its canonical JSON (RFC 8785) without `layout`. Moving a node on the canvas changes nothing. */
export async function workflowHash(workflow: Workflow): Promise<string> {
  const { layout: _, ...logic } = workflow;
  return await sha256(canonicalJson(logic as unknown as Json));
}
