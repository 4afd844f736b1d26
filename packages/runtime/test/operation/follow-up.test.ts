// Pins: what a call is made of running outside of its span, its metrics or its limits.
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { createRuntime } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";
import { virtualClock } from "../virtual-clock.ts";

const exporter = new InMemorySpanExporter();
beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
});
afterAll(() => {
  trace.disable();
  context.disable();
});

const STREAM = { items: "/rows", resume: "cursor" } as const;

async function sample() {
  exporter.reset();
  const server = await loopback((request, response, count) => {
    if (request.url === "/job") return json(response, { done: count > 3 });
    json(response, { id: "j", rows: [{ id: count }] });
  });
  onTestFinished(server.close);
  const connector = connectorOf({
    export: {
      request: { method: "POST", url: at("/jobs") },
      wait: { poll: { operation: "getJob", with: {} }, done: "polled.done", every: "1s", timeout: "1m" },
    },
    getJob: { request: { method: "GET", url: at("/job") } },
    children: {
      request: { method: "GET", url: at("/children/${partition.id}") },
      stream: STREAM,
      partition: { parent: { operation: "parents", with: {} } },
    },
    parents: { request: { method: "GET", url: at("/parents") }, stream: STREAM },
  });
  const clock = virtualClock("2026-01-01T00:00:00Z");
  const runtime = createRuntime({ connectors: [connector], egress: { allow: [server.origin] }, clock });
  onTestFinished(() => runtime.close());
  const request = { connection: connectionTo(server.origin), input: {}, runId: "r1", stepPath: "load" };
  return { runtime, request };
}

const useOf = ({ attributes }: ReadableSpan) => String(attributes["mortise.use"] ?? attributes["mortise.attempt"]);

/** Spans as a tree of their names, in order of their start. */
function tree(parent?: string): unknown[] {
  return exporter
    .getFinishedSpans()
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)
    .map((span) => [useOf(span), ...tree(span.spanContext().spanId)]);
}

it("polls below the span of the call that waits, each as a call with an attempt of its own", async () => {
  const { runtime, request } = await sample();
  const result = await runtime.call("sample/export", request);
  expect(result).toMatchObject({ outcome: "success", meta: { attempts: 4 } });
  const poll = ["sample@1.0.0/getJob", ["1"]];
  expect(tree()).toEqual([["sample/export", ["1"], poll, poll, poll]]);
  const runs = exporter.getFinishedSpans().filter(({ name }) => name === "mortise.call");
  expect(runs.map(({ attributes }) => attributes["mortise.run_id"])).toEqual(Array(4).fill("r1"));
});

it("reads parents below the span of the call that reads their children", async () => {
  const { runtime, request } = await sample();
  expect(await runtime.call("sample/children", request)).toMatchObject({ outcome: "success" });
  expect(tree()).toEqual([["sample/children", ["1"], ["sample@1.0.0/parents", ["1"]]]]);
});
