import { randomUUID } from "node:crypto";
import { type ErrorCode, type Json, MortiseError } from "@mortise/contract";
import type { AdmittedCall, CallKey, ReadyCall } from "../call.ts";

/** Stage 4: checks the input against the contract, fills in defaults, and settles how the call may be repeated. */
export function validateInput(call: AdmittedCall): ReadyCall {
  const { target, request } = call;
  const checked = target.validateInput(request.input);
  if (!checked.ok) {
    const [first, ...others] = checked.diagnostics;
    const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
    throw new MortiseError(
      "INVALID_INPUT" satisfies ErrorCode,
      `${call.use}: ${first?.message ?? "the input breaks its schema"}${more}.`,
      {
        ...(first === undefined ? {} : { path: first.path }),
        detail: checked.diagnostics.slice(0, 20).map(({ code, path, message }) => ({ code, path, message })),
      },
    );
  }
  const key = keyOf(call, checked.value);
  const { effect, idempotency } = target.operation;
  const repeatable = effect === "read" || idempotency === "natural" || key.name !== undefined;
  return { ...call, input: checked.value, key, repeatable };
}

/** The caller's key, or one for this call alone. Without a field to carry it, the other side knows no key. */
function keyOf({ target, connection, request }: AdmittedCall, input: Json): CallKey {
  const name = target.keyName?.({ input, settings: connection.settings }) ?? "";
  return { value: request.idempotencyKey ?? randomUUID(), name: name === "" ? undefined : name };
}
