import type { FailureFacts } from "../outcome/call-failure.ts";
import { type Backoff, defaultBackoff } from "./backoff.ts";

/** Longest wait inside of a call; a longer one ends it as `sick` with the moment to come back. */
export const PATIENCE_MS = 5_000;
/** An attempt is not started with less time left. */
export const MIN_ATTEMPT_MS = 100;

/** Where a call stands when an attempt has failed. */
export interface RetryState {
  /** Attempts made. */
  readonly attempts: number;
  /** Sending again after the request may have taken effect is harmless. */
  readonly repeatable: boolean;
  readonly nowMs: number;
  readonly deadlineMs: number;
  readonly random: () => number;
  /** Until when sending again is harmless, epoch ms: a vendor forgets keys. Absent: it does not end. */
  readonly repeatableUntilMs?: number | undefined;
  /** Waits where the answer says nothing. Absent: {@link defaultBackoff}. */
  readonly backoff?: Backoff;
}

/** The next attempt, or why there is none. `retryAtMs`: a moment at which it makes sense to come back. */
export type RetryPlan =
  | { readonly waitMs: number }
  | {
      readonly stop: string;
      readonly retryAtMs?: number;
      /** The vendor would not know the key any more, so whether it took effect is unknown. Absent: false. */
      readonly isForgotten?: boolean;
    };

/** Decides by the table of the reference: class, how far the request got, what the answer asked for, backoff, deadline. */
export function planRetry(facts: FailureFacts, state: RetryState): RetryPlan {
  const { nowMs, attempts, random, backoff = defaultBackoff } = state;
  const asked = facts.retryAfterMs;
  const told = asked === undefined ? {} : { retryAtMs: nowMs + asked };
  if (facts.as !== "transient" && facts.as !== "throttled") return { stop: "not worth a retry" };
  if (facts.reach !== "unsent" && !state.repeatable) return { stop: "not safe to repeat", ...told };
  if (facts.isTooFar === true) return { stop: "asked to wait for more than a day" };
  if (facts.status === 500 && attempts >= 2) return { stop: "a 500 is retried once", ...told };
  const own = asked === undefined ? backoff(attempts, facts.throttling, random) : undefined;
  const waitMs = own ?? Math.round((asked ?? 0) * (1 + random() * 0.1));
  const late = nowMs + waitMs + MIN_ATTEMPT_MS > state.deadlineMs;
  const longest = asked ?? waitMs;
  const isForgotten = facts.reach !== "unsent" && nowMs + waitMs >= (state.repeatableUntilMs ?? Number.POSITIVE_INFINITY);
  if (isForgotten) return { stop: "its key would be forgotten", isForgotten };
  if (late || longest > PATIENCE_MS) return { stop: "too long to wait", retryAtMs: nowMs + longest };
  return { waitMs };
}
