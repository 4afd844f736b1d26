// Pins: calls that nobody counts, or that are counted under the wrong outcome.
import { metrics } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { afterAll, expect, it } from "vitest";
import { createRuntime } from "../../src/index.ts";
import { connectionTo, connectorOf } from "../sample-connector.ts";

afterAll(() => metrics.disable());

it("counts calls by outcome, attempts by class, and what went wrong", async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const provider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 })],
  });
  metrics.setGlobalMeterProvider(provider);

  const native = { reason: "test", uses: [] } as const;
  let tries = 0;
  const connector = connectorOf(
    {
      flaky: { native },
      lost: { native, effect: "send", idempotency: "none" },
      drifts: { native, effect: "create", output: { type: "string" } },
    },
    {},
    {
      flaky: {
        call: async () => {
          if (++tries === 1) throw Object.assign(new Error("gone"), { code: "ECONNRESET" });
          return "fine";
        },
      },
      lost: {
        call: async (_: never, ctx) => {
          await ctx.commitPoint();
          throw Object.assign(new Error("gone"), { code: "ECONNRESET" });
        },
      },
      drifts: { call: async () => 7 },
    },
  );
  const runtime = createRuntime({ connectors: [connector], random: () => 0 });
  for (const name of ["flaky", "lost", "drifts"])
    await runtime.call(`sample/${name}`, { connection: connectionTo("x"), input: {} });
  await provider.forceFlush();
  const points = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const read = (name: string) =>
    points
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(({ dataPoints }) =>
        dataPoints.map(({ attributes, value }) => [
          ...Object.values(attributes),
          typeof value === "number" ? value : value.count,
        ]),
      );
  expect(read("mortise.calls")).toEqual([
    ["sample", "flaky", "success", "ok", 1],
    ["sample", "lost", "unknown", "unknown", 1],
    ["sample", "drifts", "success", "ok", 1],
  ]);
  expect(read("mortise.call.failures")).toEqual([["sample", "lost", "UNKNOWN_OUTCOME", 1]]);
  expect(read("mortise.call.duration")).toHaveLength(3);
  expect(read("mortise.attempts")).toEqual([
    ["sample", "flaky", "transient", 1],
    ["sample", "flaky", "success", 1],
    ["sample", "lost", "transient", 1],
    ["sample", "drifts", "success", 1],
  ]);
  expect(read("mortise.unknown_outcome")).toEqual([["sample", "lost", 1]]);
  expect(read("mortise.drift")).toEqual([["sample", "drifts", 1]]);
  expect(read("mortise.budget.wait").length).toBeGreaterThan(0);
  await runtime.close();
  await provider.shutdown();
});
