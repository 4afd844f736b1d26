import {
  type Context,
  context,
  metrics,
  ProxyTracerProvider,
  type Span,
  type SpanOptions,
  type Tracer,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, TracerProvider as SdkTracerProvider, type SpanExporter } from "@opentelemetry/sdk-trace";

/** Where spans go: nowhere as without an SDK, into batches that are thrown away, or by OTLP to a receiver. */
export type SpanTarget = "none" | "batch" | "otlp";

/** Telemetry that one process can change from call to call. */
export interface SwitchedTelemetry {
  /** Spans that start from now on go there. */
  to(target: SpanTarget): void;
  /** Hands over what is in batches. */
  flush(): Promise<void>;
  /** Registers meters; instruments made before cost nothing. */
  startMetrics(): void;
  close(): Promise<void>;
}

/** `receiver` is the origin that OTLP over HTTP goes to. Registers a tracer provider whose spans can be sent elsewhere at any time, and a context manager. */
export function switchTelemetry(receiver: string): SwitchedTelemetry {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const nowhere: SpanExporter = {
    export: (_, done) => done({ code: 0 }),
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
  const silent = new ProxyTracerProvider().getTracer("nobody");
  const batch = provider(nowhere);
  const otlp = provider(new OTLPTraceExporter({ url: `${receiver}/v1/traces` }));
  const tracers = { none: silent, batch: batch.getTracer("@mortise/runtime"), otlp: otlp.getTracer("@mortise/runtime") };
  let tracer: Tracer = silent;
  const startSpan = (name: string, options?: SpanOptions, parent?: Context): Span => tracer.startSpan(name, options, parent);
  const switched = { startSpan, startActiveSpan: silent.startActiveSpan };
  trace.setGlobalTracerProvider({ getTracer: () => switched } satisfies TracerProvider);
  let meters: MeterProvider | undefined;
  return {
    to: (target) => {
      tracer = tracers[target];
    },
    flush: async () => {
      await batch.forceFlush();
      await otlp.forceFlush();
    },
    startMetrics: () => {
      const exporter = new OTLPMetricExporter({ url: `${receiver}/v1/metrics` });
      meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
      metrics.setGlobalMeterProvider(meters);
    },
    close: async () => {
      await Promise.all([batch.shutdown(), otlp.shutdown(), meters?.shutdown()]);
    },
  };
}

const provider = (exporter: SpanExporter): SdkTracerProvider =>
  new SdkTracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
