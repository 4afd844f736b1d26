import { ATTRIBUTIONS } from "./attribution.ts";

/** How a metric is counted: `counter` only grows, `gauge` is how much there is now, `histogram` is a distribution. */
export type MetricKind = "counter" | "gauge" | "histogram";

/** One metric. Its name, unit and labels are public: dashboards, alerts and other people's queries rest on them. */
export interface MetricSpec {
  readonly kind: MetricKind;
  /** UCUM, as OpenTelemetry writes units: `s`, `1`, or what is counted in braces, e.g. `{call}`. */
  readonly unit: string;
  /** Names of attributes in OpenTelemetry and of labels in Prometheus. Never a tenant, a connection or anything of an input. */
  readonly labels: readonly LabelName[];
  /** One sentence: what it counts. */
  readonly help: string;
  /** Upper bounds of a histogram's buckets, in its unit. */
  readonly buckets?: readonly number[];
}

/** Seconds, from a native call in the same process to the limit of an operation. */
const SECONDS = Object.freeze([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]);

/** Every label, with what it may be. The sets are closed, or as long as the list of what is installed. */
export const LABELS = Object.freeze({
  connector: "Name of an installed connector; `unknown` where none was found.",
  operation: "Name of one of its operations; `unknown` where none was found.",
  outcome: "`success`, `poison`, `sick`, `fault` or `unknown`.",
  attribution: `Whose doing it was: ${ATTRIBUTIONS.map((name) => `\`${name}\``).join(", ")}.`,
  code: "Code of the [error catalogue](errors.md).",
  class: "`success`, the class of a failed attempt as outcome tables name them (`transient`, `throttled`, …), or an error code.",
  result: "What it came to; the values are in the metric's description.",
  priority: "Priority class of the call: `interactive`, `webhook`, `scheduled` or `backfill`.",
  reason: "Why, as a word of a closed set.",
  use: "What code is run for: `operation` or `signing`.",
  scope: "What is shared: `connection`, or `host` for all connections to one host.",
  from: "State of a connection before.",
  to: "State after.",
  metric: "Name that a workflow's metric step gives; `other` beyond 1,000 series of a process.",
  series: "Labels of the step, as one text, e.g. `region=eu`; empty where it has none.",
});

/** Name of a label. */
export type LabelName = keyof typeof LABELS;

const metric = (kind: MetricKind, unit: string, labels: readonly LabelName[], help: string): MetricSpec =>
  Object.freeze({ kind, unit, labels, help, ...(kind === "histogram" ? { buckets: SECONDS } : {}) });

/** Every metric that Mortise emits. The docs page is generated from it; what is not in it cannot be emitted. */
export const METRICS = Object.freeze({
  "mortise.calls": metric(
    "counter",
    "{call}",
    ["connector", "operation", "outcome", "attribution"],
    "Calls that ended; a stream counts as one.",
  ),
  "mortise.call.duration": metric(
    "histogram",
    "s",
    ["connector", "operation", "outcome"],
    "How long calls took, all attempts and waits included.",
  ),
  "mortise.call.failures": metric(
    "counter",
    "{call}",
    ["connector", "operation", "code"],
    "Calls that failed, by the code of the error.",
  ),
  "mortise.attempts": metric(
    "counter",
    "{attempt}",
    ["connector", "operation", "class"],
    "Attempts that ended: requests that were sent, or tries of code.",
  ),
  "mortise.budget.wait": metric(
    "histogram",
    "s",
    ["connector", "operation"],
    "How long attempts waited for a permit of their budget; those that did not wait are not in it.",
  ),
  "mortise.budget.alone": metric(
    "gauge",
    "{runtime}",
    [],
    "Runtimes that cannot reach the Redis that they share budgets by, and keep to their share.",
  ),
  "mortise.retry_budget.exhausted": metric(
    "counter",
    "{retry}",
    ["connector", "operation"],
    "Retries that were not made, as too many calls failed lately.",
  ),
  "mortise.unknown_outcome": metric(
    "counter",
    "{call}",
    ["connector", "operation"],
    "Writes that were sent and not answered, so that nobody knows whether they took effect.",
  ),
  "mortise.drift": metric(
    "counter",
    "{answer}",
    ["connector", "operation"],
    "Answers and events that do not fit their contract.",
  ),
  "mortise.cache.lookups": metric(
    "counter",
    "{lookup}",
    ["connector", "operation", "result"],
    "Reads of operations that may be cached: `hit` where no request was made for them, else `miss`.",
  ),
  "mortise.shed": metric(
    "counter",
    "{call}",
    ["connector", "priority", "reason"],
    "Calls that were turned away unsent, by why: for lack of room here, or to leave a target alone.",
  ),
  "mortise.calls.in_flight": metric("gauge", "{call}", [], "Calls in progress, streams between two pages not counted."),
  "mortise.calls.waiting": metric("gauge", "{call}", [], "Calls that wait for a place."),
  "mortise.calls.limit": metric("gauge", "{call}", [], "The most calls that may be in progress."),
  "mortise.circuit.changes": metric(
    "counter",
    "{change}",
    ["connector", "scope", "to"],
    "Changes of circuits, by the state they came into.",
  ),
  "mortise.circuit.open": metric("gauge", "{circuit}", ["connector", "scope"], "Circuits that are not closed now."),
  "mortise.token.requests": metric("counter", "{request}", ["result"], "Requests for tokens: `ok`, or the code of the error."),
  "mortise.code.runs": metric(
    "counter",
    "{run}",
    ["use", "result"],
    "Runs of connectors' own code in the sandbox: `ok`, or the code of the error.",
  ),
  "mortise.code.duration": metric(
    "histogram",
    "s",
    ["use"],
    "How long runs of connectors' own code took, waits for a place and for answers included.",
  ),
  "mortise.workflow.count": metric("counter", "{count}", ["metric", "series"], "What metric steps of workflows count."),
  "mortise.workflow.value": Object.freeze({
    kind: "histogram",
    unit: "{value}",
    labels: ["metric", "series"],
    help: "What metric steps of workflows measure.",
    buckets: [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000, 1_000_000],
  } satisfies MetricSpec),
  "mortise.connection.health": metric("counter", "{change}", ["from", "to"], "Changes of the state of connections."),
} as const satisfies Readonly<Record<string, MetricSpec>>);

/** Name of a metric. */
export type MetricName = keyof typeof METRICS;
