import { CATALOGUE, type Diagnostic, type ErrorCode, isMortiseError } from "@mortise/contract";
import type { FastifyReply } from "fastify";

/** HTTP status of an error code; anything else is 422 for what a person can mend, 500 for what they cannot. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  NOT_SIGNED_IN: 401,
  NOT_ALLOWED: 403,
  RUN_NOT_FOUND: 404,
  TASK_NOT_FOUND: 404,
  WORKFLOW_NOT_FOUND: 404,
  UNREADABLE_FILE: 404,
  CONNECTOR_NOT_FOUND: 404,
  CONNECTION_NOT_FOUND: 404,
  DUPLICATE_NAME: 409,
  USAGE: 400,
  INVALID_REQUEST: 400,
  REVISION_CONFLICT: 412,
  INVALID_JSON: 400,
  OVERLOADED: 503,
  DATABASE_UNAVAILABLE: 503,
  VAULT_UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** Problem details (RFC 9457) with the catalogue's code and remedy. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly remedy?: string;
  readonly path?: string;
  readonly diagnostics?: readonly Diagnostic[];
}

/** Any error as a problem. Never a stack, an SQL text or a file path of the server. */
export function problemOf(error: unknown): Problem {
  if (isMortiseError(error)) {
    const { code, message, remedy, path } = error.data;
    return problem(code as ErrorCode, message, { remedy, path });
  }
  const fastify = error as { readonly statusCode?: number; readonly validation?: unknown; readonly message?: string };
  if (fastify.validation) return problem("INVALID_REQUEST", fastify.message ?? "The request does not fit.");
  if (fastify.statusCode !== undefined && fastify.statusCode < 500)
    return { ...problem("INVALID_REQUEST", fastify.message ?? "The request does not fit."), status: fastify.statusCode };
  return problem("INTERNAL", "Mortise made a mistake while answering. The log has the details.");
}

/** A problem from its code. */
export function problem(
  code: ErrorCode,
  detail: string,
  more: { readonly remedy?: string; readonly path?: string; readonly diagnostics?: readonly Diagnostic[] } = {},
): Problem {
  const entry = CATALOGUE[code];
  return {
    type: `urn:mortise:error:${code}`,
    title: entry.meaning,
    status: STATUS[code] ?? (entry.category === "bug" ? 500 : 422),
    code,
    detail,
    remedy: more.remedy ?? entry.remedy,
    ...(more.path === undefined ? {} : { path: more.path }),
    ...(more.diagnostics ? { diagnostics: more.diagnostics } : {}),
  };
}

/** Sends a problem. */
export function sendProblem(reply: FastifyReply, found: Problem): FastifyReply {
  return reply.code(found.status).type("application/problem+json").send(found);
}
