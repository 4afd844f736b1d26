import type { Contract, Diagnostic, Json, JsonObject } from "@mortise/contract";
import { joinPointer } from "@mortise/contract";
import { exportOperation } from "./export-operation.ts";
import { exportSecurity } from "./export-security.ts";
import { exportServers } from "./export-servers.ts";
import { SchemaHoist } from "./schema-hoist.ts";

/** What a contract came to. */
export interface ExportedDocument {
  /** An OpenAPI 3.1.0 document. */
  readonly document: JsonObject;
  /** What OpenAPI cannot say of this contract; the operations concerned are left out or named in `x-mortise`. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Writes a contract as an OpenAPI 3.1 document. Every declarative operation becomes one path and method; what OpenAPI has no words for
 * (effect, idempotency, budgets, pagination) stands in `x-mortise`. Operations that are no HTTP request are left out with a diagnostic; a second
 * one on the same path and method is told apart by a fragment, as large vendors do. Never throws.
 */
export function exportOpenApi(contract: Contract): ExportedDocument {
  const hoist = new SchemaHoist(contract.schemas ?? {});
  const security = exportSecurity(contract);
  const diagnostics: Diagnostic[] = [...security.diagnostics];
  const paths: { [path: string]: { [method: string]: Json } } = {};
  for (const [name, operation] of Object.entries(contract.operations)) {
    const at = joinPointer("operations", name);
    const exported = exportOperation(contract, name, operation, hoist);
    if ("reason" in exported) {
      diagnostics.push(leftOut(at, exported.reason));
      continue;
    }
    const isTaken = paths[exported.path]?.[exported.method] !== undefined;
    const path = isTaken ? `${exported.path}#${name}` : exported.path;
    if (isTaken) diagnostics.push(toldApart(at, exported.method, path));
    paths[path] = { ...paths[path], [exported.method]: { ...exported.operation, ...security.of(operation) } };
  }
  const document: JsonObject = {
    openapi: "3.1.0",
    info: info(contract),
    ...exportServers(contract),
    paths,
    ...webhooks(contract, hoist),
    components: {
      schemas: hoist.schemas(),
      ...(Object.keys(security.schemes).length > 0 ? { securitySchemes: security.schemes } : {}),
    },
  };
  return { document, diagnostics };
}

function info({ title, version, description, license, support, homepage, name, publisher }: Contract): JsonObject {
  return {
    title,
    version,
    ...(description === undefined ? {} : { description }),
    ...(support === undefined ? {} : { contact: { [support.includes("://") ? "url" : "email"]: support } }),
    ...(license === undefined ? {} : { license: { name: license, ...(isSpdx(license) ? { identifier: license } : {}) } }),
    "x-mortise": { name, publisher, ...(homepage === undefined ? {} : { homepage }) },
  };
}

/** An SPDX licence identifier: one word of letters, digits, dots and hyphens. */
const isSpdx = (license: string): boolean => /^[A-Za-z0-9.+-]+$/.test(license);

/** Events that the other system sends (OpenAPI 3.1 `webhooks`). */
function webhooks({ triggers = {} }: Contract, hoist: SchemaHoist): JsonObject {
  const sent = Object.entries(triggers).filter(([, { kind }]) => kind === "webhook");
  if (sent.length === 0) return {};
  return {
    webhooks: Object.fromEntries(
      sent.map(([name, { title, description, output }]) => [
        name,
        {
          post: {
            operationId: name,
            summary: title,
            ...(description === undefined ? {} : { description }),
            requestBody: { required: true, content: { "application/json": { schema: hoist.take(output, `${name}Event`) } } },
            responses: { "200": { description: "Received." } },
          },
        },
      ]),
    ),
  };
}

function toldApart(at: string, method: string, path: string): Diagnostic {
  return {
    code: "NOT_EXPRESSIBLE",
    severity: "info",
    path: at,
    message: `${at.slice(1).replaceAll("/", ".")}: stands at ${method.toUpperCase()} ${path}, as another operation has the same method and path; the fragment is not sent.`,
  };
}

function leftOut(path: string, reason: string): Diagnostic {
  return {
    code: "NOT_EXPRESSIBLE",
    severity: "warning",
    path,
    message: `${path.slice(1).replaceAll("/", ".")}: left out of the OpenAPI document. ${reason}`,
  };
}
