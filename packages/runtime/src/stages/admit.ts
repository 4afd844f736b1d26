import { MortiseError } from "@mortise/contract";
import type { CallStop } from "../admission/deadlines.ts";
import type { AdmittedCall, ResolvedCall } from "../call.ts";
import { MIN_ATTEMPT_MS } from "../retry/plan-retry.ts";

const OPERATION_LIMIT_MS = 120_000;

/**
 * Stage 3: sets the deadline, and turns away what would not finish or find room. Where there is no room now the call waits for a second at
 * most; a part of a call that has its place takes none of its own. Throws and rejects with `DEADLINE_EXCEEDED`, `OVERLOADED`,
 * `CALL_CANCELLED`, or why the connection was revoked.
 */
export function admit(call: ResolvedCall): AdmittedCall | Promise<AdmittedCall> {
  const { services, request, tenant, target, revoked } = call;
  const { admission, closing, clock } = services;
  if (closing.aborted) throw closing.reason;
  if (request.signal?.aborted) throw cancelled();
  if (revoked?.aborted) throw revoked.reason;
  const limit = call.startedAtMs + (target.operation.operationTimeoutMs ?? OPERATION_LIMIT_MS + (target.wait?.timeoutMs ?? 0));
  const asked = Math.min(request.deadlineMs ?? limit, call.startedAtMs + (request.remainingMs ?? Number.POSITIVE_INFINITY));
  const deadlineMs = Math.min(asked, limit);
  const left = deadlineMs - clock.now();
  if (!(left >= MIN_ATTEMPT_MS))
    throw new MortiseError("DEADLINE_EXCEEDED", `Only ${Math.max(0, Math.round(left))} ms were left for the call.`);

  const stop = admission.deadlines.watch(left, call);
  const letGo = listen(call, stop);
  const isPart = request.isPart === true;
  const leave = (): void => {
    admission.deadlines.forget(stop);
    letGo?.();
    if (!isPart) admission.leave(tenant);
  };
  const admitted: AdmittedCall = {
    services,
    use: call.use,
    request,
    tenant,
    startedAtMs: call.startedAtMs,
    trace: call.trace,
    runner: call.runner,
    target,
    connection: call.connection,
    revoked,
    shim: call.shim,
    deadlineMs,
    endsAtMs: stop.endsAtMs,
    signal: stop.stop.signal,
    stop: stop.stop,
    leave,
  };
  if (isPart) return admitted;
  try {
    const wait = admission.enter(call, deadlineMs - MIN_ATTEMPT_MS, stop.stop.signal);
    return wait === undefined ? admitted : afterWaiting(wait, admitted, () => giveUp(call, stop, letGo));
  } catch (error) {
    giveUp(call, stop, letGo);
    throw error;
  }
}

async function afterWaiting(wait: Promise<void>, admitted: AdmittedCall, giveUpNow: () => void): Promise<AdmittedCall> {
  try {
    await wait;
    return admitted;
  } catch (error) {
    giveUpNow();
    throw error;
  }
}

/** It never had a place. */
function giveUp({ services }: ResolvedCall, stop: CallStop, letGo: (() => void) | undefined): void {
  services.admission.deadlines.forget(stop);
  letGo?.();
}

/** Stops the call when its caller cancels, or its credential is revoked. Undefined: neither can happen. */
function listen({ request: { signal }, revoked }: ResolvedCall, { stop }: CallStop): (() => void) | undefined {
  if (signal === undefined && revoked === undefined) return undefined;
  const cancel = (): void => stop.abort(cancelled());
  const revoke = (): void => stop.abort(revoked?.reason);
  signal?.addEventListener("abort", cancel, { once: true });
  revoked?.addEventListener("abort", revoke, { once: true });
  return () => {
    signal?.removeEventListener("abort", cancel);
    revoked?.removeEventListener("abort", revoke);
  };
}

const cancelled = (): MortiseError => new MortiseError("CALL_CANCELLED", "The call was cancelled.");
