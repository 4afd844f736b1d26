import { resolveReferences } from "@mortise/builders";
import { type JsonSchema, selfContained } from "@mortise/contract";
import type { OperationCatalogue } from "../checker/catalogue.ts";
import { recordOf } from "../checker/check-context.ts";
import { asObject, isObject, own } from "../model/loose.ts";
import { findConnectorTrigger } from "./connector-trigger.ts";

const TEXT: JsonSchema = { type: "string" };
const MOMENT: JsonSchema = { type: "string", format: "date-time" };
const TEXTS: JsonSchema = { type: "object", additionalProperties: TEXT };
const RUN: JsonSchema = recordOf({ id: TEXT, startedAt: MOMENT });
const FILE: JsonSchema = recordOf({ path: TEXT, name: TEXT, size: { type: "integer" }, modifiedAt: MOMENT });
const ENDED: JsonSchema = recordOf({
  workflow: recordOf({ id: TEXT, name: TEXT }),
  runId: TEXT,
  status: { type: "string", enum: ["succeeded", "failed", "cancelled"] },
  endedAt: MOMENT,
  error: { anyOf: [recordOf({ code: TEXT, message: TEXT }), { type: "null" }] },
});

/** What every expression of a workflow sees, whatever has run: `trigger` and `run`. Never throws. */
export function triggerScope(
  trigger: unknown,
  catalogue: Pick<OperationCatalogue, "contract"> = {},
): { readonly trigger: JsonSchema; readonly run: JsonSchema } {
  const { use, with: params } = asObject(trigger);
  const schema = own(asObject(params), "schema");
  const body: JsonSchema = typeof schema === "boolean" || isObject(schema) ? resolveReferences(schema as JsonSchema) : true;
  const scope = (fields: { readonly [name: string]: JsonSchema }) => ({ trigger: recordOf(fields), run: RUN });
  switch (use) {
    case "webhook":
      return scope({ body, headers: TEXTS, query: TEXTS });
    case "schedule":
      return scope({ body: true, scheduledAt: MOMENT });
    case "files":
      return scope({ body: FILE });
    case "workflow":
      return scope({ body: ENDED });
    default:
      return scope({ body: typeof use === "string" && use.includes("/") ? eventSchema(use, catalogue) : body });
  }
}

function eventSchema(use: string, catalogue: Pick<OperationCatalogue, "contract">): JsonSchema {
  const found = findConnectorTrigger(catalogue, use);
  return found.contract === undefined ? true : resolveReferences(selfContained(found.trigger.output, found.contract.schemas));
}
