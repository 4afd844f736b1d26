import { isSpanContextValid, type SpanContext } from "@opentelemetry/api";

/** Reads a W3C `traceparent` (Trace Context, §3.2). Undefined for anything malformed. */
export function parseTraceparent(header: string): SpanContext | undefined {
  const match = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/.exec(header.trim());
  if (match?.[1] === undefined || match[1] === "ff" || match[2] === undefined || match[3] === undefined) return undefined;
  const found = { traceId: match[2], spanId: match[3], traceFlags: Number.parseInt(match[4] ?? "0", 16) & 1, isRemote: true };
  return isSpanContextValid(found) ? found : undefined;
}
