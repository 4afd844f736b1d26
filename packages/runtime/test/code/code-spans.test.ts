// Pins: requests of code that no span shows, log lines that are lost, and a secret in either.
import { codeRunner, createSandbox } from "@mortise/sandbox";
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createRuntime } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { API_KEY, CONNECTION, codeConnector, sentTo } from "./code-connector.ts";

const exporter = new InMemorySpanExporter();
const sandbox = createSandbox({ limits: { cpuMs: 20_000 } });
beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
});
afterAll(async () => {
  trace.disable();
  context.disable();
  await sandbox.close();
});

it("a call of code has a span, a span below it for each request, and its log lines on it, without a secret", async () => {
  const vendor = await loopback((request, response) => json(response, { key: request.headers["x-api-key"] }));
  const connector = codeConnector(`
    for (const path of ["/v2/a", "/v2/b"]) await ctx.http.request({ path });
    ctx.log.warn("the key is " + input.key, { key: input.key });
    return 1;`);
  const runtime = createRuntime({ connectors: [connector], code: codeRunner(sandbox), ...sentTo(vendor.origin) });
  const result = await runtime.call("sample/run", { input: { key: API_KEY }, connection: CONNECTION });
  await runtime.close();
  await vendor.close();
  expect(result).toMatchObject({ outcome: "success", meta: { attempts: 2 } });
  const spans = exporter.getFinishedSpans();
  const call = spans.find(({ name }) => name === "mortise.call");
  const attempts = spans.filter(({ name }) => name === "mortise.attempt");
  expect(attempts.map(({ attributes }) => attributes["url.full"])).toEqual([
    "https://api.acme.example/v2/a",
    "https://api.acme.example/v2/b",
  ]);
  for (const attempt of attempts) expect(attempt.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);
  expect(call?.events).toMatchObject([{ attributes: { "log.severity": "warn", "log.message": "the key is [redacted]" } }]);
  const shown = JSON.stringify(spans.map(({ attributes, events, status }) => ({ attributes, events, status })));
  expect(shown).not.toContain(API_KEY);
});
