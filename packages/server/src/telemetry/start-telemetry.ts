import { randomUUID } from "node:crypto";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, type LogRecordProcessor } from "@opentelemetry/sdk-logs";
import { type IMetricReader, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace";
import {
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
} from "@opentelemetry/semantic-conventions";
import { ExemplarBook } from "./exemplar-book.ts";
import { fromSeverity } from "./from-severity.ts";
import { openLogLines, SEVERITY } from "./log-lines.ts";
import { type MetricsPage, metricsPage } from "./metrics-page.ts";
import { observeProcess } from "./observe-process.ts";
import { ownVersion } from "./own-version.ts";
import type { TelemetrySettings } from "./telemetry-settings.ts";

/** Telemetry that was started. */
export interface Telemetry {
  /** All metrics, in the format that an `Accept` header asks for; absent: Prometheus' text format 0.0.4. */
  metrics(accept?: string): Promise<MetricsPage>;
  /** Where the deployment wants its log as JSON: writes a line. Absent: it wants lines for people. */
  readonly say?: (line: string) => void;
  /** Sends what is left and stops. */
  shutdown(): Promise<void>;
}

/** Options of {@link startTelemetry}. */
export interface TelemetryOptions extends TelemetrySettings {
  readonly serviceName: string;
}

/** Series of one metric that are kept apart; those beyond are counted together, under `otel_metric_overflow`. */
const MAX_SERIES = 50_000;

/**
 * Registers the SDK of OpenTelemetry for this process: metrics are kept for whoever scrapes them, and where an endpoint is given, spans,
 * metrics and log records are sent there over OTLP/HTTP. Call it before a runtime is created.
 */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { serviceName, environment, logLevel = "warn", logs = "text" } = options;
  const endpoint = (process.env.OTEL_EXPORTER_OTLP_ENDPOINT || options.otlpEndpoint)?.replace(/\/+$/, "");
  const about = {
    [ATTR_SERVICE_NAME]: serviceName,
    [ATTR_SERVICE_VERSION]: ownVersion(),
    [ATTR_SERVICE_INSTANCE_ID]: randomUUID(),
    ...(environment === undefined ? {} : { [ATTR_DEPLOYMENT_ENVIRONMENT_NAME]: environment }),
  };
  const lines = logs === "json" ? openLogLines({ level: logLevel, about }) : undefined;
  const exemplars = new ExemplarBook();
  const scraped = new PrometheusExporter({ preventServerStart: true });
  const sdk = new NodeSDK({
    resource: defaultResource().merge(resourceFromAttributes(about)),
    spanProcessors:
      endpoint === undefined
        ? []
        : [exemplars, new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }) })],
    metricReaders: [scraped, ...metricsTo(endpoint)],
    views: [{ instrumentName: "mortise.*", aggregationCardinalityLimit: MAX_SERIES }],
    logRecordProcessors: [
      ...(lines ? [lines.processor] : []),
      ...logsTo(endpoint).map((sent) => fromSeverity(SEVERITY[logLevel], sent)),
    ],
    autoDetectResources: false,
    instrumentations: [],
  });
  sdk.start();
  observeProcess();
  return {
    metrics: async (accept) => metricsPage((await scraped.collect()).resourceMetrics, exemplars, accept),
    ...(lines ? { say: lines.say } : {}),
    shutdown: () => sdk.shutdown().catch(() => {}),
  };
}

function metricsTo(endpoint: string | undefined): readonly IMetricReader[] {
  if (endpoint === undefined) return [];
  return [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter({ url: `${endpoint}/v1/metrics` }) })];
}

function logsTo(endpoint: string | undefined): readonly LogRecordProcessor[] {
  if (endpoint === undefined) return [];
  return [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${endpoint}/v1/logs` }) })];
}
