import { MortiseError } from "@mortise/contract";
import type { ReadyRequest } from "../operation/compile-request.ts";
import type { AttemptSpan } from "./call-trace.ts";

/** Whether a host is told the trace of a call. */
export type TracedHosts = (host: string) => boolean;

const HOST = /^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$/;

/** The hosts of `telemetry.traceparentTo`; undefined for none. `*.example.com` is every host below. Throws `INVALID_VALUE`. */
export function tracedHosts(patterns: readonly string[] = []): TracedHosts | undefined {
  if (patterns.length === 0) return undefined;
  const wrong = patterns.find((pattern) => !HOST.test(pattern));
  if (wrong !== undefined) {
    throw new MortiseError("INVALID_VALUE", `"${wrong}" is no host; expected for example api.example.com or *.example.com.`, {
      path: "/telemetry/traceparentTo",
    });
  }
  const exact = new Set(patterns.filter((pattern) => !pattern.startsWith("*.")));
  const below = patterns.filter((pattern) => pattern.startsWith("*.")).map((pattern) => pattern.slice(1));
  return (host) => exact.has(host) || below.some((suffix) => host.endsWith(suffix));
}

/**
 * The request with the W3C `traceparent` of its attempt (Trace Context §3.2), where its host may know; it does not cross an origin. Baggage is
 * sent to nobody.
 */
export function passTraceparent(ready: ReadyRequest, span: AttemptSpan, hosts: TracedHosts): ReadyRequest {
  const { traceparent } = span;
  if (traceparent === undefined || !hosts(ready.url.hostname)) return ready;
  return {
    ...ready,
    headers: { ...ready.headers, traceparent },
    secretHeaders: [...ready.secretHeaders, "traceparent"],
  };
}
