import { randomUUID } from "node:crypto";
import { type Diagnostic, type Json, MortiseError } from "@mortise/contract";
import type { AdmittedCall, CallKey, ReadyCall } from "../call.ts";
import { checkShapes } from "../dynamic/check-shapes.ts";

/** Stage 4: checks the input against the contract, fills in defaults, and settles how the call may be repeated. */
export function validateInput(call: AdmittedCall): ReadyCall {
  const { target, request } = call;
  const checked = target.validateInput(request.input);
  if (!checked.ok) throw invalid(call, checked.diagnostics);
  const misshapen = checkShapes(call, checked.value);
  if (misshapen.length > 0) throw invalid(call, misshapen);
  const key = keyOf(call, checked.value);
  const { effect, idempotency } = target.operation;
  const repeatable = effect === "read" || idempotency === "natural" || key.name !== undefined;
  return {
    services: call.services,
    use: call.use,
    request,
    tenant: call.tenant,
    startedAtMs: call.startedAtMs,
    trace: call.trace,
    runner: call.runner,
    target,
    connection: call.connection,
    revoked: call.revoked,
    shim: call.shim,
    deadlineMs: call.deadlineMs,
    endsAtMs: call.endsAtMs,
    signal: call.signal,
    stop: call.stop,
    leave: call.leave,
    input: checked.value,
    key,
    repeatable,
  };
}

function invalid({ use }: AdmittedCall, diagnostics: readonly Diagnostic[]): MortiseError {
  const [first, ...others] = diagnostics;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  return new MortiseError("INVALID_INPUT", `${use}: ${first?.message ?? "the input breaks its schema"}${more}.`, {
    ...(first === undefined ? {} : { path: first.path }),
    detail: diagnostics.slice(0, 20).map(({ code, path, message }) => ({ code, path, message })),
  });
}

/** The caller's key, or one for this call alone. Without a field to carry it, the other side knows no key. */
function keyOf({ target, connection, request }: AdmittedCall, input: Json): CallKey {
  const name = target.keyName?.({ input, settings: connection.settings }) ?? "";
  return { value: request.idempotencyKey ?? randomUUID(), name: name === "" ? undefined : name };
}
