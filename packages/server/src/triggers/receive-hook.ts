import { createHash, randomUUID } from "node:crypto";
import type { Diagnostic, Json, JsonObject, JsonSchema } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import { verifyDelivery } from "@mortise/runtime";
import { signatureScheme } from "@mortise/workflow";
import type { StoredWorkflow } from "../store/workflow-store.ts";
import { compileTrigger, runIdOf } from "./compiled-trigger.ts";
import type { DeskEvent } from "./trigger-desk.ts";

/** A request to a webhook's address. */
export interface HookRequest {
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly query: { readonly [name: string]: string };
  readonly rawBody: Buffer;
  /** As it was asked for, query included. */
  readonly url: string;
  /** Reads the body. Throws `INVALID_JSON`. */
  readonly read: () => Json;
  readonly nowMs: number;
}

/** A request that starts nothing. */
export class HookRefusal extends Error {
  readonly status: number;
  readonly code: "AUTH_FAILED" | "INVALID_REQUEST" | "INVALID_INPUT" | "LIMIT_EXCEEDED" | "MISCONFIGURED";
  readonly diagnostics: readonly Diagnostic[];

  constructor(status: number, code: HookRefusal["code"], message: string, diagnostics: readonly Diagnostic[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.diagnostics = diagnostics;
  }
}

/** Headers that senders use to name one delivery; the first that is there counts. */
const DELIVERY_HEADERS = ["webhook-id", "idempotency-key", "x-github-delivery"] as const;
/** Headers that never reach a workflow. */
const PRIVATE = new Set(["cookie", "authorization", "proxy-authorization"]);
const MOST_BYTES = 1 << 20;
const LONGEST_ID = 500;

/**
 * What a webhook makes of a request: method, size, signature over the bytes as they came, schema, and by what it is known when it comes
 * again. Throws {@link HookRefusal}, `INVALID_JSON`, and what the document's own expression for the id throws.
 */
export function receiveHook(live: StoredWorkflow, request: HookRequest, secrets: readonly string[]): DeskEvent {
  const params = live.document.trigger.with ?? {};
  const methods = (params.methods as readonly string[] | undefined) ?? ["POST"];
  if (!methods.includes(request.method))
    throw new HookRefusal(405, "INVALID_REQUEST", `This webhook takes ${methods.join(", ")}.`);
  const most = typeof params.maxBytes === "number" ? params.maxBytes : MOST_BYTES;
  if (request.rawBody.length > most) throw new HookRefusal(413, "LIMIT_EXCEEDED", `The payload is larger than ${most} bytes.`);
  const marks = provenMarks(params, request, secrets);
  const body = request.read();
  const wrong = params.schema === undefined ? [] : compileSchema(params.schema as JsonSchema)(body).diagnostics;
  if (wrong.length > 0) throw new HookRefusal(422, "INVALID_INPUT", "The payload does not fit the webhook's schema.", wrong);
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !PRIVATE.has(name)));
  const payload = { body, headers, query: request.query };
  return { payload, ...identity(live, payload, marks, request) };
}

function provenMarks(params: JsonObject, request: HookRequest, secrets: readonly string[]): readonly string[] {
  const scheme = signatureScheme(params.signature);
  if (scheme === undefined) return [];
  if (secrets.length === 0)
    throw new HookRefusal(503, "MISCONFIGURED", "This webhook asks for a signature, and no secret is set for it.");
  const { headers, rawBody, nowMs, url } = request;
  const proof = verifyDelivery(scheme, { headers, rawBody, nowMs, secret: secrets, url });
  if (proof.refused !== undefined) throw new HookRefusal(401, "AUTH_FAILED", proof.refused);
  return proof.mark.ids;
}

/** By what a repeat is known: the id that the document computes, else what was proven, else the id that the sender gives. */
function identity(
  live: StoredWorkflow,
  payload: DeskEvent["payload"],
  proven: readonly string[],
  { headers, rawBody }: HookRequest,
): Pick<DeskEvent, "runId" | "marks" | "isExact"> {
  const own = compileTrigger(live).eventId(payload);
  if (own !== undefined) return { runId: runIdOf("hook", live.id, `own:${own}`), marks: [...proven, `own:${own}`] };
  if (proven.length > 0) return { runId: runIdOf("hook", live.id, proven[0] ?? ""), marks: proven };
  const name = DELIVERY_HEADERS.find((header) => (headers[header] ?? "") !== "");
  const id = name === undefined ? undefined : headers[name];
  if (id === undefined) return { runId: `hook-${randomUUID()}`, marks: [] };
  if (id.length > LONGEST_ID)
    throw new HookRefusal(400, "INVALID_REQUEST", `The ${name} is longer than ${LONGEST_ID} characters.`);
  const runId = runIdOf("hook", live.id, id);
  if (name !== "idempotency-key") return { runId, marks: [`id:${id}`] };
  const digest = createHash("sha256").update(rawBody).digest("base64url");
  return { runId, marks: [`id:${id}`, `id:${id}:${digest}`], isExact: true };
}
