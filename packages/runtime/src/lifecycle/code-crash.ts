import { type ErrorCode, isMortiseError } from "@mortise/contract";
import type { ResolvedCall } from "../call.ts";

/** How code breaks: by a mistake in it, or without end. What it says itself about the other system is no crash. */
const CRASHES: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["INTERNAL", "CODE_FAILED", "CODE_TIMEOUT"]);
/** Ends that say nothing about the code. */
const TELLS_NOTHING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "QUARANTINED",
  "INVALID_INPUT",
  "OVERLOADED",
  "DRAINING",
  "CALL_CANCELLED",
  "CONNECTOR_KILLED",
  "CIRCUIT_OPEN",
  "HOOK_REFUSED",
  "HOOK_FAILED",
]);

/** Lets a call of code begin, native or sandboxed; others cost a comparison. Throws `QUARANTINED`. */
export function enterCode(call: ResolvedCall): void {
  const { kind } = call.target.body;
  if (kind === "native" || kind === "code") call.services.lifecycle.crashes.enter(useOf(call), call.tenant);
}

/** Counts how a call of code ended; `thrown` is undefined after a success. */
export function leaveCode(call: ResolvedCall, thrown: unknown): void {
  const { kind } = call.target.body;
  if (kind !== "native" && kind !== "code") return;
  if (isMortiseError(thrown) && thrown.code === "QUARANTINED") return;
  call.services.lifecycle.crashes.leave(useOf(call), call.tenant, crashOf(call, thrown));
}

/** In what way code broke. Undefined: it did not; null: the end says nothing about it. */
function crashOf(call: ResolvedCall, thrown: unknown): string | undefined | null {
  if (thrown === undefined) return undefined;
  // A write whose outcome is unknown because the code broke has that as its cause.
  let error: unknown = thrown;
  for (let depth = 0; isMortiseError(error) && depth < 3; depth++) {
    // In the sandbox it is also its memory that runs out; in code of ours a limit is one of data.
    const isCrash = CRASHES.has(error.code) || (error.code === "LIMIT_EXCEEDED" && call.target.body.kind === "code");
    if (isCrash) return call.connection.redactor.text(`${error.code}: ${error.message}`).slice(0, 300);
    if (error.code !== "UNKNOWN_OUTCOME") return TELLS_NOTHING.has(error.code) ? null : undefined;
    error = error.cause;
  }
  return isMortiseError(thrown) ? undefined : `INTERNAL: ${call.use} threw something that is no error of the catalogue.`;
}

function useOf({ target }: ResolvedCall): string {
  const { name, version } = target.connector.contract;
  return `${name}@${version}/${target.name}`;
}
