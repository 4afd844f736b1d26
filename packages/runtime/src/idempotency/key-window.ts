import { KEY_WINDOW_MS } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import { CallFailure } from "../outcome/call-failure.ts";

/** How long the vendor remembers this call's key, ms; undefined: the call is not repeated by a key. */
export function keyWindowMs({ target, key }: Pick<ReadyCall, "target" | "key">): number | undefined {
  const { effect, idempotency } = target.operation;
  if (effect === "read" || typeof idempotency === "string" || key.name === undefined) return undefined;
  return idempotency.windowMs ?? KEY_WINDOW_MS;
}

/** Until when the key may be sent again, epoch ms; undefined: no end, as no attempt with it is in doubt. */
export function keyEnd(call: ReadyCall): number | undefined {
  const sinceMs = call.trace.tally.inDoubtSinceMs ?? call.request.inDoubtSinceMs;
  const windowMs = sinceMs === undefined ? undefined : keyWindowMs(call);
  return sinceMs === undefined || windowMs === undefined ? undefined : sinceMs + windowMs;
}

/**
 * Remembers since when the other side may know the key: an attempt failed that may have taken effect. The call's start counts, as the
 * first byte was sent after that.
 */
export function noteDoubt(call: ReadyCall, error: unknown): void {
  const { tally } = call.trace;
  if (tally.inDoubtSinceMs !== undefined || keyWindowMs(call) === undefined || !(error instanceof CallFailure)) return;
  const { as, reach, status = 0 } = error.facts;
  const mayHaveHappened = reach === "sent" || (reach === "answered" && as === "transient" && status !== 503 && status !== 408);
  if (mayHaveHappened) tally.inDoubtSinceMs = call.request.inDoubtSinceMs ?? call.startedAtMs;
}
