import { resolveReferences } from "@mortise/builders";
import type { Diagnostic, Json, JsonSchema } from "@mortise/contract";
import type { Workflow } from "../model/document.ts";
import { asObject, isObject, own } from "../model/loose.ts";
import { checkJson } from "../schema/check-json.ts";

/** Checks what starts a run, `trigger.body`, against the schema of a manual or webhook trigger; paths point into the payload. Empty: it fits. */
export function checkPayload(workflow: Workflow, payload: Json): readonly Diagnostic[] {
  const schema = own(asObject(asObject(workflow.trigger).with), "schema");
  if (typeof schema !== "boolean" && !isObject(schema)) return [];
  return checkJson(payload, resolveReferences(schema as JsonSchema));
}
