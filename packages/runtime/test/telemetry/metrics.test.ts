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
import { json, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";
import { virtualClock } from "../virtual-clock.ts";

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
  expect(read("mortise.budget.wait")).toEqual([]);
  await runtime.close();
  await provider.shutdown();
});

it("notes how long an attempt waited in seconds, and nothing of those that did not wait", async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const provider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 })],
  });
  metrics.disable();
  metrics.setGlobalMeterProvider(provider);
  const server = await loopback((_, response, count) => json(response, {}, count === 1 ? 429 : 200, { "retry-after": "2" }));
  const connector = connectorOf({ op: { request: { method: "GET", url: at("/") }, maxAttempts: 1 } });
  const clock = virtualClock("2026-01-01T00:00:00Z");
  const runtime = createRuntime({ connectors: [connector], egress: { allow: [server.origin] }, clock });
  const results = [];
  for (let call = 0; call < 2; call++)
    results.push(await runtime.call("sample/op", { connection: connectionTo(server.origin), input: {} }));
  expect(results.map(({ outcome, meta }) => [outcome, meta.waitMs])).toEqual([
    ["sick", 0],
    ["success", expect.any(Number)],
  ]);
  await provider.forceFlush();
  const points = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const [wait] = points.filter(({ descriptor }) => descriptor.name === "mortise.budget.wait");
  const seen = wait?.dataPoints.map(({ attributes, value }) => ({ attributes, value }));
  const seconds = (results[1]?.meta.waitMs ?? 0) / 1_000;
  expect(seconds).toBeGreaterThanOrEqual(2);
  expect(seen).toMatchObject([{ attributes: { connector: "sample", operation: "op" }, value: { count: 1, sum: seconds } }]);
  await runtime.close();
  await server.close();
  await provider.shutdown();
});
