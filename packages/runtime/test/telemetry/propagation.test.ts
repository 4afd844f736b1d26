// Pins: a tenant's or a run's name that leaves in a header, a trace that is shown to a system which nobody named, and one that breaks off at
// a system of ours.
import type { NativeContext } from "@mortise/sdk";
import { context, defaultTextMapSetter, logs, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import { LoggerProvider, type LogRecordProcessor } from "@opentelemetry/sdk-logs";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createRuntime } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const exporter = new InMemorySpanExporter();
/** The baggage that log records were made with, as a processor sees it that copies baggage to them. */
const carried: Record<string, string>[] = [];
const copier: LogRecordProcessor = {
  onEmit: (_, of) => void carried.push(entriesOf(of ?? context.active())),
  forceFlush: async () => {},
  shutdown: async () => {},
};
const entriesOf = (of: Parameters<typeof propagation.getBaggage>[0]): Record<string, string> =>
  Object.fromEntries((propagation.getBaggage(of)?.getAllEntries() ?? []).map(([key, { value }]) => [key, value]));

const open: { close(): Promise<void> }[] = [];
beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [copier] }));
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
});
afterAll(() => {
  trace.disable();
  logs.disable();
  context.disable();
});
afterEach(async () => {
  exporter.reset();
  carried.splice(0);
  for (const each of open.splice(0).reverse()) await each.close();
});

it("names tenant and run in the baggage of a call, and has none where other systems are called", async () => {
  const injected: Record<string, string>[] = [];
  const connector = connectorOf(
    { op: { native: { reason: "test", uses: [] } } },
    {},
    {
      op: {
        // What an instrumentation of an HTTP client does with the active context.
        call: async (_: never, __: NativeContext<never>) => {
          const headers: Record<string, string> = {};
          for (const propagator of [new W3CBaggagePropagator(), new W3CTraceContextPropagator()])
            propagator.inject(context.active(), headers, defaultTextMapSetter);
          injected.push(headers);
          return "done";
        },
      },
    },
  );
  const runtime = createRuntime({ connectors: [connector] });
  open.push(runtime);
  const own = propagation.createBaggage({ customer: { value: "blue" } });
  await context.with(propagation.setBaggage(context.active(), own), () =>
    runtime.call("sample/op", { connection: connectionTo(""), input: {}, tenant: "acme", runId: "r1" }),
  );
  expect(injected).toHaveLength(1);
  expect(Object.keys(injected[0] ?? {})).toEqual(["traceparent"]);
  expect(carried).toEqual([{ customer: "blue", "mortise.tenant": "acme", "mortise.run_id": "r1" }]);
});

it("tells its trace to the hosts that the deployment names alone, and its baggage to nobody", async () => {
  const server = await loopback((_, response) => json(response, {}));
  const connector = connectorOf({ op: { request: { method: "GET", url: at("/") } } });
  const connection = connectionTo(server.origin);
  const asked = async (traceparentTo: readonly string[]) => {
    const runtime = createRuntime({ connectors: [connector], egress: { allow: [server.origin] }, telemetry: { traceparentTo } });
    open.push(runtime);
    await runtime.call("sample/op", { connection, input: {}, tenant: "acme", runId: "r1" });
    return server.seen.at(-1)?.headers ?? {};
  };
  for (const hosts of [[], ["api.example.com", "*.0.0.2"]]) {
    const headers = await asked(hosts);
    for (const name of ["traceparent", "tracestate", "baggage"]) expect(headers[name], name).toBeUndefined();
  }
  const { traceparent, baggage } = await asked(["127.0.0.1"]);
  const attempt = exporter.getFinishedSpans().findLast(({ name }) => name === "mortise.attempt");
  const { traceId, spanId } = attempt?.spanContext() ?? {};
  expect(traceparent).toBe(`00-${traceId}-${spanId}-01`);
  expect(baggage).toBeUndefined();
  open.push(server);
});

it("tells no trace to a host that a redirect leads to", async () => {
  const other = await loopback((_, response) => json(response, {}));
  const server = await loopback((_, response) => {
    response.writeHead(302, { location: `${other.origin}/next` }).end();
  });
  const connector = connectorOf({ op: { request: { method: "GET", url: at("/") } } });
  const allow = [server.origin, other.origin];
  const runtime = createRuntime({ connectors: [connector], egress: { allow }, telemetry: { traceparentTo: ["127.0.0.1"] } });
  open.push(server, other, runtime);
  const { outcome } = await runtime.call("sample/op", { connection: connectionTo(server.origin), input: {} });
  expect(outcome).toBe("success");
  expect(server.seen[0]?.headers.traceparent).toBeDefined();
  expect(other.seen[0]?.headers.traceparent).toBeUndefined();
});

it("refuses what is no host", () => {
  for (const host of ["https://api.example.com", "*", "api.example.com/x", "", "*.*.example.com"])
    expect(() => createRuntime({ connectors: [], telemetry: { traceparentTo: [host] } }), host).toThrow("is no host");
});
