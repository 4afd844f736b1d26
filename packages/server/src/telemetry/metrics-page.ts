import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import type { MetricData, ResourceMetrics } from "@opentelemetry/sdk-metrics";
import type { ExemplarBook } from "./exemplar-book.ts";

/** What `/metrics` answers. */
export interface MetricsPage {
  readonly contentType: string;
  readonly text: string;
}

/** Suffixes of units in Prometheus' names; those in braces have none. */
const UNITS: { readonly [unit: string]: string } = { s: "seconds", By: "bytes", "1": "ratio" };
const LATENCY = /^mortise_call_duration_seconds_bucket\{(.*),le="([^"]+)"\} /;

const serializer = new PrometheusSerializer(undefined, false, undefined, false, true);

/**
 * Metrics in the format that is asked for: OpenMetrics 1.0, with exemplars, where `Accept` names it; else Prometheus' text format 0.0.4. Names
 * are those that Prometheus gives metrics which it takes in over OTLP.
 */
export function metricsPage(metrics: ResourceMetrics, exemplars: ExemplarBook, accept: string | undefined): MetricsPage {
  const text = serializer.serialize(named(metrics));
  if (accept?.includes("application/openmetrics-text") !== true)
    return { contentType: "text/plain; version=0.0.4; charset=utf-8", text };
  const lines = text.split("\n").flatMap((line) => openMetricsLine(line, exemplars));
  return {
    contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8",
    text: `${[...lines, "# EOF"].join("\n")}\n`,
  };
}

function named(metrics: ResourceMetrics): ResourceMetrics {
  return {
    ...metrics,
    scopeMetrics: metrics.scopeMetrics.map((scope) => ({ ...scope, metrics: scope.metrics.map((metric) => withUnit(metric)) })),
  };
}

function withUnit<T extends MetricData>(metric: T): T {
  const { name, unit } = metric.descriptor;
  const suffix = UNITS[unit];
  const descriptor =
    suffix === undefined
      ? { ...metric.descriptor, unit: "" }
      : { ...metric.descriptor, unit: suffix, name: `${name.replaceAll(".", "_")}_${suffix}` };
  return { ...metric, descriptor };
}

/** Families of counters lose their `_total`, free comments go, buckets get their exemplar (OpenMetrics 1.0, "Text format"). */
function openMetricsLine(line: string, exemplars: ExemplarBook): readonly string[] {
  if (line === "") return [];
  if (line.startsWith("# ")) {
    const [, keyword = "", name = "", ...rest] = line.split(" ");
    if (!["HELP", "TYPE", "UNIT"].includes(keyword)) return [];
    return [["#", keyword, name.replace(/_total$/, ""), ...rest].join(" ")];
  }
  const [, labels = "", bound = ""] = LATENCY.exec(line) ?? [];
  const found = bound === "" ? undefined : exemplars.of(valuesOf(labels), bound);
  if (found === undefined) return [line];
  const { traceId, spanId, value, at } = found;
  return [`${line} # {trace_id="${traceId}",span_id="${spanId}"} ${value} ${at.toFixed(3)}`];
}

/** Values of labels, in their order; those of the latency histogram are names, in which nothing is escaped. */
const valuesOf = (labels: string): readonly string[] => [...labels.matchAll(/="([^"]*)"/g)].map(([, value = ""]) => value);
