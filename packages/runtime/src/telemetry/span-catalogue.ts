/** One kind of span. Names and attributes are public: people search by them. */
export interface SpanSpec {
  /** OpenTelemetry's span kind. */
  readonly kind: "INTERNAL" | "CLIENT";
  /** One sentence: what it spans. */
  readonly help: string;
}

const span = (kind: SpanSpec["kind"], help: string): SpanSpec => Object.freeze({ kind, help });

/** Every span that Mortise opens. */
export const SPANS = Object.freeze({
  "mortise.trigger": span("INTERNAL", "A run is started: by a person, a schedule, a delivery, another workflow."),
  "mortise.run": span(
    "INTERNAL",
    "A stretch of a run in one process; after a wait or a crash the next one is below the same trigger.",
  ),
  "mortise.step": span("INTERNAL", "One execution of a node that calls an operation."),
  "mortise.call": span("INTERNAL", "One call through the pipeline, all attempts and waits included. One span a stream too."),
  "mortise.hook": span("INTERNAL", "One hook of the deployment at a point of a call."),
  "mortise.attempt": span("CLIENT", "One attempt: a request and its answer, or one try of an operation in code."),
  "mortise.token": span("CLIENT", "One request for a token."),
} as const satisfies Readonly<Record<string, SpanSpec>>);

/** Name of a span. */
export type SpanName = keyof typeof SPANS;

/** What an attribute of ours holds, and where it stands. */
export interface AttributeSpec {
  readonly type: "string" | "number" | "boolean";
  /** Spans, and `log` for log records. */
  readonly on: readonly (SpanName | "log")[];
  /** One sentence, with the unit of a number. */
  readonly help: string;
}

const attribute = (type: AttributeSpec["type"], on: AttributeSpec["on"], help: string): AttributeSpec =>
  Object.freeze({ type, on, help });

/** Every attribute of ours on spans and log records. Names of OpenTelemetry's semantic conventions are used beside them. */
export const ATTRIBUTES = Object.freeze({
  "mortise.use": attribute("string", ["mortise.call", "mortise.step"], "What was asked for: `connector[@version]/operation`."),
  "mortise.connector": attribute("string", ["mortise.call", "log"], "Name of the connector that was found."),
  "mortise.connector.version": attribute("string", ["mortise.call"], "Its version."),
  "mortise.operation": attribute("string", ["mortise.call", "log"], "Name of the operation."),
  "mortise.connection": attribute("string", ["mortise.call", "log"], "Name of the connection inside its tenant."),
  "mortise.tenant": attribute(
    "string",
    ["mortise.call", "log"],
    "The tenant; also an entry of the baggage. Never a label of a metric.",
  ),
  "mortise.run_id": attribute(
    "string",
    ["mortise.trigger", "mortise.run", "mortise.step", "mortise.call", "log"],
    "The run; also an entry of the baggage.",
  ),
  "mortise.workflow": attribute("string", ["mortise.trigger"], "Name of the workflow."),
  "mortise.step": attribute("string", ["mortise.step", "mortise.call", "log"], "Path of the step in the workflow."),
  "mortise.field": attribute("string", ["mortise.call"], "The field whose choices or shape are asked for."),
  "mortise.shim.from": attribute("string", ["mortise.call"], "The older version that was asked for and is stood in for."),
  "mortise.outcome": attribute("string", ["mortise.call", "log"], "`success`, `poison`, `sick`, `fault` or `unknown`."),
  "mortise.attribution": attribute(
    "string",
    ["mortise.call", "log"],
    "Whose doing the end was; see [attribution](#attribution).",
  ),
  "mortise.attempts": attribute("number", ["mortise.call", "log"], "Attempts that were made."),
  "mortise.wait_ms": attribute(
    "number",
    ["mortise.call", "mortise.attempt", "log"],
    "Milliseconds of waiting for budgets: of all attempts, or before this one.",
  ),
  "mortise.budget": attribute("string", ["mortise.call"], "The budget that was waited for, last; absent where none was."),
  "mortise.duration_ms": attribute("number", ["log"], "Milliseconds that the call took."),
  "mortise.cached": attribute("boolean", ["mortise.call"], "The answer came from the cache, or from another call's flight."),
  "mortise.item_failures": attribute("number", ["mortise.call"], "Items that failed in an answer that is a success."),
  "mortise.hook": attribute("string", ["mortise.hook"], "Name of the hook."),
  "mortise.hook.point": attribute(
    "string",
    ["mortise.hook"],
    "`orchestration`, `ingestion`, `transformation` or `presentation`.",
  ),
  "mortise.hook.end": attribute("string", ["mortise.hook"], "`kept`, `changed`, `refused` or `failed`."),
  "mortise.attempt": attribute("number", ["mortise.attempt"], "Number of the attempt in its call, from 1."),
  "mortise.class": attribute("string", ["mortise.attempt"], "Class of the failure; absent on success."),
  "mortise.retry.delay_ms": attribute(
    "number",
    ["mortise.attempt"],
    "Milliseconds that were waited between the attempt before and this one.",
  ),
  "mortise.retry.reason": attribute("string", ["mortise.attempt"], "Class of the failure that this attempt repeats."),
  "mortise.retry.budget_left": attribute(
    "number",
    ["mortise.attempt"],
    "Tokens that the connection's retry budget has left, of 500.",
  ),
} as const satisfies Readonly<Record<string, AttributeSpec>>);

/** Name of an attribute of ours. */
export type AttributeName = keyof typeof ATTRIBUTES;

/** Names of the semantic conventions that stand on our spans and log records, with where. */
export const SEMANTIC_ATTRIBUTES = Object.freeze({
  "http.request.method": ["mortise.attempt", "mortise.token"],
  "http.response.status_code": ["mortise.attempt", "mortise.token", "log"],
  "http.request.body.size": ["mortise.attempt"],
  "http.response.body.size": ["mortise.attempt"],
  "url.full": ["mortise.attempt", "mortise.token"],
  "server.address": ["mortise.attempt", "mortise.token"],
  "server.port": ["mortise.attempt", "mortise.token"],
  "error.type": ["mortise.call", "mortise.attempt", "mortise.token", "log"],
} as const satisfies Readonly<Record<string, readonly (SpanName | "log")[]>>);

/** Every log record that Mortise emits, by the name of its event. */
export const LOG_EVENTS = Object.freeze({
  "mortise.call.failed":
    "A call failed. ERROR where it was the platform's doing or the outcome is unknown, else WARN; the body is the redacted message.",
  "mortise.call.succeeded": "A call succeeded. DEBUG, so that it is only made where somebody listens at that level.",
} as const);

/** Name of an event. */
export type LogEventName = keyof typeof LOG_EVENTS;

/** Entries of the W3C baggage, in this process alone and between ours; no other system is sent any. */
export const BAGGAGE = Object.freeze(["mortise.tenant", "mortise.run_id"] as const);
