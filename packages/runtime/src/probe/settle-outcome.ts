/**
 * Sends a write so that a lost answer does not stay a riddle: the operation's probe finds out what became of it.
 *
 * Owns: whether a write whose outcome is unknown is sent again.
 * Does not own: the attempts of one sending (attempt), how the probe is read (askProbe).
 * Invariants:
 *   P1. A write whose outcome is unknown is only sent again where the probe said that it did not take effect, with the same key.
 *   P2. A write that is in doubt from a call before is not sent before the probe has said so, unless its key still makes that safe.
 *   P3. It is sent three times at most, and each time more is paid for from the retry budget.
 *   P4. A call that is cancelled or out of time asks nothing more: its outcome stays unknown.
 */
import { isMortiseError, MortiseError } from "@mortise/contract";
import type { Answer, ReadyCall } from "../call.ts";
import { keyWindowMs } from "../idempotency/key-window.ts";
import { askProbe } from "./ask-probe.ts";

const MAX_SENDS = 3;

/** Whether a call needs {@link settleOutcome}: it has a probe, or is in doubt from a call before. */
export function mayNeedProbe({ target, request }: ReadyCall): boolean {
  return target.probe !== undefined || request.inDoubtSinceMs !== undefined;
}

/** Sends, and settles an unknown outcome by the probe. Throws `UNKNOWN_OUTCOME` where there is none, or it cannot tell. */
export async function settleOutcome(call: ReadyCall, send: (call: ReadyCall) => Promise<Answer>): Promise<Answer> {
  let doubt = doubtBefore(call);
  for (let sends = 0; ; ) {
    if (doubt === undefined) {
      try {
        return await send(sends === 0 ? call : withoutCommitPoint(call));
      } catch (error) {
        if (!isMortiseError(error) || error.code !== "UNKNOWN_OUTCOME") throw error;
        doubt = error;
        sends++;
      }
    }
    const output = await foundDone(call, doubt);
    if (output !== undefined) return output;
    if (sends >= MAX_SENDS || call.services.retryBudgets.spend(call.connection.key, false) === 0) throw doubt;
    sends = Math.max(1, sends);
    doubt = undefined;
  }
}

/** The answer of a write that took effect; undefined where it did not. Throws the doubt where nobody can tell. */
async function foundDone(call: ReadyCall, doubt: MortiseError): Promise<Answer | undefined> {
  const { probe } = call.target;
  if (probe === undefined || call.signal.aborted) throw doubt;
  const verdict = await askProbe(call, probe);
  call.trace.note("info", `${call.use}: ${probe.operation} was asked whether it was done.`, { "mortise.probe": verdict.kind });
  if (verdict.kind === "done") return { output: verdict.output };
  if (verdict.kind === "absent") return undefined;
  const { code, message, ...rest } = doubt.data;
  throw new MortiseError("UNKNOWN_OUTCOME", `${message} ${call.connection.redactor.text(verdict.reason)}.`, {
    ...rest,
    ...(verdict.retryAtMs === undefined ? {} : { retryAtMs: verdict.retryAtMs }),
    cause: doubt,
  });
}

/** Invariant P2. */
function doubtBefore(call: ReadyCall): MortiseError | undefined {
  const { inDoubtSinceMs } = call.request;
  if (inDoubtSinceMs === undefined) return undefined;
  if (!call.repeatable) return new MortiseError("UNKNOWN_OUTCOME", `${call.use} was sent before, and no answer was recorded.`);
  const windowMs = keyWindowMs(call);
  const ageMs = call.services.clock.now() - inDoubtSinceMs;
  if (windowMs === undefined || ageMs < windowMs) return undefined;
  return new MortiseError(
    "UNKNOWN_OUTCOME",
    `${call.use} was sent ${ageMs} ms ago and no answer was recorded; the other system remembers its key for ${windowMs} ms.`,
  );
}

/** The commit point of this call has been passed: by its own first sending, or by one before that is known to have done nothing. */
function withoutCommitPoint(call: ReadyCall): ReadyCall {
  const { commit: _, ...request } = call.request;
  return { ...call, request };
}
