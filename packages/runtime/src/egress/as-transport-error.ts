import { isMortiseError } from "@mortise/contract";
import { refusesCertificate } from "./client-certificate.ts";
import { DialError } from "./dialer.ts";
import { TransportError } from "./transport-error.ts";

/** How far a hop got when it failed, and whether a client certificate was shown. */
export interface FailedAt {
  readonly reach: "unsent" | "sent";
  readonly signal: AbortSignal;
  readonly shown: boolean;
}

/** Finds the cause that a transport has wrapped, and says how far the request got. */
export function asTransportError(error: Error, { reach, signal, shown }: FailedAt): Error {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause === signal.reason) break;
    if (isMortiseError(cause) || cause instanceof TransportError) return cause;
    if (cause instanceof DialError) return new TransportError(cause.message, cause.code, "unsent", cause);
    const code = codeOf(cause);
    if (code !== undefined && refusesCertificate(code, shown)) return new TransportError(cause.message, code, "unsent", cause);
  }
  return new TransportError(error.message, codeOf(error) ?? "ERR_TRANSPORT", reach, error);
}

function codeOf(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}
