import type { ErrorCode, Outcome } from "@mortise/contract";
import { metrics as api, type Histogram, type MeterProvider, type Observable } from "@opentelemetry/api";
import { METRICS, type MetricName, type MetricSpec } from "./metric-catalogue.ts";
import { OperationCounts } from "./operation-counts.ts";
import { SeriesTable } from "./series.ts";

/** Counts what happens. Every method is about one metric of {@link METRICS}; without a meter provider nobody collects. */
export interface Metrics {
  /** `mortise.calls`, `mortise.call.duration`, and of a failure `mortise.call.failures` and `mortise.unknown_outcome`. */
  call(labels: CallLabels & { readonly outcome: Outcome; readonly code?: ErrorCode | undefined }, durationMs: number): void;
  /** `mortise.attempts`: `success`, or the class of the failure. */
  attempt(labels: CallLabels & { readonly class: string }): void;
  /** `mortise.budget.wait`; 0 is no wait and not noted. */
  budgetWait(labels: CallLabels, ms: number): void;
  /** `mortise.budget.alone`: this runtime has lost the Redis that it shares budgets by, or has it back. */
  budgetAlone(isAlone: boolean): void;
  /** `mortise.retry_budget.exhausted` */
  retryBudgetExhausted(labels: CallLabels): void;
  /** `mortise.drift`: answers that do not fit the contract. */
  drift(labels: CallLabels): void;
  /** `mortise.cache.lookups` */
  cacheLookup(labels: CallLabels & { readonly result: "hit" | "miss" }): void;
  /** `mortise.shed` */
  shed(labels: { readonly connector: string; readonly priority: string; readonly reason: string }): void;
  /** `mortise.calls.in_flight`, `.waiting` and `.limit`: asked whenever somebody collects, summed over all who are watched, until the signal aborts. */
  watchCalls(read: () => CallLoad, until: AbortSignal): void;
  /** `mortise.circuit.changes` and `mortise.circuit.open`: one circuit has come from one state into another. */
  circuit(labels: { readonly connector: string; readonly scope: "connection" | "host" }, change: CircuitStates): void;
  /** `mortise.token.requests`: `ok` or the code of the error. */
  tokenRequest(result: "ok" | ErrorCode): void;
  /** `mortise.code.runs` and `mortise.code.duration`. */
  codeRun(labels: { readonly use: "operation" | "signing"; readonly result: "ok" | ErrorCode }, durationMs: number): void;
  /** `mortise.connection.health`: changes of the state of connections. */
  connectionHealth(labels: { readonly from: string; readonly to: string }): void;
  /** `mortise.workflow.count` and `mortise.workflow.value`. */
  workflow(labels: WorkflowLabels, kind: "count" | "value", value: number): void;
}

/** What a metric step of a workflow calls its measurement. */
export interface WorkflowLabels {
  readonly metric: string;
  readonly series: string;
}

/** Series of metric steps of one process; those beyond are one. */
const MAX_WORKFLOW_SERIES = 1_000;

export interface CallLabels {
  readonly connector: string;
  readonly operation: string;
}

/** What a runtime has to do now. */
export interface CallLoad {
  readonly inFlight: number;
  readonly waiting: number;
  readonly limit: number;
}

/** The states that a circuit changed between. */
export interface CircuitStates {
  readonly from: "closed" | "open" | "half-open";
  readonly to: "closed" | "open" | "half-open";
}

/** Operations of one process that are counted one by one; those beyond count as `other`. */
const MAX_OPERATIONS = 20_000;

const OTHER_SERIES: WorkflowLabels = Object.freeze({ metric: "other", series: "" });

const LOAD = Object.freeze([
  ["mortise.calls.in_flight", "inFlight"],
  ["mortise.calls.waiting", "waiting"],
  ["mortise.calls.limit", "limit"],
] as const);

const byProvider = new WeakMap<MeterProvider, Metrics>();

/**
 * The metrics on the global meter provider of `@opentelemetry/api`, one set for all runtimes of the process, so that their counts add up. A
 * provider has to be registered before; without one, counting costs a look into two maps and nothing is kept but numbers.
 */
export function createMetrics(): Metrics {
  const provider = api.getMeterProvider();
  const known = byProvider.get(provider);
  if (known !== undefined) return known;
  const fresh = metricsOn(provider);
  byProvider.set(provider, fresh);
  return fresh;
}

function metricsOn(provider: MeterProvider): Metrics {
  const meter = provider.getMeter("@mortise/runtime");
  const entries = Object.entries(METRICS) as [MetricName, MetricSpec][];
  const tables = Object.fromEntries(entries.map(([name]) => [name, new SeriesTable(name)])) as Record<MetricName, SeriesTable>;
  const histograms = new Map<MetricName, Histogram>();
  const observed: (readonly [Observable, SeriesTable])[] = [];
  for (const [name, { kind, unit, help, buckets }] of entries) {
    const options = { unit, description: help };
    if (kind === "histogram") {
      const advice = buckets === undefined ? {} : { explicitBucketBoundaries: [...buckets] };
      histograms.set(name, meter.createHistogram(name, { ...options, advice }));
      continue;
    }
    const instrument =
      kind === "gauge" ? meter.createObservableGauge(name, options) : meter.createObservableCounter(name, options);
    observed.push([instrument, tables[name]]);
  }
  const watched = new Set<() => CallLoad>();
  const readLoad = (): void => {
    const loads = [...watched].map((read) => read());
    for (const [name, key] of LOAD) tables[name].of().value = loads.reduce((sum, load) => sum + load[key], 0);
  };
  meter.addBatchObservableCallback(
    (result) => {
      readLoad();
      for (const [instrument, table] of observed) {
        for (const { attributes, value } of table.all()) result.observe(instrument, value, attributes);
      }
    },
    observed.map(([instrument]) => instrument),
  );
  const duration = histograms.get("mortise.call.duration");
  const wait = histograms.get("mortise.budget.wait");
  const code = histograms.get("mortise.code.duration");
  const find = operationFinder(tables);
  const workflowValue = histograms.get("mortise.workflow.value");
  const workflowSeries = new Set<string>();
  const boundedSeries = (labels: WorkflowLabels): WorkflowLabels => {
    const key = `${labels.metric}\u0000${labels.series}`;
    if (!workflowSeries.has(key) && workflowSeries.size >= MAX_WORKFLOW_SERIES) return OTHER_SERIES;
    workflowSeries.add(key);
    return labels;
  };
  const add = (name: MetricName, ...values: readonly string[]): void => {
    tables[name].of(...values).value++;
  };
  return Object.freeze({
    call: ({ connector, operation, outcome, code }, durationMs) => {
      const end = find(connector, operation).end(outcome, code);
      end.calls.value++;
      if (end.failures !== undefined) end.failures.value++;
      if (outcome === "unknown") add("mortise.unknown_outcome", connector, operation);
      duration?.record(durationMs / 1_000, end.duration);
    },
    attempt: (labels) => {
      find(labels.connector, labels.operation).attempt(labels.class).value++;
    },
    budgetWait: ({ connector, operation }, ms) => {
      if (ms > 0) wait?.record(ms / 1_000, find(connector, operation).labels);
    },
    budgetAlone: (isAlone) => {
      tables["mortise.budget.alone"].of().value += isAlone ? 1 : -1;
    },
    retryBudgetExhausted: ({ connector, operation }) => add("mortise.retry_budget.exhausted", connector, operation),
    drift: ({ connector, operation }) => add("mortise.drift", connector, operation),
    cacheLookup: ({ connector, operation, result }) => add("mortise.cache.lookups", connector, operation, result),
    shed: ({ connector, priority, reason }) => add("mortise.shed", connector, priority, reason),
    watchCalls: (read, until) => {
      watched.add(read);
      until.addEventListener("abort", () => watched.delete(read), { once: true });
    },
    circuit: ({ connector, scope }, { from, to }) => {
      add("mortise.circuit.changes", connector, scope, to);
      const open = tables["mortise.circuit.open"].of(connector, scope);
      if (from === "closed" && to !== "closed") open.value++;
      if (from !== "closed" && to === "closed") open.value--;
    },
    tokenRequest: (result) => add("mortise.token.requests", result),
    workflow: (labels, kind, value) => {
      const { metric, series } = boundedSeries(labels);
      if (kind === "count") tables["mortise.workflow.count"].of(metric, series).value += value;
      else workflowValue?.record(value, { metric, series });
    },
    codeRun: ({ use, result }, durationMs) => {
      add("mortise.code.runs", use, result);
      code?.record(durationMs / 1_000, { use });
    },
    connectionHealth: ({ from, to }) => add("mortise.connection.health", from, to),
  } satisfies Metrics);
}

/** Finds the counts of an operation without making a text of its names. */
function operationFinder(tables: Record<MetricName, SeriesTable>): (connector: string, operation: string) => OperationCounts {
  const connectors = new Map<string, Map<string, OperationCounts>>();
  const other = new OperationCounts(tables, "other", "other");
  let size = 0;
  return (connector, operation) => {
    const operations = connectors.get(connector);
    const known = operations?.get(operation);
    if (known !== undefined) return known;
    if (size >= MAX_OPERATIONS) return other;
    size++;
    const fresh = new OperationCounts(tables, connector, operation);
    if (operations === undefined) connectors.set(connector, new Map([[operation, fresh]]));
    else operations.set(operation, fresh);
    return fresh;
  };
}
