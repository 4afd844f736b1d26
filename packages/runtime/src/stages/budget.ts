import { MortiseError } from "@mortise/contract";
import type { AttemptPermit, Bucket } from "../budget/bucket.ts";
import { limitWords } from "../budget/budget-limits.ts";
import { type BudgetNews, budgetSignals } from "../budget/budget-signals.ts";
import { TooLate } from "../budget/permit-pool.ts";
import { bucketOf, type Place, placeOf } from "../budget/place-of.ts";
import type { AdmittedCall } from "../call.ts";
import type { Told } from "../retry/compile-instant.ts";
import { MIN_ATTEMPT_MS, PATIENCE_MS } from "../retry/plan-retry.ts";

/** A permit, and how long it was waited for. */
export interface Granted {
  readonly permit: AttemptPermit;
  readonly waitMs: number;
}

const FREE: Granted = Object.freeze({
  permit: Object.freeze({ answered: () => undefined, done: () => undefined }),
  waitMs: 0,
});

/**
 * Stage 6: waits for the bucket to be open and for a permit; every attempt takes its own. Refuses at once, with the moment to come
 * back, where the wait would be longer than the deadline (or, for a pause the other side asked for, than the patience inside a call). A call
 * that need not wait gets its permit without a promise.
 */
export function budget(call: AdmittedCall): Granted | Promise<Granted> {
  const place = placeOf(call);
  const bucket = bucketOf(call, place);
  if (call.services.pauses.isEmpty) {
    if (bucket === undefined) return FREE;
    const permit = bucket.tryTake(call.target.operation.cost);
    if (permit !== undefined) return { permit, waitMs: 0 };
  }
  return wait(call, place, bucket);
}

/** Reads what an answer says about the call's budget: how large the window is, and what is left of it. */
export function readBudget(call: AdmittedCall, answer: Told): BudgetNews {
  const place = placeOf(call);
  if (place.shared === undefined) return {};
  const nowMs = call.services.clock.now();
  const news = budgetSignals(place.shared.spec)(answer, nowMs);
  if (!place.shared.isTrusted) return news;
  const { limit, left, resetMs } = news;
  if (limit !== undefined) bucketOf(call, place)?.lower(limit);
  if (left !== undefined && resetMs !== undefined) bucketOf(call, place)?.leave(left, nowMs + resetMs);
  return news;
}

/**
 * Holds calls still because an answer asked for it: those of the connection, and where its window is spent (`isSpent`) those of all who
 * share it.
 */
export function pause(call: AdmittedCall, waitMs: number, isSpent: boolean): void {
  const { services } = call;
  const untilMs = services.clock.now() + waitMs;
  const { ownKey, shared } = placeOf(call);
  services.pauses.pause(ownKey, untilMs);
  if (isSpent && shared?.isTrusted === true) services.pauses.pause(shared.key, untilMs);
}

async function wait(call: AdmittedCall, place: Place, bucket: Bucket | undefined): Promise<Granted> {
  const { clock } = call.services;
  const askedAtMs = clock.now();
  const wasPaused = await sitOutPause(call, place);
  const permit = bucket === undefined ? FREE.permit : await takePermit(call, place, bucket);
  const isPausedNow = await sitOutPause(call, place).catch((error: unknown) => {
    permit.done();
    throw error;
  });
  const waitMs = clock.now() - askedAtMs;
  if (waitMs > 0) note(call, place, waitMs, wasPaused || isPausedNow);
  return { permit, waitMs };
}

/** Makes a wait visible: in the result, on the span, in the metrics. */
function note({ trace, services, target }: AdmittedCall, { shared }: Place, waitMs: number, wasPaused: boolean): void {
  const budget = shared === undefined ? {} : { "mortise.budget": shared.name };
  const reason = wasPaused || shared === undefined ? "asked for a pause" : limitWords(shared.limits);
  const waitedFor = shared === undefined ? `the other system, which ${reason}` : `budget ${shared.name}: ${reason}`;
  trace.tally.waitMs += waitMs;
  trace.tally.waitedFor = waitedFor;
  if (trace.isRecording) trace.set(budget);
  trace.note("info", `Waited ${waitMs} ms for ${waitedFor}`, { ...budget, "mortise.wait_ms": waitMs });
  services.metrics.budgetWait({ connector: target.connector.contract.name, operation: target.name }, waitMs);
}

/** Returns whether there was a pause. */
async function sitOutPause(call: AdmittedCall, { ownKey, shared }: Place): Promise<boolean> {
  const { services, deadlineMs, signal } = call;
  for (let times = 0; ; times++) {
    if (services.pauses.isEmpty) return times > 0;
    const now = services.clock.now();
    const own = services.pauses.until(ownKey);
    const until = shared === undefined ? own : Math.max(own, services.pauses.until(shared.key));
    if (until <= now) return times > 0;
    if (until - now > PATIENCE_MS || until + MIN_ATTEMPT_MS > deadlineMs) {
      throw refused(`${call.use}: the other system asked for a pause of ${until - now} ms.`, until);
    }
    await services.clock.sleep(until - now, signal);
  }
}

async function takePermit(call: AdmittedCall, { shared }: Place, bucket: Bucket): Promise<AttemptPermit> {
  const { deadlineMs, signal, target } = call;
  const { cost } = target.operation;
  const latestMs = deadlineMs - MIN_ATTEMPT_MS;
  const spent = (earliestMs: number): MortiseError =>
    refused(`${call.use}: the budget ${shared?.name} is used up beyond the deadline.`, earliestMs);
  const earliest = bucket.earliest(cost);
  if (earliest > latestMs) throw spent(earliest);
  const party = shared?.party ?? "";
  const weight = call.services.tenantWeight(call.tenant);
  try {
    return await bucket.take({ signal, latestMs, party, weight, ...(cost === undefined ? {} : { cost }) });
  } catch (error) {
    throw error instanceof TooLate ? spent(error.earliestMs) : error;
  }
}

const refused = (message: string, retryAtMs: number): MortiseError => new MortiseError("THROTTLED", message, { retryAtMs });
