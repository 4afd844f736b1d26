import { createMetrics } from "./metrics.ts";

/** A measurement that a workflow makes of itself. */
export interface WorkflowMetric {
  readonly name: string;
  readonly kind: "count" | "value";
  readonly value: number;
  readonly labels: { readonly [name: string]: string };
}

/** Counts it under `mortise.workflow.count`, or notes it under `mortise.workflow.value`, with its labels as one text, e.g. `region=eu`. */
export function recordWorkflowMetric({ name, kind, value, labels }: WorkflowMetric): void {
  const series = Object.keys(labels)
    .sort()
    .map((label) => `${label}=${labels[label]}`)
    .join(",");
  createMetrics().workflow({ metric: name, series }, kind, value);
}
