import { isMortiseError, type Json, MortiseError } from "@mortise/contract";
import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_FULL,
} from "@opentelemetry/semantic-conventions";
import type { ReadyCall } from "../call.ts";
import type { EgressAnswer } from "../egress/egress-client.ts";
import { TransportError } from "../egress/transport-error.ts";
import { callScope } from "../operation/call-scope.ts";
import type { PageParts, ReadyRequest, RequestBuilder } from "../operation/compile-request.ts";
import { answerMessage } from "../outcome/answer-message.ts";
import { CallFailure } from "../outcome/call-failure.ts";
import { CODE_OF_CLASS } from "../outcome/outcome-class.ts";
import { isSpent, resetMs } from "../retry/reset-header.ts";
import { retryAfterMs } from "../retry/retry-after.ts";
import type { AttemptScope } from "../stages/attempt.ts";
import { pauseKey } from "../stages/budget.ts";
import { decodeBody } from "./decode-body.ts";

/** A successful answer, decoded; this connection's secrets are masked in it. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Json;
  readonly url: URL;
}

const MAX_DETAIL = 2_000;
/** Longest wait for an answer's first byte, and between two, unless the contract says how long an attempt takes. */
const FIRST_BYTE_MS = 15_000;

/** Builds the request of a call, or of one page of it. */
export function buildRequest(call: ReadyCall, build: RequestBuilder, page?: PageParts): ReadyRequest {
  const { idempotency } = call.target.operation;
  const key =
    typeof idempotency === "string" || call.key.name === undefined
      ? undefined
      : { spec: idempotency, name: call.key.name, key: call.key.value };
  return build(callScope(call), call.connection, { page, key });
}

/** One attempt of a declarative operation: sends, classifies by the outcome table. Throws {@link CallFailure}. */
export async function sendRequest(call: ReadyCall, scope: AttemptScope, ready: ReadyRequest): Promise<HttpAnswer> {
  const { redactor } = call.connection;
  scope.span.set({
    [ATTR_HTTP_REQUEST_METHOD]: ready.method,
    [ATTR_URL_FULL]: redactor.url(ready.url, ready.secretParams),
    [ATTR_SERVER_ADDRESS]: ready.url.hostname,
    [ATTR_SERVER_PORT]: Number(ready.url.port || (ready.url.protocol === "https:" ? 443 : 80)),
  });
  const answer = await exchange(call, scope, ready);
  scope.span.set({ [ATTR_HTTP_RESPONSE_STATUS_CODE]: answer.status });
  return classify(call, answer);
}

async function exchange(call: ReadyCall, scope: AttemptScope, ready: ReadyRequest): Promise<EgressAnswer> {
  try {
    return await call.services.egress.send({
      ...ready,
      granted: call.connection.granted,
      pool: call.connection.version,
      limitMs: scope.limitMs,
      firstByteMs: call.target.operation.attemptTimeoutMs === undefined ? FIRST_BYTE_MS : scope.limitMs,
      signal: scope.signal,
      onAnswer: scope.permit.answered,
      ...(call.repeatable ? {} : { beforeSend: scope.commit }),
    });
  } catch (error) {
    if (isMortiseError(error)) throw error.code === "LIMIT_EXCEEDED" ? afterSending(call, error) : error;
    throw transportFailure(call, ready, error);
  }
}

/** The answer came, too large to read: for a write that is done, for a read it is nobody's illness. */
function afterSending({ repeatable }: ReadyCall, error: MortiseError): Error {
  return repeatable ? error : new CallFailure(error, { as: "rejected", reach: "answered", throttling: false });
}

function transportFailure(call: ReadyCall, ready: ReadyRequest, error: unknown): Error {
  const transport = error instanceof TransportError ? error : new TransportError(String(error), "ERR_TRANSPORT", "sent", error);
  const stopped = call.signal.aborted && isMortiseError(call.signal.reason) ? call.signal.reason : undefined;
  if (stopped !== undefined && (call.repeatable || transport.reach === "unsent")) return stopped;
  const reason = call.connection.redactor.text(transport.message);
  const sick = new MortiseError("TARGET_SICK", `${ready.url.host} gave no answer: ${reason}`, {
    nativeCode: transport.code,
    cause: error,
  });
  return new CallFailure(stopped ?? sick, { as: "transient", reach: transport.reach, throttling: false });
}

function classify(call: ReadyCall, answer: EgressAnswer): HttpAnswer {
  const { services, connection, target } = call;
  const { status, headers } = answer;
  const decode = target.body.kind === "request" ? target.body.request.decode : undefined;
  const body = masked(call, answer.body, decodeBody(answer.body, headers["content-type"], decode));
  const now = services.clock.now();
  const asked = retryAfterMs(headers["retry-after"], headers.date, now);
  const seen = { status, headers, body, saysWhen: asked !== undefined };
  const { as, message } = target.classify(seen) ?? { as: "rejected" as const };
  const waitMs = heedLimits(call, headers, as === "throttled" || status === 429 || status === 503, asked, now);
  if (as === "success")
    return { status, headers: connection.redactor.data(headers) as HttpAnswer["headers"], body, url: answer.url };

  const told = message ?? `${answer.url.host} answered ${status}${suffix(answerMessage(body))}`;
  const error = new MortiseError(CODE_OF_CLASS[as], connection.redactor.text(told), {
    status,
    detail: clip(connection.redactor.json(body)),
    ...(waitMs === undefined ? {} : { retryAtMs: now + waitMs }),
  });
  const throttling = as === "throttled" || status === 503;
  throw new CallFailure(error, {
    as,
    reach: "answered",
    status,
    throttling,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  });
}

/** Pauses the connection's bucket where the answer asks for it: Retry-After, or the reset header of a spent budget. */
function heedLimits(
  call: ReadyCall,
  headers: { readonly [name: string]: string },
  throttled: boolean,
  asked: number | undefined,
  now: number,
): number | undefined {
  const { budget, budgets } = { budget: call.target.operation.budget, budgets: call.target.connector.contract.budgets };
  const spec = budget === undefined ? undefined : budgets[budget];
  const reset = throttled || isSpent(spec?.remaining, headers) ? resetMs(spec?.reset, headers, now) : undefined;
  const waitMs = throttled ? (asked ?? reset) : reset;
  if (waitMs !== undefined) call.services.pauses.pause(pauseKey(call), now + waitMs);
  return throttled ? waitMs : asked;
}

/**
 * Masks an echo of this connection's own secrets. A large body is only walked where its text has one: the decoded one, as escapes and
 * charsets hide a secret in the raw bytes.
 */
function masked({ connection: { redactor } }: ReadyCall, raw: Buffer, body: Json): Json {
  if (redactor.empty) return body;
  return raw.length < 65_536 || redactor.finds(JSON.stringify(body)) ? redactor.data(body) : body;
}

function clip(body: Json): Json {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return text.length <= MAX_DETAIL ? body : `${text.slice(0, MAX_DETAIL)}…`;
}

const suffix = (message: string | undefined): string => (message === undefined ? "" : `: ${message}`);
