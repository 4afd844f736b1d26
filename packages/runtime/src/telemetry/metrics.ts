import { metrics as api } from "@opentelemetry/api";

/** The instruments of the runtime; without a meter provider they cost nothing. */
export interface Metrics {
  /** `mortise.calls` {connector, operation, outcome} and `mortise.call.duration`, ms. */
  call(labels: CallLabels & { readonly outcome: string }, durationMs: number): void;
  /** `mortise.attempts` {class}: `success`, or the class of the failure. */
  attempt(labels: CallLabels & { readonly class: string }): void;
  /** `mortise.budget.wait`, ms. */
  budgetWait(labels: CallLabels, ms: number): void;
  retryBudgetExhausted(labels: CallLabels): void;
  unknownOutcome(labels: CallLabels): void;
  /** `mortise.drift`: answers that do not fit the contract. */
  drift(labels: CallLabels): void;
  /** `mortise.connection.health` {from, to}: changes of the state of connections. */
  connectionHealth(labels: { readonly from: string; readonly to: string }): void;
}

export interface CallLabels {
  readonly connector: string;
  readonly operation: string;
}

/** Creates the instruments on the global meter provider of `@opentelemetry/api`. */
export function createMetrics(): Metrics {
  const meter = api.getMeter("@mortise/runtime");
  const calls = meter.createCounter("mortise.calls", { description: "Calls by outcome" });
  const duration = meter.createHistogram("mortise.call.duration", {
    unit: "ms",
    description: "Duration of calls, waiting included",
  });
  const attempts = meter.createCounter("mortise.attempts", { description: "Attempts by class" });
  const wait = meter.createHistogram("mortise.budget.wait", { unit: "ms", description: "Wait for a budget's permit" });
  const exhausted = meter.createCounter("mortise.retry_budget.exhausted", { description: "Retries refused by the retry budget" });
  const unknown = meter.createCounter("mortise.unknown_outcome", { description: "Writes whose outcome is unknown" });
  const drift = meter.createCounter("mortise.drift", { description: "Answers that break their contract" });
  const health = meter.createCounter("mortise.connection.health", { description: "Changes of the state of connections" });
  return Object.freeze({
    call: (labels: CallLabels & { readonly outcome: string }, durationMs: number) => {
      calls.add(1, { ...labels });
      duration.record(durationMs, { ...labels });
    },
    attempt: (labels: CallLabels & { readonly class: string }) => attempts.add(1, { ...labels }),
    budgetWait: (labels: CallLabels, ms: number) => wait.record(ms, { ...labels }),
    retryBudgetExhausted: (labels: CallLabels) => exhausted.add(1, { ...labels }),
    unknownOutcome: (labels: CallLabels) => unknown.add(1, { ...labels }),
    drift: (labels: CallLabels) => drift.add(1, { ...labels }),
    connectionHealth: (labels: { readonly from: string; readonly to: string }) => health.add(1, { ...labels }),
  });
}
