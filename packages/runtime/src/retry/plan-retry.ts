import type { FailureFacts } from "../outcome/call-failure.ts";

/** Longest wait inside of a call; a longer one ends it as `sick` with the moment to come back. */
export const PATIENCE_MS = 5_000;
/** An attempt is not started with less time left. */
export const MIN_ATTEMPT_MS = 100;

const BASE_MS = Object.freeze({ transient: 50, throttling: 1_000 });
const CAP_MS = 20_000;

/** Where a call stands when an attempt has failed. */
export interface RetryState {
  /** Attempts made. */
  readonly attempts: number;
  /** Sending again after the request may have taken effect is harmless. */
  readonly repeatable: boolean;
  readonly nowMs: number;
  readonly deadlineMs: number;
  readonly random: () => number;
}

/** The next attempt, or why there is none. `retryAtMs`: a moment at which it makes sense to come back. */
export type RetryPlan = { readonly waitMs: number } | { readonly stop: string; readonly retryAtMs?: number };

/** Decides by the table of the reference: class, how far the request got, Retry-After, full-jitter backoff, deadline. */
export function planRetry(facts: FailureFacts, state: RetryState): RetryPlan {
  const asked = facts.retryAfterMs;
  const retryAtMs = asked === undefined ? {} : { retryAtMs: state.nowMs + asked };
  if (facts.as !== "transient" && facts.as !== "throttled") return { stop: "not worth a retry" };
  if (facts.reach !== "unsent" && !state.repeatable) return { stop: "not safe to repeat", ...retryAtMs };
  if (facts.status === 500 && state.attempts >= 2) return { stop: "a 500 is retried once", ...retryAtMs };
  const waitMs = asked === undefined ? backoff(facts.throttling, state) : Math.round(asked * (1 + state.random() * 0.1));
  const late = state.nowMs + waitMs + MIN_ATTEMPT_MS > state.deadlineMs;
  if (late || (asked !== undefined && asked > PATIENCE_MS)) return { stop: "too long to wait", ...retryAtMs };
  return { waitMs };
}

/** `rand(0, min(cap, base · 2ⁿ))` */
function backoff(throttling: boolean, { attempts, random }: RetryState): number {
  const base = throttling ? BASE_MS.throttling : BASE_MS.transient;
  return Math.round(random() * Math.min(CAP_MS, base * 2 ** (attempts - 1)));
}
