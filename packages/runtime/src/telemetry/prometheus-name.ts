import type { MetricSpec } from "./metric-catalogue.ts";

const UNITS: { readonly [unit: string]: string } = Object.freeze({ s: "_seconds", By: "_bytes", "1": "_ratio" });

/**
 * The name that a metric has in Prometheus: the same whether Prometheus scrapes the server or takes the metric in over OTLP (OpenTelemetry,
 * "Prometheus and OpenMetrics Compatibility", metric metadata). A histogram's series add `_bucket`, `_count` and `_sum`.
 */
export function prometheusName(name: string, { kind, unit }: Pick<MetricSpec, "kind" | "unit">): string {
  return `${name.replaceAll(/[^A-Za-z0-9_]/g, "_")}${UNITS[unit] ?? ""}${kind === "counter" ? "_total" : ""}`;
}
