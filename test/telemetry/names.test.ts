// Pins: a name that is emitted and that no document knows, a name that documents promise and nothing emits, and labels that say whose call it was.
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { memoryEngine, openRunner } from "@mortise/engine";
import {
  ATTRIBUTES,
  createRuntime,
  LOG_EVENTS,
  METRICS,
  type MetricSpec,
  type Runtime,
  type RuntimeOptions,
  SEMANTIC_ATTRIBUTES,
  SPANS,
} from "@mortise/runtime";
import type { Workflow } from "@mortise/workflow";
import { context, logs, metrics, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeConnector } from "../../packages/runtime/test/code/code-connector.ts";
import { json, type Loopback, loopback } from "../../packages/runtime/test/loopback.ts";
import { at, connectionTo, connectorOf } from "../../packages/runtime/test/sample-connector.ts";
import { virtualClock } from "../../packages/runtime/test/virtual-clock.ts";

const TENANT = "tenant-7391";
const RUN = "run-7391";
const ROOT = join(import.meta.dirname, "..", "..");

const spans = new InMemorySpanExporter();
const counts = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const records = new InMemoryLogRecordExporter();
const meters = new MeterProvider({
  readers: [new PeriodicExportingMetricReader({ exporter: counts, exportIntervalMillis: 3_600_000 })],
});
const open: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] }));
  metrics.setGlobalMeterProvider(meters);
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: records })] }));
  await everythingThatHappens();
  await meters.forceFlush();
});
afterAll(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
  await meters.shutdown();
  logs.disable();
  metrics.disable();
  trace.disable();
  context.disable();
});

/** Calls and a run, chosen so that each name of the catalogue is emitted. */
async function everythingThatHappens(): Promise<void> {
  const server = await vendor();
  open.push(server);
  const connector = connectorOf(
    {
      read: { request: { method: "GET", url: at("/read") }, budget: "api" },
      cached: { request: { method: "GET", url: at("/read") }, cache: { ttlMs: 60_000 } },
      flaky: { request: { method: "GET", url: at("/flaky") } },
      busy: { request: { method: "GET", url: at("/busy") }, maxAttempts: 1 },
      broken: { request: { method: "GET", url: at("/broken") } },
      drifts: { request: { method: "POST", url: at("/read") }, effect: "create", output: { type: "string" } },
      lost: { request: { method: "POST", url: at("/lost") }, effect: "send", idempotency: "none" },
    },
    { budgets: { api: { rate: 100, per: "1s", scope: "connection" } } },
  );
  const login = connectorOf(
    { me: { request: { method: "GET", url: at("/refused") } } },
    { name: "login", auth: { main: { kind: "oauth2", grant: "client_credentials", tokenUrl: `${server.origin}/token` } } },
  );
  const credential = { clientId: "app", clientSecret: "secret-of-the-app" };
  const runtime = opened({
    connectors: [connector, login, codeOnly()],
    egress: { allow: [server.origin] },
    clock: virtualClock("2026-01-01T00:00:00Z"),
    random: () => 0,
    onConnectionHealth: () => {},
    code: { run: async () => ({}) },
    hooks: [{ name: "look", point: "ingestion", onFailure: "open", run: () => undefined }],
    connections: async (name) => connectionTo(server.origin, { name }),
  });
  const call = (operation: string, name = operation) =>
    runtime.call(`sample/${operation}`, {
      connection: connectionTo(server.origin, { name }),
      input: {},
      tenant: TENANT,
      runId: RUN,
    });
  for (const operation of ["read", "cached", "cached", "flaky", "busy", "busy", "drifts", "lost"]) await call(operation);
  // Until retries are refused, and until the circuit opens.
  for (let times = 0; times < 60; times++) await call("broken");
  await runtime.call("login/me", { connection: { ...connectionTo(server.origin), connector: "login", credential }, input: {} });
  await runtime.call("coded/run", { connection: { name: "coded", connector: "coded", credential: { apiKey: "k" } }, input: {} });
  await runtime.call("sample/none", { input: {} });
  await withoutRedis(server.origin);

  const runner = await openRunner({ runtime, engine: memoryEngine() });
  const workflow: Workflow = {
    format: "mortise.workflow/1",
    name: "Once",
    trigger: { use: "manual" },
    nodes: {
      one: { use: "sample@1/read", connection: "main", with: {} },
      count: { use: "core/metric", with: { name: "orders", labels: { region: "eu" } } },
      value: { use: "core/metric", with: { name: "minutes", kind: "value", value: 3 } },
    },
  };
  const { status } = await runner.run(workflow);
  expect(status).toBe("succeeded");
  await runner.close();
}

function opened(options: RuntimeOptions): Runtime {
  const runtime = createRuntime(options);
  open.push(runtime);
  return runtime;
}

const codeOnly = () => {
  const made = codeConnector("return {};");
  return { ...made, contract: { ...made.contract, name: "coded" } };
};

/** Budgets that are shared by a Redis which hangs up. */
async function withoutRedis(origin: string): Promise<void> {
  const redis = createServer((socket) => socket.destroy());
  redis.listen(0, "127.0.0.1");
  await once(redis, "listening");
  open.push({ close: async () => redis.close() });
  await new Promise<void>((resolve) => {
    const connector = connectorOf(
      { read: { request: { method: "GET", url: at("/read") }, budget: "api" } },
      { budgets: { api: { rate: 100, per: "1s", scope: "connection" } } },
    );
    const runtime = opened({
      connectors: [connector],
      egress: { allow: [origin] },
      redis: { url: `redis://127.0.0.1:${(redis.address() as AddressInfo).port}` },
      onBudgetStatus: ({ mode }) => {
        if (mode === "alone") resolve();
      },
    });
    void runtime.call("sample/read", { connection: connectionTo(origin), input: {} });
  });
}

function vendor(): Promise<Loopback> {
  const seen = new Map<string, number>();
  return loopback((request, response) => {
    const path = request.url.split("?")[0] ?? "";
    const count = (seen.get(path) ?? 0) + 1;
    seen.set(path, count);
    if (path === "/token") return json(response, { access_token: "t0ken-7391", token_type: "Bearer", expires_in: 3_600 });
    if (path === "/refused") return json(response, {}, 401);
    if (path === "/flaky" && count === 1) return json(response, {}, 503);
    if (path === "/busy" && count === 1) return json(response, {}, 429, { "retry-after": "2" });
    if (path === "/broken") return json(response, {}, 503);
    if (path === "/lost") return void response.destroy();
    json(response, {});
  });
}

const emitted = () =>
  counts
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
    .filter(({ dataPoints }) => dataPoints.length > 0);
const attributesOf = (): readonly (readonly [where: string, name: string])[] => [
  ...spans.getFinishedSpans().flatMap(({ name, attributes }) => Object.keys(attributes).map((key) => [name, key] as const)),
  ...records.getFinishedLogRecords().flatMap(({ attributes }) => Object.keys(attributes).map((key) => ["log", key] as const)),
];

describe("metrics", () => {
  test("are emitted by every name of the catalogue, and by no other", () => {
    expect([...new Set(emitted().map(({ descriptor }) => descriptor.name))].toSorted()).toEqual(Object.keys(METRICS).toSorted());
  });

  test("have the labels, the unit and the description that the catalogue says", () => {
    for (const { descriptor, dataPoints } of emitted()) {
      const { unit, help, labels }: MetricSpec = METRICS[descriptor.name as keyof typeof METRICS];
      expect([descriptor.unit, descriptor.description], descriptor.name).toEqual([unit, help]);
      for (const { attributes } of dataPoints) expect(Object.keys(attributes), descriptor.name).toEqual(labels);
    }
  });

  test("never say whose call it was", () => {
    expect(JSON.stringify(emitted())).not.toMatch(/7391|127\.0\.0\.1/);
  });
});

describe("spans and log records", () => {
  test("are emitted by every name of the catalogue, and by no other", () => {
    expect([...new Set(spans.getFinishedSpans().map(({ name }) => name))].toSorted()).toEqual(Object.keys(SPANS).toSorted());
    expect([...new Set(records.getFinishedLogRecords().map(({ eventName }) => eventName))].toSorted()).toEqual(
      Object.keys(LOG_EVENTS).toSorted(),
    );
  });

  test("carry no attribute that the catalogue does not have at that place", () => {
    const allowed = {
      ...Object.fromEntries(Object.entries(ATTRIBUTES).map(([name, { on }]) => [name, on])),
      ...SEMANTIC_ATTRIBUTES,
    };
    const unknown = attributesOf().filter(
      ([where, name]) => !(allowed as Record<string, readonly string[]>)[name]?.includes(where),
    );
    expect([...new Set(unknown.map((each) => each.join(" ")))]).toEqual([]);
  });

  test("carry every attribute that the catalogue has, or its name stands in what sets it", () => {
    const seen = new Set(attributesOf().map(([, name]) => name));
    const sources = ["runtime", "engine"].flatMap((name) => textsIn(join(ROOT, "packages", name, "src"))).join("\n");
    const missing = Object.keys(ATTRIBUTES).filter((name) => !seen.has(name) && !sources.includes(`"${name}"`));
    expect(missing).toEqual([]);
    // Of 25 names: those of fields, shims, failed items and budgets that were waited for want a call of their own.
    expect([...seen].filter((name) => name.startsWith("mortise.")).length).toBeGreaterThanOrEqual(20);
  });

  test("of an attempt that repeats another say after how long, why, and what is left for more", () => {
    const repeated = spans
      .getFinishedSpans()
      .filter(({ attributes }) => String(attributes["url.full"]).endsWith("/flaky") && attributes["mortise.attempt"] === 2);
    expect(repeated).toHaveLength(1);
    for (const { attributes } of repeated) {
      expect(attributes).toMatchObject({
        "mortise.retry.delay_ms": expect.any(Number),
        "mortise.retry.reason": "transient",
        "mortise.retry.budget_left": expect.any(Number),
      });
    }
  });

  test("say who fails: one record a call that failed, with its trace", () => {
    const failed = spans
      .getFinishedSpans()
      .filter(({ name, attributes }) => name === "mortise.call" && attributes["mortise.outcome"] !== "success");
    const told = records.getFinishedLogRecords().filter(({ eventName }) => eventName === "mortise.call.failed");
    expect(told.map(({ spanContext }) => spanContext?.spanId)).toEqual(failed.map((span) => span.spanContext().spanId));
    expect(failed.length).toBeGreaterThan(20);
  });
});

/** Sources of a package, except for the catalogue itself. */
function textsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith("-catalogue.ts"))
    .map((file) => readFileSync(join(folder, file), "utf8"));
}
