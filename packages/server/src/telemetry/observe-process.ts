import { performance } from "node:perf_hooks";
import { type MeterProvider, metrics } from "@opentelemetry/api";

const observed = new WeakSet<MeterProvider>();

/**
 * Memory, processor time and how busy the event loop is, named by OpenTelemetry's semantic conventions for processes and Node. Read when
 * somebody collects.
 */
export function observeProcess(): void {
  const provider = metrics.getMeterProvider();
  if (observed.has(provider)) return;
  observed.add(provider);
  const meter = provider.getMeter("@mortise/server");
  meter
    .createObservableGauge("process.memory.usage", { unit: "By", description: "Memory of the process that is in RAM." })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
  meter
    .createObservableCounter("process.cpu.time", { unit: "s", description: "Processor time that the process used." })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe(user / 1e6, { "cpu.mode": "user" });
      result.observe(system / 1e6, { "cpu.mode": "system" });
    });
  let before = performance.eventLoopUtilization();
  meter
    .createObservableGauge("nodejs.eventloop.utilization", {
      unit: "1",
      description: "Share of the time that the event loop was busy.",
    })
    .addCallback((result) => {
      const now = performance.eventLoopUtilization();
      result.observe(performance.eventLoopUtilization(now, before).utilization);
      before = now;
    });
}
