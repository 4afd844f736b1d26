import { withBaggage } from "@mortise/runtime";
import { type Attributes, context, SpanStatusCode, trace } from "@opentelemetry/api";
import { toErrorData } from "../strand/failure.ts";
import { contextBelow, traceParentOf } from "./trace-parent.ts";

/** What a span is made of. */
export interface SpanRequest {
  readonly name: "mortise.trigger" | "mortise.run" | "mortise.step";
  readonly attributes: Attributes;
  /** Parent where no span is active. */
  readonly traceparent?: string;
}

const tracer = trace.getTracer("@mortise/engine");

/** Runs work inside a span, which ends with it; below it, the run is in the baggage. A failure is noted by its code alone: messages may hold data. */
export async function inSpan<T>(request: SpanRequest, work: (traceparent: string | undefined) => Promise<T>): Promise<T> {
  const above = contextBelow(request.traceparent);
  const span = tracer.startSpan(request.name, { attributes: request.attributes }, above);
  const runId = request.attributes["mortise.run_id"];
  const spanned = trace.setSpan(above, span);
  const inside = span.isRecording() && typeof runId === "string" ? withBaggage(spanned, { runId }) : spanned;
  try {
    return await context.with(inside, () => work(traceParentOf(span) ?? request.traceparent));
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: toErrorData(error).code });
    throw error;
  } finally {
    span.end();
  }
}
