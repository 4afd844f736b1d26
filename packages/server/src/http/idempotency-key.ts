import { createHash } from "node:crypto";
import { canonicalJson, isMortiseError, type Json } from "@mortise/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { IdempotentRequests, RequestClaim } from "../store/idempotent-requests.ts";
import { type Problem, problem, sendProblem } from "./problem.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Whether requests may, or must, name themselves by an `Idempotency-Key`. Absent: the header means nothing. */
    idempotencyKey?: "accepted" | "required";
  }
  interface FastifyRequest {
    /** Of a request with a key, while it is carried out. */
    claim: RequestClaim | undefined;
  }
}

/** Printable US-ASCII, or that in the quotes of a structured field (RFC 9651 §3.3.3). */
const KEY = /^(?:"([\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))$/;
/** Headers that belong to an answer wherever it is given again. */
const KEPT_HEADERS = ["content-type", "location", "etag"] as const;
const RETRY_AFTER_S = 1;
const PURGE_EVERY_MS = 600_000;

/** Options of {@link acceptIdempotencyKeys}. */
export interface IdempotencyKeyOptions {
  readonly requests: IdempotentRequests;
  readonly now: () => number;
  readonly log: (line: string) => void;
}

/**
 * Carries a request with an `Idempotency-Key` out once: a repeat gets the answer of the first with `Idempotency-Replayed: true`, one
 * that comes meanwhile 409, one with another body 422. Refusals are not kept, as they did nothing; all other answers are, for 72 h.
 */
export function acceptIdempotencyKeys(app: FastifyInstance, { requests, now, log }: IdempotencyKeyOptions): void {
  let purgedAtMs = now();
  app.decorateRequest("claim", undefined);
  // After authentication, rate limits and the schema: what those refuse is never looked up.
  app.addHook("preHandler", async (request, reply) => {
    const rule = request.routeOptions.config.idempotencyKey;
    if (rule === undefined) return;
    const header = request.headers["idempotency-key"];
    if (header === undefined && rule === "accepted") return;
    const key = keyOf(header);
    if (key === undefined) return refuse(reply, header === undefined ? MISSING : MALFORMED);
    const { name: principal = "", tenant = "" } = request.session ?? {};
    const route = `${request.method} ${request.routeOptions.url ?? ""}`;
    const turn = await requests.claim({ tenant, principal, route, key }, fingerprint(request));
    if (turn.kind === "claimed") {
      request.claim = turn.claim;
      return;
    }
    if (turn.kind === "other-request") return refuse(reply, OTHER_REQUEST);
    if (turn.kind === "in-progress") return refuse(reply.header("retry-after", RETRY_AFTER_S), IN_PROGRESS);
    const { status, headers, body } = turn.answer;
    return reply.code(status).headers(headers).header("idempotency-replayed", "true").send(body);
  });
  app.addHook("onSend", async (request, reply, payload) => {
    const { claim } = request;
    if (claim === undefined) return payload;
    request.claim = undefined;
    try {
      await settle(requests, claim, reply, typeof payload === "string" ? payload : "");
      if (now() - purgedAtMs > PURGE_EVERY_MS) {
        purgedAtMs = now();
        await requests.purge();
      }
    } catch (error) {
      // What was done is done: a repeat takes the request over when its lease has ended, and finds it under the same id.
      log(`An answer could not be kept for its Idempotency-Key: ${isMortiseError(error) ? error.code : "the database failed"}.`);
    }
    return payload;
  });
}

async function settle(requests: IdempotentRequests, claim: RequestClaim, reply: FastifyReply, body: string): Promise<void> {
  const status = reply.statusCode;
  if (status >= 400 && status < 500) return requests.release(claim);
  if (status === 503) return requests.hand(claim);
  const headers = Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => (reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : [])),
  );
  await requests.complete(claim, { status, headers, body });
}

function keyOf(header: string | string[] | undefined): string | undefined {
  const match = typeof header === "string" ? KEY.exec(header.trim()) : null;
  return match?.[1] ?? match?.[2];
}

/** What a key stands for: method, address and body, however the body is written. */
function fingerprint({ method, url, body }: FastifyRequest): string {
  const parts = [method, url, body === undefined ? "" : canonicalJson(body as Json)];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

const refuse = (reply: FastifyReply, found: Problem): FastifyReply => sendProblem(reply, found);

const HEADER = "The header Idempotency-Key";
const MISSING: Problem = {
  ...problem("INVALID_REQUEST", `${HEADER} is missing: this request does something that must not be done twice.`),
  status: 400,
};
const MALFORMED: Problem = { ...problem("INVALID_REQUEST", `${HEADER} has to be 1 to 255 visible characters.`), status: 400 };
const OTHER_REQUEST: Problem = {
  ...problem("INVALID_REQUEST", `${HEADER} was used for another request.`, { remedy: "Use a new key for a new request." }),
  status: 422,
};
const IN_PROGRESS: Problem = {
  ...problem("INVALID_REQUEST", `A request with this Idempotency-Key is being carried out.`, {
    remedy: "Send the same request again later.",
  }),
  status: 409,
};
