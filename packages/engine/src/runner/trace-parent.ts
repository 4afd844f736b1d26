import { type Context, context, type Span, trace } from "@opentelemetry/api";

/** The `traceparent` of a span (W3C Trace Context, section 3.2); undefined for one that is not recorded anywhere. */
export function traceParentOf(span: Span): string | undefined {
  const { traceId, spanId, traceFlags } = span.spanContext();
  if (/^0+$/.test(traceId)) return undefined;
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
}

/** The active context, or, where no span is active (after a restart, in another process), one below the span that `traceparent` names. */
export function contextBelow(traceparent: string | undefined): Context {
  const active = context.active();
  if (trace.getSpan(active) !== undefined || traceparent === undefined) return active;
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return active;
  return trace.setSpanContext(active, { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true });
}
