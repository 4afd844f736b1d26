import {
  type Attributes,
  type Context,
  context,
  INVALID_TRACEID,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { ATTR_ERROR_TYPE } from "@opentelemetry/semantic-conventions";
import { type BaggageParts, withBaggage } from "./baggage.ts";
import { linkedContext } from "./linked-context.ts";
import { setAttributes } from "./set-attributes.ts";
import type { AttributeName } from "./span-catalogue.ts";
import { parseTraceparent } from "./traceparent.ts";

type Named = { readonly [name in AttributeName]?: unknown };

/** The spans of one call: `mortise.call`, and a `mortise.attempt` below it for each attempt. */
export interface CallTrace {
  /** Attempts so far and ms waited for budgets, for the result's meta; HTTP status of the last answer. */
  readonly tally: {
    attempts: number;
    waitMs: number;
    /** What was waited for last, in words. */
    waitedFor?: string;
    status?: number;
    /** Since when a key may be known to the other side, epoch ms. */
    inDoubtSinceMs?: number;
  };
  /** Somebody keeps the span: without, attributes need not be put together. */
  readonly isRecording: boolean;
  /** What log records of the call belong to. */
  readonly context: Context;
  set(attributes: Attributes): void;
  /** Something worth knowing that is no failure: shown on the span. */
  note(level: "info" | "warn", message: string, attributes?: Attributes): void;
  /** Starts the span of an attempt below this one. */
  attempt(attributes: Attributes): AttemptSpan;
  /** Runs something whose calls are parts of this one: their spans are below it. */
  within<T>(run: () => Promise<T>): Promise<T>;
  end(failure?: { readonly code: string; readonly message: string }): void;
}

/** The span of one attempt. `fail` says what it came to; without it the attempt succeeded. It is ended by {@link AttemptSpan.end}. */
export interface AttemptSpan {
  readonly isRecording: boolean;
  /** W3C `traceparent` of the attempt. Undefined: nobody keeps its span. */
  readonly traceparent: string | undefined;
  set(attributes: Attributes): void;
  fail(failureClass: string, message: string): void;
  /** Does the attempt's work: spans that it starts are below this one. */
  run<T, Of>(work: (of: Of) => T, of: Of): T;
  end(): void;
}

/** What the span of a call starts with. */
export interface TracedCall {
  readonly use: string;
  readonly tenant: string;
  /** W3C `traceparent` of the caller's span in another process. Absent: the active span is above. */
  readonly traceparent?: string | undefined;
  readonly runId?: string | undefined;
  readonly stepPath?: string | undefined;
}

/** Opens the span of a call below the caller's span: the active one, or the W3C `traceparent` of another process. */
export function openCallTrace(tracer: Tracer, call: TracedCall): CallTrace {
  const { use, tenant, traceparent, runId, stepPath } = call;
  const remote = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  const active = linkedContext(context.active());
  const above = remote === undefined ? active : trace.setSpanContext(active, remote);
  const span = tracer.startSpan("mortise.call", { kind: SpanKind.INTERNAL, attributes: { "mortise.use": use } }, above);
  if (span.isRecording()) {
    setAttributes(span, { "mortise.tenant": tenant } satisfies Named);
    if (runId !== undefined) span.setAttribute("mortise.run_id" satisfies AttributeName, runId);
    if (stepPath !== undefined) span.setAttribute("mortise.step" satisfies AttributeName, stepPath);
    return new RecordedTrace(tracer, span, above, { tenant, runId });
  }
  // What was not sampled stays unsampled below; where there is no SDK, there is nothing to pass on.
  const isTraced = span.spanContext().traceId !== INVALID_TRACEID;
  return new UnrecordedTrace(isTraced ? trace.setSpan(above, span) : above);
}

class RecordedTrace implements CallTrace {
  readonly tally: CallTrace["tally"] = { attempts: 0, waitMs: 0 };
  readonly isRecording = true;
  readonly #tracer: Tracer;
  readonly #span: Span;
  readonly #above: Context;
  readonly #baggage: BaggageParts;
  /** What is told below goes on with baggage: put together where something is, as most calls have nothing below them but attempts. */
  #inside: Context | undefined;

  constructor(tracer: Tracer, span: Span, above: Context, baggage: BaggageParts) {
    this.#tracer = tracer;
    this.#span = span;
    this.#above = above;
    this.#baggage = baggage;
  }

  get context(): Context {
    this.#inside ??= trace.setSpan(withBaggage(this.#above, this.#baggage), this.#span);
    return this.#inside;
  }

  set(attributes: Attributes): void {
    setAttributes(this.#span, attributes);
  }

  note(level: "info" | "warn", message: string, attributes?: Attributes): void {
    this.#span.addEvent("log", { "log.severity": level, "log.message": message, ...attributes });
  }

  /** Baggage ends here: what an attempt calls is another system, whatever instruments its client. */
  attempt(attributes: Attributes): AttemptSpan {
    const above = this.#above;
    const bare = propagation.getBaggage(above) === undefined ? above : propagation.deleteBaggage(above);
    const span = this.#tracer.startSpan("mortise.attempt", AS_CLIENT, trace.setSpan(bare, this.#span));
    // The SDK checks what a span starts with twice.
    setAttributes(span, attributes);
    return new RecordedAttempt(span, trace.setSpan(bare, span));
  }

  within<T>(run: () => Promise<T>): Promise<T> {
    return context.with(this.context, run);
  }

  end(failure?: { readonly code: string; readonly message: string }): void {
    const { attempts, waitMs } = this.tally;
    setAttributes(this.#span, { "mortise.attempts": attempts, "mortise.wait_ms": waitMs } satisfies Named);
    if (failure !== undefined) {
      this.#span.setAttribute(ATTR_ERROR_TYPE, failure.code);
      this.#span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
    }
    this.#span.end();
  }
}

const AS_CLIENT = Object.freeze({ kind: SpanKind.CLIENT });

class RecordedAttempt implements AttemptSpan {
  readonly isRecording = true;
  readonly #span: Span;
  readonly #inside: Context;

  constructor(span: Span, inside: Context) {
    this.#span = span;
    this.#inside = inside;
  }

  get traceparent(): string {
    const { traceId, spanId, traceFlags } = this.#span.spanContext();
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`;
  }

  set(attributes: Attributes): void {
    setAttributes(this.#span, attributes);
  }

  fail(failureClass: string, message: string): void {
    this.#span.setAttribute("mortise.class" satisfies AttributeName, failureClass);
    this.#span.setAttribute(ATTR_ERROR_TYPE, failureClass);
    this.#span.setStatus({ code: SpanStatusCode.ERROR, message });
  }

  run<T, Of>(work: (of: Of) => T, of: Of): T {
    return context.with(this.#inside, work, undefined, of);
  }

  end(): void {
    this.#span.end();
  }
}

/** Nobody keeps the spans: only the tally is. */
class UnrecordedTrace implements CallTrace {
  readonly tally: CallTrace["tally"] = { attempts: 0, waitMs: 0 };
  readonly isRecording = false;
  readonly context: Context;

  constructor(inside: Context) {
    this.context = inside;
  }

  set(): void {}
  note(): void {}
  end(): void {}

  attempt(): AttemptSpan {
    return new UnrecordedAttempt(this.context);
  }

  within<T>(run: () => Promise<T>): Promise<T> {
    return context.with(this.context, run);
  }
}

class UnrecordedAttempt implements AttemptSpan {
  readonly isRecording = false;
  readonly traceparent = undefined;
  readonly #inside: Context;

  constructor(inside: Context) {
    this.#inside = inside;
  }

  set(): void {}
  fail(): void {}
  end(): void {}

  run<T, Of>(work: (of: Of) => T, of: Of): T {
    return context.with(this.#inside, work, undefined, of);
  }
}
