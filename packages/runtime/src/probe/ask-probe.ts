import { CATALOGUE, isMortiseError, type Json } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import { callScope } from "../operation/call-scope.ts";
import { callFollowUp } from "../operation/follow-up.ts";
import type { CompiledProbe } from "./compile-probe.ts";

/** What a probe says of a write: it took effect and came to that output; it did not; nobody can tell. */
export type ProbeVerdict =
  | { readonly kind: "done"; readonly output: Json }
  | { readonly kind: "absent" }
  | {
      readonly kind: "unsure";
      readonly reason: string;
      /** When it makes sense to ask again, epoch ms. Absent: asking again would say the same. */
      readonly retryAtMs?: number;
    };

/** When a read that failed for a while may be asked again, where nobody says. */
const ASK_AGAIN_MS = 30_000;

/**
 * Asks whether a write took effect: the read goes through the whole pipeline. Only "not found" and null say that it did not; what fails, and
 * what does not fit the write's output where the contract does not say how to read it, says nothing.
 */
export async function askProbe(call: ReadyCall, probe: CompiledProbe): Promise<ProbeVerdict> {
  const scope = callScope(call);
  try {
    await call.services.clock.sleep(probe.afterMs, call.signal);
    const { output } = await callFollowUp(call, probe.operation, probe.input.evaluate(scope));
    const item = probe.item === undefined ? output : probe.item.evaluate({ ...scope, output });
    if (item === null) return { kind: "absent" };
    if (probe.item === undefined && !call.target.validateOutput(item).ok)
      return { kind: "unsure", reason: `what ${probe.operation} found is not what the operation returns` };
    return { kind: "done", output: item };
  } catch (error) {
    if (!isMortiseError(error)) throw error;
    if (error.code === "NOT_FOUND") return { kind: "absent" };
    const reason = `${probe.operation} did not say: ${error.message}`;
    if (CATALOGUE[error.code].category !== "transient" || error.code === "CALL_CANCELLED") return { kind: "unsure", reason };
    return { kind: "unsure", reason, retryAtMs: error.data.retryAtMs ?? call.services.clock.now() + ASK_AGAIN_MS };
  }
}
