import { MortiseError } from "@mortise/contract";
import type { AdmittedCall, ResolvedCall } from "../call.ts";
import { MIN_ATTEMPT_MS } from "../retry/plan-retry.ts";
import { later } from "../system-clock.ts";

const OPERATION_LIMIT_MS = 120_000;
/** Calls in progress that one tenant may have in one process. */
const MAX_IN_FLIGHT = 10_000;

/** Stage 3: sets the deadline, and turns away what would not finish or find room. */
export function admit(call: ResolvedCall): AdmittedCall {
  const { services, request, tenant, target } = call;
  if (services.closing.aborted) throw services.closing.reason;
  if (request.signal?.aborted) throw cancelled();
  const { revoked } = call;
  if (revoked?.aborted) throw revoked.reason;
  const limit = call.startedAtMs + (target.operation.operationTimeoutMs ?? OPERATION_LIMIT_MS + (target.wait?.timeoutMs ?? 0));
  const deadlineMs = Math.min(request.deadlineMs ?? limit, limit);
  const left = deadlineMs - services.clock.now();
  if (left < MIN_ATTEMPT_MS) throw new MortiseError("DEADLINE_EXCEEDED", `Only ${Math.max(0, left)} ms were left for the call.`);
  const inFlight = services.inFlight.get(tenant) ?? 0;
  if (inFlight >= MAX_IN_FLIGHT) throw new MortiseError("OVERLOADED", `${inFlight} calls are in progress already.`);
  services.inFlight.set(tenant, inFlight + 1);

  const stop = new AbortController();
  const cancel = (): void => stop.abort(cancelled());
  const shut = (): void => stop.abort(services.closing.reason);
  const revoke = (): void => stop.abort(revoked?.reason);
  const callOff = later(left, () => stop.abort(new MortiseError("DEADLINE_EXCEEDED", `The call did not end within ${left} ms.`)));
  request.signal?.addEventListener("abort", cancel, { once: true });
  services.closing.addEventListener("abort", shut, { once: true });
  revoked?.addEventListener("abort", revoke, { once: true });
  const leave = (): void => {
    callOff();
    request.signal?.removeEventListener("abort", cancel);
    services.closing.removeEventListener("abort", shut);
    revoked?.removeEventListener("abort", revoke);
    services.inFlight.set(tenant, (services.inFlight.get(tenant) ?? 1) - 1);
  };
  return { ...call, deadlineMs, signal: stop.signal, leave };
}

const cancelled = (): MortiseError => new MortiseError("CALL_CANCELLED", "The call was cancelled.");
