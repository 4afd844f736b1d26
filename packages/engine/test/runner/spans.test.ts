// Pins the trace of a run: one tree from the trigger down, also when the run goes on in a process that never saw the trigger,
// and no message of an error in it, because messages may hold data.

import { MortiseError } from "@mortise/contract";
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { memoryEngine } from "../../src/index.ts";
import { inSpan } from "../../src/runner/spans.ts";
import { contextBelow, traceParentOf } from "../../src/runner/trace-parent.ts";
import { tracedProgram } from "../../src/runner/traced-program.ts";

const exporter = new InMemorySpanExporter();
beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
});
afterEach(() => exporter.reset());
afterAll(() => {
  trace.disable();
  context.disable();
});
const tree = () =>
  exporter.getFinishedSpans().map((span) => [span.name, span.parentSpanContext?.spanId ?? "", span.spanContext().spanId]);

it("puts run and steps below the trigger that traceparent names", async () => {
  const engine = memoryEngine();
  await engine.open(
    tracedProgram(async (strand) => {
      await inSpan({ name: "mortise.step", attributes: {} }, async () => {});
      if (strand.strand === "") await strand.fork("f", [{ key: "s", input: null }]);
      return null;
    }),
  );
  await inSpan({ name: "mortise.trigger", attributes: {} }, async (traceparent) => {
    await engine.start({ runId: "r", input: { traceparent: traceparent ?? "" } });
  });
  await engine.result("r");
  await engine.close();
  const spans = new Map(tree().map(([name, parent, id]) => [`${name}`, { parent, id }]));
  expect(spans.get("mortise.run")?.parent).toBe(spans.get("mortise.trigger")?.id);
  expect(
    tree()
      .filter(([name]) => name === "mortise.step")
      .map(([, parent]) => parent),
  ).toEqual([spans.get("mortise.run")?.id, spans.get("mortise.run")?.id]);
  expect(new Set(exporter.getFinishedSpans().map((span) => span.spanContext().traceId)).size).toBe(1);
});

it("goes on below the trigger in a process that has no span of its own", async () => {
  const trigger = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  expect(trace.getSpanContext(contextBelow(trigger))).toMatchObject({ spanId: "b7ad6b7169203331", isRemote: true });
  expect(trace.getSpanContext(contextBelow("nonsense"))).toBeUndefined();
  await inSpan({ name: "mortise.run", attributes: {}, traceparent: trigger }, async (below) => {
    expect(below).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
  });
  expect(tree()[0]?.[1]).toBe("b7ad6b7169203331");
});

it("notes a failure by its code alone", async () => {
  const failing = inSpan({ name: "mortise.step", attributes: {} }, async () => {
    throw new MortiseError("CALL_REJECTED", "card 4111 was declined");
  });
  await expect(failing).rejects.toThrow();
  expect(
    JSON.stringify(exporter.getFinishedSpans().map(({ status, events, attributes }) => ({ status, events, attributes }))),
  ).not.toContain("4111");
  expect(exporter.getFinishedSpans()[0]?.status.message).toBe("CALL_REJECTED");
});

it("tells a scheduled run its tick inside the trigger", async () => {
  const engine = memoryEngine();
  await engine.open(tracedProgram(async (_, input) => input));
  await engine.start({ runId: "r", input: { abi: 1, trigger: { kind: "schedule" }, scheduledAt: "2026-01-01T06:00:00.000Z" } });
  expect(await engine.result("r")).toMatchObject({
    abi: 1,
    runId: "r",
    trigger: { kind: "schedule", scheduledAt: "2026-01-01T06:00:00.000Z" },
  });
  await engine.close();
});

it("knows no traceparent of a span that nobody records", () => {
  expect(
    traceParentOf(trace.wrapSpanContext({ traceId: "0".repeat(32), spanId: "0".repeat(16), traceFlags: 0 })),
  ).toBeUndefined();
});
