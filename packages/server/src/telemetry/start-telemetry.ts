import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace";

/** Telemetry that was started. */
export interface Telemetry {
  /** All metrics in the Prometheus text format 0.0.4. */
  metricsText(): Promise<string>;
  /** Sends what is left and stops. */
  shutdown(): Promise<void>;
}

/** Options of {@link startTelemetry}. */
export interface TelemetryOptions {
  readonly serviceName: string;
  /** Base URL of an OTLP/HTTP receiver. Absent: `OTEL_EXPORTER_OTLP_ENDPOINT`; without that, no span leaves the process. */
  readonly otlpEndpoint?: string;
}

/** Exports spans over OTLP/HTTP where an endpoint is given, and keeps metrics for whoever scrapes them. */
export async function startTelemetry({
  serviceName,
  otlpEndpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT,
}: TelemetryOptions): Promise<Telemetry> {
  const metrics = new PrometheusExporter({ preventServerStart: true });
  const spanProcessors = otlpEndpoint
    ? [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${otlpEndpoint.replace(/\/+$/, "")}/v1/traces` }) })]
    : [];
  const sdk = new NodeSDK({
    serviceName,
    spanProcessors,
    metricReaders: [metrics],
    logRecordProcessors: [],
    autoDetectResources: false,
    instrumentations: [],
  });
  sdk.start();
  const serializer = new PrometheusSerializer();
  return {
    metricsText: async () => serializer.serialize((await metrics.collect()).resourceMetrics),
    shutdown: () => sdk.shutdown().catch(() => {}),
  };
}
