import { resolveReferences } from "@mortise/builders";
import type { JsonSchema } from "@mortise/contract";
import { recordOf } from "../checker/check-context.ts";
import { asObject, isObject, own } from "../model/loose.ts";

const TEXTS: JsonSchema = { type: "object", additionalProperties: { type: "string" } };
const RUN: JsonSchema = recordOf({ id: { type: "string" }, startedAt: { type: "string", format: "date-time" } });

/** What every expression of a workflow sees, whatever has run: `trigger` and `run`. Never throws. */
export function triggerScope(trigger: unknown): { readonly trigger: JsonSchema; readonly run: JsonSchema } {
  const { use, with: params } = asObject(trigger);
  const schema = own(asObject(params), "schema");
  const body: JsonSchema = typeof schema === "boolean" || isObject(schema) ? resolveReferences(schema as JsonSchema) : true;
  switch (use) {
    case "webhook":
      return { trigger: recordOf({ body, headers: TEXTS, query: TEXTS }), run: RUN };
    case "schedule":
      return { trigger: recordOf({ body: true, scheduledAt: { type: "string", format: "date-time" } }), run: RUN };
    default:
      return { trigger: recordOf({ body }), run: RUN };
  }
}
