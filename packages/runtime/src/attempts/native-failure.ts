import { CATALOGUE, type Category, isMortiseError, MortiseError, type OutcomeClass } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import { CallFailure, type Reach } from "../outcome/call-failure.ts";
import { CODE_OF_CLASS, isNetworkCode } from "../outcome/outcome-class.ts";

type Failed = Exclude<OutcomeClass, "success">;

const CLASS_OF_CATEGORY: { readonly [category in Category]: Failed } = {
  config: "configuration",
  credential: "credential",
  poison: "rejected",
  transient: "transient",
  bug: "rejected",
};

/** How far an operation's own code got: whether it passed its commit point, and whether the call was stopped. */
export interface NativeProgress {
  readonly committed: boolean;
  readonly signal: AbortSignal;
}

/** Turns what an operation's own code threw into the failure of an attempt: by the outcome table, its code, or as a bug. */
export function nativeFailure(call: ReadyCall, thrown: unknown, progress: NativeProgress): Error {
  const text = call.connection.redactor.text(thrown instanceof Error ? thrown.message : String(thrown));
  if (progress.signal.aborted && !isDefinite(thrown)) return stopped(call, text, progress);
  if (isMortiseError(thrown)) return fromCatalogue(call, thrown, text, progress);
  const nativeCode = codeOf(thrown);
  const found = target(call, nativeCode);
  if (found === undefined) {
    const bug =
      nativeCode === undefined &&
      (thrown instanceof TypeError || thrown instanceof ReferenceError || thrown instanceof RangeError);
    const error = new MortiseError(
      bug ? "INTERNAL" : "CALL_REJECTED",
      text,
      nativeCode === undefined ? { cause: thrown } : { nativeCode, cause: thrown },
    );
    return new CallFailure(error, { as: "rejected", reach: "answered", throttling: false });
  }
  const error = new MortiseError(CODE_OF_CLASS[found.as], found.message ?? text, {
    cause: thrown,
    ...(nativeCode === undefined ? {} : { nativeCode }),
  });
  return new CallFailure(error, {
    as: found.as,
    reach: reachOf(call, nativeCode, progress),
    throttling: found.as === "throttled",
  });
}

/** The operation's own word. Its outcome table may still say more about the code that it passes on. */
function fromCatalogue(call: ReadyCall, thrown: MortiseError, text: string, progress: NativeProgress): Error {
  const { code: _, message: __, ...rest } = thrown.data;
  if (thrown.code === "UNKNOWN_OUTCOME") return new MortiseError(thrown.code, text, { ...rest, cause: thrown });
  const { nativeCode, retryAtMs } = thrown.data;
  const found = nativeCode === undefined ? undefined : target(call, nativeCode);
  const { category } = CATALOGUE[thrown.code];
  const as = found?.as ?? (thrown.code === "THROTTLED" ? "throttled" : CLASS_OF_CATEGORY[category]);
  const code = found === undefined ? thrown.code : CODE_OF_CLASS[found.as];
  const error = new MortiseError(code, found?.message ?? text, { ...rest, cause: thrown });
  const asked = retryAtMs === undefined ? {} : { retryAfterMs: Math.max(0, retryAtMs - call.services.clock.now()) };
  return new CallFailure(error, { as, reach: reachOf(call, nativeCode, progress), throttling: as === "throttled", ...asked });
}

/** Out of time or cancelled: a write past its commit point may have happened. */
function stopped(call: ReadyCall, text: string, progress: NativeProgress): Error {
  const reason = isMortiseError(call.signal.reason) ? call.signal.reason : undefined;
  const error = reason ?? new MortiseError("TARGET_SICK", `The attempt ran out of time: ${text}`, { nativeCode: "ETIMEDOUT" });
  const reach = progress.committed ? "sent" : "unsent";
  if (reason !== undefined && (call.repeatable || reach === "unsent")) return reason;
  return new CallFailure(error, { as: "transient", reach, throttling: false });
}

function reachOf(call: ReadyCall, nativeCode: string | undefined, { committed }: NativeProgress): Reach {
  if (!call.repeatable && !committed) return "unsent";
  return nativeCode !== undefined && isNetworkCode(nativeCode) ? "sent" : "answered";
}

function target(call: ReadyCall, code: string | undefined): { readonly as: Failed; readonly message?: string } | undefined {
  const nowMs = call.services.clock.now();
  const found = code === undefined ? undefined : call.target.classify({ code, headers: {}, body: null, saysWhen: false, nowMs });
  if (found === undefined || found.as === "success") return undefined;
  return found.message === undefined ? { as: found.as } : { as: found.as, message: call.connection.redactor.text(found.message) };
}

/** An answer of the other system, or a refusal of ours, that came before the call was stopped. */
function isDefinite(thrown: unknown): boolean {
  if (isMortiseError(thrown)) return CATALOGUE[thrown.code].category !== "transient" || thrown.code === "UNKNOWN_OUTCOME";
  const code = codeOf(thrown);
  return code !== undefined && code !== "ABORT_ERR" && !isNetworkCode(code);
}

/** The code of a driver's error, its own or the one it wraps. */
function codeOf(thrown: unknown): string | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ("code" in error && typeof error.code === "string") return error.code;
  }
  return undefined;
}
