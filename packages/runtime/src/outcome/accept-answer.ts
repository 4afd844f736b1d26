import type { CompiledValue } from "@mortise/builders";
import { type Json, MortiseError } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import { askedWaitMs, MAX_RETRY_AFTER_MS } from "../retry/retry-after.ts";
import { vendorResetMs } from "../retry/vendor-reset.ts";
import { pause, readBudget } from "../stages/budget.ts";
import { answerMessage } from "./answer-message.ts";
import { CallFailure } from "./call-failure.ts";
import { CODE_OF_CLASS } from "./outcome-class.ts";

/** A decoded answer; names of headers are in lower case. */
export interface DecodedAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Json;
  readonly url: URL;
}

/** What a successful answer came to. */
export interface Accepted {
  /** What the rule that called it a success makes the output of. */
  readonly output?: CompiledValue;
}

const MAX_DETAIL = 2_000;
const ACCEPTED: Accepted = Object.freeze({});

/**
 * Decides by the outcome table whether an answer is a success, and heeds what it says about limits: of all waits that apply
 * (`Retry-After`, the rule's `retryAfter`, the reset of a spent budget) the longest counts. Throws {@link CallFailure}.
 */
export function acceptAnswer(call: ReadyCall, answer: DecodedAnswer): Accepted {
  const { services, connection, target } = call;
  const { status, headers, body } = answer;
  const nowMs = services.clock.now();
  call.trace.tally.status = status;
  const asked = headers["retry-after"] === undefined ? undefined : askedWaitMs(headers["retry-after"], headers.date, nowMs);
  const { spent, resetMs } = readBudget(call, answer);
  const seen = { status, headers, body, saysWhen: asked !== undefined || spent === true, nowMs };
  const { as, message, waitMs: told, output } = target.classify(seen) ?? { as: "rejected" as const };

  const slow = as === "throttled" || status === 429 || status === 503;
  // Permits that are left say that it is not this window which holds the call back.
  const reset = (spent ?? slow) ? resetMs : undefined;
  const known = longest(asked, told, as === "success" ? undefined : reset);
  const wantedMs = known ?? (slow && as !== "success" ? vendorResetMs(headers, nowMs) : undefined);
  const isTooFar = wantedMs !== undefined && wantedMs > MAX_RETRY_AFTER_MS;
  const waitMs = isTooFar ? MAX_RETRY_AFTER_MS : wantedMs;
  const hold = slow ? waitMs : reset;
  if (hold !== undefined) pause(call, hold, spent === true);
  if (as === "success") return output === undefined ? ACCEPTED : { output };

  const said = message ?? `${answer.url.host} answered ${status}${suffix(answerMessage(body))}`;
  const text = isTooFar
    ? `${said} It asks for a wait of ${Math.round(wantedMs / 1_000)} s; more than 24 h is not waited for.`
    : said;
  const error = new MortiseError(CODE_OF_CLASS[as], connection.redactor.text(text), {
    status,
    detail: clip(connection.redactor.json(body)),
    ...(waitMs === undefined || isTooFar ? {} : { retryAtMs: nowMs + waitMs }),
  });
  throw new CallFailure(error, {
    as,
    reach: "answered",
    status,
    throttling: as === "throttled" || status === 503,
    ...(waitMs === undefined ? {} : isTooFar ? { isTooFar } : { retryAfterMs: waitMs }),
  });
}

function longest(first: number | undefined, second: number | undefined, third: number | undefined): number | undefined {
  if (first === undefined && second === undefined && third === undefined) return undefined;
  return Math.max(first ?? 0, second ?? 0, third ?? 0);
}

function clip(body: Json): Json {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return text.length <= MAX_DETAIL ? body : `${text.slice(0, MAX_DETAIL)}…`;
}

const suffix = (message: string | undefined): string => (message === undefined ? "" : `: ${message}`);
