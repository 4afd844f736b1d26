import { isMortiseError, MortiseError } from "@mortise/contract";
import type { Attributes } from "@opentelemetry/api";
import pRetry from "p-retry";
import type { Passage } from "../admission/passage.ts";
import { AttemptScope } from "../attempts/attempt-scope.ts";
import type { ReadyCall } from "../call.ts";
import { withTokens } from "../connection/with-tokens.ts";
import { hedgedAttempt, mayHedge } from "../hedging/hedged-attempt.ts";
import { keyEnd, noteDoubt } from "../idempotency/key-window.ts";
import { CallFailure, type FailureFacts } from "../outcome/call-failure.ts";
import { MIN_ATTEMPT_MS, planRetry } from "../retry/plan-retry.ts";
import type { AttributeName } from "../telemetry/span-catalogue.ts";
import { budget } from "./budget.ts";

const ATTEMPTS = 3;
const ATTEMPT_LIMIT_MS = 30_000;

export type { AttemptScope };

/** Carries out one attempt; throws {@link CallFailure}, or a MortiseError that ends the call. */
export type CarryOut<T> = (scope: AttemptScope) => Promise<T>;

/**
 * Stage 7: carries a call out, again where that is safe and makes sense: a permit, a span and a time limit for each attempt, a plan
 * between them. Throws the MortiseError that the call ends with.
 */
export function attempt<T>(call: ReadyCall, carryOut: CarryOut<T>): Promise<T> {
  const commit = commitOnce(call);
  const madeBefore = call.trace.tally.attempts;
  return nextAttempt(call, carryOut, { commit, repeats: undefined }).then(
    (result) => {
      call.services.retryBudgets.refund(call.connection.key, 0);
      return result;
    },
    (error: unknown) => {
      if (!(error instanceof CallFailure)) throw error;
      return again(call, carryOut, { commit, madeBefore, failure: error });
    },
  );
}

/** Goes on behind a first attempt that failed. */
async function again<T>(
  call: ReadyCall,
  carryOut: CarryOut<T>,
  first: { readonly commit: () => Promise<void>; readonly madeBefore: number; readonly failure: CallFailure },
): Promise<T> {
  const { services, connection, target } = call;
  const labels = { connector: target.connector.contract.name, operation: target.name };
  let paid = 0;
  /** When it makes sense to come back, where waiting for it in here would be too long. */
  let retryAtMs: number | undefined;
  let isForgotten = false;
  let repeats: Repeat | undefined;
  let failure: CallFailure | undefined = first.failure;
  /** What p-retry sees of the first attempt is that it failed. */
  const next = (): Promise<T> => {
    if (failure === undefined) return nextAttempt(call, carryOut, { commit: first.commit, repeats });
    const failed = Promise.reject(failure);
    failure = undefined;
    return failed;
  };
  try {
    const result = await pRetry(next, {
      retries: Math.min(target.operation.maxAttempts ?? ATTEMPTS, ATTEMPTS) - 1,
      minTimeout: 0,
      shouldRetry: async ({ error }) => {
        if (!(error instanceof CallFailure)) return false;
        const plan = planRetry(error.facts, {
          attempts: call.trace.tally.attempts - first.madeBefore,
          repeatable: call.repeatable,
          nowMs: services.clock.now(),
          deadlineMs: call.deadlineMs,
          random: services.random,
          repeatableUntilMs: keyEnd(call),
          backoff: target.backoff,
        });
        retryAtMs = "stop" in plan ? plan.retryAtMs : undefined;
        isForgotten = "stop" in plan && plan.isForgotten === true;
        if ("stop" in plan) return false;
        const { host } = services.admission.way(call).gate;
        paid = services.retryBudgets.spend(connection.key, error.facts.throttling, host?.retries, services.clock.now());
        if (paid === 0) {
          services.metrics.retryBudgetExhausted(labels);
          throw new MortiseError("RETRY_BUDGET_EXHAUSTED", `Not tried again, as too many calls failed lately: ${error.message}`, {
            cause: error.error,
          });
        }
        repeats = { delayMs: plan.waitMs, reason: error.facts.as };
        await services.clock.sleep(plan.waitMs, call.signal);
        return true;
      },
    });
    services.retryBudgets.refund(connection.key, paid);
    return result;
  } catch (error) {
    throw error instanceof CallFailure ? finalError(call, error, { retryAtMs, isForgotten }) : error;
  }
}

/** How an attempt is made. */
interface Making {
  readonly commit: () => Promise<void>;
  /** Absent in the first attempt. */
  readonly repeats: Repeat | undefined;
}

/** One attempt; two of them where a token was refused, or where a slow read is made a second time. */
function nextAttempt<T>(call: ReadyCall, carryOut: CarryOut<T>, making: Making): Promise<T> {
  return withTokens(call, carryOut, (prepared) =>
    making.repeats !== undefined || !mayHedge(call)
      ? oneAttempt(call, prepared, making)
      : hedgedAttempt(call, prepared, (going, carry) => oneAttempt(going, carry, making)),
  );
}

async function oneAttempt<T>(call: ReadyCall, carryOut: CarryOut<T>, { commit, repeats }: Making): Promise<T> {
  const { services, target, trace } = call;
  const way = services.admission.way(call);
  services.admission.check(call, way);
  const granting = budget(call);
  const { permit, waitMs } = granting instanceof Promise ? await services.lifecycle.untilKilled(call, granting) : granting;
  let passage: Passage | undefined;
  let scope: AttemptScope | undefined;
  let thrown: unknown;
  try {
    const going = services.admission.go(call, way, repeats !== undefined);
    passage = going instanceof Promise ? await going : going;
    services.lifecycle.checkAttempt(call);
    const left = call.deadlineMs - services.clock.now();
    if (left < MIN_ATTEMPT_MS)
      throw new MortiseError("DEADLINE_EXCEEDED", `Only ${Math.max(0, left)} ms were left for another attempt.`);
    const ownLimitMs = target.operation.attemptTimeoutMs ?? ATTEMPT_LIMIT_MS;
    const number = ++trace.tally.attempts;
    scope = new AttemptScope({
      span: trace.attempt({ "mortise.attempt": number, "mortise.wait_ms": waitMs }),
      permit,
      commit,
      call,
      ownLimitMs: ownLimitMs < left ? ownLimitMs : undefined,
      limitMs: Math.min(left, ownLimitMs),
    });
    if (repeats !== undefined && scope.span.isRecording) scope.span.set(repeatAttributes(call, repeats));
    const result = await scope.span.run(carryOut, scope);
    services.metrics.attempt({ connector: target.connector.contract.name, operation: target.name, class: "success" });
    return result;
  } catch (error) {
    thrown = error;
    if (scope !== undefined) tellFailure(call, scope, error);
    throw error;
  } finally {
    if (scope !== undefined) {
      scope.leave();
      scope.span.end();
    }
    passage?.done(thrown);
    permit.done();
  }
}

/** What is noted of an attempt that failed. */
function tellFailure(call: ReadyCall, { span }: AttemptScope, error: unknown): void {
  const { services, target, connection } = call;
  const failure = error instanceof CallFailure ? error.facts.as : isMortiseError(error) ? error.code : "bug";
  span.fail(failure, error instanceof Error ? connection.redactor.text(error.message) : "failed");
  services.metrics.attempt({ connector: target.connector.contract.name, operation: target.name, class: failure });
  noteDoubt(call, error);
}

/** What an attempt after the first repeats. */
interface Repeat {
  readonly delayMs: number;
  readonly reason: FailureFacts["as"];
}

function repeatAttributes({ services, connection }: ReadyCall, { delayMs, reason }: Repeat): Attributes {
  return {
    "mortise.retry.delay_ms": delayMs,
    "mortise.retry.reason": reason,
    "mortise.retry.budget_left": services.retryBudgets.left(connection.key),
  } satisfies { readonly [name in AttributeName]?: unknown };
}

/** The caller's commit point is passed once a call: a second attempt of the same call is only made where the first sent nothing. */
function commitOnce({ request, use }: ReadyCall): () => Promise<void> {
  let passed = false;
  return async () => {
    if (passed) return;
    const first = (await request.commit?.()) ?? true;
    if (!first) throw unknownOutcome(`${use} was sent before, and no answer was recorded.`);
    passed = true;
  };
}

/** What the call ends with after its last attempt: a write that may have taken effect has an unknown outcome, whatever broke. */
function finalError(
  { use, repeatable, services }: ReadyCall,
  { error, facts }: CallFailure,
  planned: { readonly retryAtMs: number | undefined; readonly isForgotten: boolean },
): MortiseError {
  const mayHaveHappened = facts.reach === "sent" || facts.status === 502 || facts.status === 504;
  if (planned.isForgotten || (!repeatable && mayHaveHappened)) {
    return unknownOutcome(`${use} was sent and no answer came (${error.message}).`, error);
  }
  const told = facts.retryAfterMs === undefined ? planned.retryAtMs : services.clock.now() + facts.retryAfterMs;
  if (told === undefined || error.data.retryAtMs !== undefined) return error;
  const { code: _, message, ...rest } = error.data;
  return new MortiseError(error.code, message, { ...rest, retryAtMs: told, cause: error.cause });
}

function unknownOutcome(message: string, cause?: MortiseError): MortiseError {
  const { status, nativeCode } = cause?.data ?? {};
  return new MortiseError("UNKNOWN_OUTCOME", message, {
    ...(status === undefined ? {} : { status }),
    ...(nativeCode === undefined ? {} : { nativeCode }),
    cause,
  });
}
