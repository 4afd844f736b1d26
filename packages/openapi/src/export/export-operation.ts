import type { Contract, JsonObject, Operation } from "@mortise/contract";
import { exportBody } from "./export-body.ts";
import { exportParameters } from "./export-parameters.ts";
import { exportResponses } from "./export-responses.ts";
import { exportUrl } from "./export-url.ts";
import type { SchemaHoist } from "./schema-hoist.ts";

/** One path and method. */
export interface ExportedOperation {
  readonly path: string;
  readonly method: string;
  readonly operation: JsonObject;
}

/** What OpenAPI has no words for, in the order of the contract. */
const BESIDE = Object.freeze([
  "effect",
  "idempotency",
  "budget",
  "cost",
  "identity",
  "itemOutcomes",
  "pagination",
  "stream",
  "incremental",
  "partition",
  "batch",
  "wait",
  "cache",
  "hedge",
  "retry",
  "compensate",
  "probe",
  "lifecycle",
] as const satisfies readonly (keyof Operation)[]);

/** An operation as OpenAPI says it (Operation Object, 3.1 §4.8.10), or the reason why it cannot. */
export function exportOperation(
  contract: Contract,
  name: string,
  operation: Operation,
  hoist: SchemaHoist,
): ExportedOperation | { readonly reason: string } {
  const { request, input } = operation;
  if (request === undefined) return { reason: "It is no HTTP request of its own." };
  const url = exportUrl(request, input);
  if (url === undefined) return { reason: "Its URL is computed as a whole." };
  const parameters = exportParameters(request, url, input, hoist, name);
  const beside = Object.fromEntries(BESIDE.flatMap((key) => (operation[key] === undefined ? [] : [[key, operation[key]]])));
  return {
    path: url.path,
    method: request.method.toLowerCase(),
    operation: {
      operationId: name,
      summary: operation.title,
      ...(operation.description === undefined ? {} : { description: operation.description }),
      ...(contract.categories?.length ? { tags: [...contract.categories] } : {}),
      ...(operation.deprecated === undefined ? {} : { deprecated: true }),
      ...(url.server === undefined ? {} : { servers: [{ url: url.server }] }),
      ...(parameters.length > 0 ? { parameters } : {}),
      ...exportBody(request, input, hoist, name),
      responses: exportResponses(operation, hoist, name),
      "x-mortise": JSON.parse(JSON.stringify(beside)) as JsonObject,
    },
  };
}
