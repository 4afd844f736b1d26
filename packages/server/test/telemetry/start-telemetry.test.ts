// Pins: telemetry that leaves without saying whose it is, log records that nobody can find the trace of, a latency that leads to no
// trace, and metrics under other names than the rules and dashboards ask for.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { METRICS, type MetricName, prometheusName } from "@mortise/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTelemetry, type Telemetry } from "../../src/telemetry/start-telemetry.ts";
import { sampleRuntime } from "./sample-runtime.ts";

interface Received {
  readonly path: string;
  readonly body: string;
}

const received: Received[] = [];
const receiver = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  received.push({ path: request.url ?? "", body: Buffer.concat(chunks).toString() });
  response.writeHead(200, { "content-type": "application/json" }).end("{}");
});
let telemetry: Telemetry;
let stopped = false;

beforeAll(async () => {
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const otlpEndpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  telemetry = await startTelemetry({ serviceName: "mortise-test", environment: "dev", logLevel: "debug", otlpEndpoint });
  const runtime = sampleRuntime();
  for (const name of ["works", "fails"]) await runtime.call(`sample/${name}`, { input: {}, runId: "r1", tenant: "blue" });
  await runtime.close();
});
afterAll(async () => {
  if (!stopped) await telemetry?.shutdown();
  receiver.closeAllConnections();
  receiver.close();
});

test("metrics are named as Prometheus names what it takes in over OTLP, and say nothing of tenants and runs", async () => {
  const { contentType, text } = await telemetry.metrics();
  expect(contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => [name, kind]));
  const seen: readonly MetricName[] = ["mortise.calls", "mortise.call.duration", "mortise.call.failures", "mortise.attempts"];
  for (const name of seen) expect(types.get(prometheusName(name, METRICS[name])), name).toBe(METRICS[name].kind);
  expect(text).toContain('mortise_calls_total{connector="sample",operation="works",outcome="success",attribution="ok"} 1\n');
  expect(text).toContain('mortise_call_failures_total{connector="sample",operation="fails",code="CALL_REJECTED"} 1\n');
  expect(text).toMatch(/^mortise_call_duration_seconds_count\{connector="sample",operation="works",outcome="success"\} 1$/m);
  expect(types.get("process_memory_usage_bytes")).toBe("gauge");
  expect(text).not.toMatch(/blue|"r1"|tenant|run_id/);
});

test("whoever asks for OpenMetrics is given a trace beside the latency, in the bucket that it fell into", async () => {
  const accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";
  const { contentType, text } = await telemetry.metrics(accept);
  expect(contentType).toContain("application/openmetrics-text");
  expect(text.endsWith("\n# EOF\n")).toBe(true);
  expect(text).toContain("# TYPE mortise_calls counter\n");
  expect(text).toContain("# UNIT mortise_call_duration_seconds seconds\n");
  const exemplars = [...text.matchAll(/^mortise_call_duration_seconds_bucket\{(.*?),le="(.*?)"\} \d+ # \{(.*)\} (\S+) (\S+)$/gm)];
  expect(exemplars.map(([, labels]) => labels)).toEqual([
    'connector="sample",operation="works",outcome="success"',
    'connector="sample",operation="fails",outcome="poison"',
  ]);
  for (const [, , bound, trace, value] of exemplars) {
    expect(trace).toMatch(/^trace_id="[0-9a-f]{32}",span_id="[0-9a-f]{16}"$/);
    expect(Number(value)).toBeLessThanOrEqual(bound === "+Inf" ? Number.POSITIVE_INFINITY : Number(bound));
  }
});

test("spans, metrics and log records leave over OTLP, with whose they are and with each other's trace", async () => {
  await telemetry.shutdown();
  stopped = true;
  const of = (path: string) => received.filter((each) => each.path === path).map(({ body }) => JSON.parse(body));
  const spans = of("/v1/traces").flatMap(({ resourceSpans }) => resourceSpans);
  const logs = of("/v1/logs").flatMap(({ resourceLogs }) => resourceLogs);
  const metrics = of("/v1/metrics").flatMap(({ resourceMetrics }) => resourceMetrics);
  for (const { resource } of [...spans, ...logs, ...metrics]) {
    const found = Object.fromEntries(
      resource.attributes.map(({ key, value }: { key: string; value: { stringValue: string } }) => [key, value.stringValue]),
    );
    expect(found).toMatchObject({ "service.name": "mortise-test", "deployment.environment.name": "dev" });
    expect(found["service.version"]).toMatch(/^\d+\.\d+\.\d+/);
    expect(found["service.instance.id"]).toMatch(/^[0-9a-f-]{36}$/);
  }
  const calls = spans
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap((scope) => scope.spans)
    .filter(({ name }) => name === "mortise.call");
  const records = logs.flatMap(({ scopeLogs }) => scopeLogs).flatMap(({ logRecords }) => logRecords);
  expect(calls).toHaveLength(2);
  expect(records.map(({ severityText, eventName }) => [severityText, eventName])).toEqual([
    ["DEBUG", "mortise.call.succeeded"],
    ["WARN", "mortise.call.failed"],
  ]);
  expect(records.map(({ traceId, spanId }) => [traceId, spanId])).toEqual(calls.map(({ traceId, spanId }) => [traceId, spanId]));
  expect(JSON.stringify(metrics)).toContain("mortise.calls");
  expect(JSON.stringify(metrics)).not.toMatch(/"blue"|"r1"/);
});
