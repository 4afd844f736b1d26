import { performance } from "node:perf_hooks";
import type { MetricKind } from "@mortise/runtime";
import { type MeterProvider, metrics } from "@opentelemetry/api";

/** One metric of the process, named by OpenTelemetry's semantic conventions. */
export interface ProcessMetric {
  readonly kind: MetricKind;
  readonly unit: string;
  readonly labels: readonly string[];
  readonly help: string;
}

/** Every metric that a server or worker has beside those of the runtime. */
export const PROCESS_METRICS = Object.freeze({
  "process.memory.usage": { kind: "gauge", unit: "By", labels: [], help: "Memory of the process that is in RAM." },
  "process.cpu.time": { kind: "counter", unit: "s", labels: ["cpu.mode"], help: "Processor time that the process used." },
  "nodejs.eventloop.utilization": {
    kind: "gauge",
    unit: "1",
    labels: [],
    help: "Share of the time that the event loop was busy.",
  },
} as const satisfies Readonly<Record<string, ProcessMetric>>);

const observed = new WeakSet<MeterProvider>();

/** Observes memory, processor time and how busy the event loop is, whenever somebody collects. */
export function observeProcess(): void {
  const provider = metrics.getMeterProvider();
  if (observed.has(provider)) return;
  observed.add(provider);
  const meter = provider.getMeter("@mortise/server");
  const of = (name: keyof typeof PROCESS_METRICS) => {
    const { kind, unit, help: description }: ProcessMetric = PROCESS_METRICS[name];
    const options = { unit, description };
    return kind === "counter" ? meter.createObservableCounter(name, options) : meter.createObservableGauge(name, options);
  };
  of("process.memory.usage").addCallback((result) => result.observe(process.memoryUsage.rss()));
  of("process.cpu.time").addCallback((result) => {
    const { user, system } = process.cpuUsage();
    result.observe(user / 1e6, { "cpu.mode": "user" });
    result.observe(system / 1e6, { "cpu.mode": "system" });
  });
  let before = performance.eventLoopUtilization();
  of("nodejs.eventloop.utilization").addCallback((result) => {
    const now = performance.eventLoopUtilization();
    result.observe(performance.eventLoopUtilization(now, before).utilization);
    before = now;
  });
}
