import { type Attributes, type Context, context, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { ATTR_ERROR_TYPE } from "@opentelemetry/semantic-conventions";
import { parseTraceparent } from "./traceparent.ts";

/** The spans of one call: `mortise.call`, and a `mortise.attempt` below it for each attempt. */
export interface CallTrace {
  /** Attempts so far and ms waited for budgets, for the result's meta; HTTP status of the last answer. */
  readonly tally: { attempts: number; waitMs: number; status?: number };
  set(attributes: Attributes): void;
  /** Something worth knowing that is no failure: shown on the span. */
  note(level: "info" | "warn", message: string, attributes?: Attributes): void;
  attempt<T>(attributes: Attributes, run: (span: AttemptSpan) => Promise<T>): Promise<T>;
  /** Runs something whose calls are parts of this one: their spans are below it. */
  within<T>(run: () => Promise<T>): Promise<T>;
  end(failure?: { readonly code: string; readonly message: string }): void;
}

/** The span of one attempt. `fail` says what it came to; without it the attempt succeeded. */
export interface AttemptSpan {
  set(attributes: Attributes): void;
  fail(failureClass: string, message: string): void;
}

const tracer = () => trace.getTracer("@mortise/runtime");

/** Opens the span of a call below the caller's span: the active one, or the W3C `traceparent` of another process. */
export function openCallTrace(use: string, traceparent: string | undefined, attributes: Attributes): CallTrace {
  const remote = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  const parent = remote === undefined ? context.active() : trace.setSpanContext(context.active(), remote);
  const span = tracer().startSpan(
    "mortise.call",
    { kind: SpanKind.INTERNAL, attributes: { "mortise.use": use, ...attributes } },
    parent,
  );
  const inside = trace.setSpan(parent, span);
  const tally: CallTrace["tally"] = { attempts: 0, waitMs: 0 };
  return {
    tally,
    set: (more) => void span.setAttributes(more),
    note: (level, message, more) => void span.addEvent("log", { "log.severity": level, "log.message": message, ...more }),
    attempt: (more, run) => runAttempt(inside, more, run),
    within: (run) => context.with(inside, run),
    end: (failure) => {
      span.setAttributes({ "mortise.attempts": tally.attempts, "mortise.wait_ms": tally.waitMs });
      if (failure !== undefined) {
        span.setAttribute(ATTR_ERROR_TYPE, failure.code);
        span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
      }
      span.end();
    },
  };
}

async function runAttempt<T>(parent: Context, attributes: Attributes, run: (span: AttemptSpan) => Promise<T>): Promise<T> {
  const span: Span = tracer().startSpan("mortise.attempt", { kind: SpanKind.CLIENT, attributes }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () =>
      run({
        set: (more) => void span.setAttributes(more),
        fail: (failureClass, message) => {
          span.setAttributes({ "mortise.class": failureClass, [ATTR_ERROR_TYPE]: failureClass });
          span.setStatus({ code: SpanStatusCode.ERROR, message });
        },
      }),
    );
  } finally {
    span.end();
  }
}
