// Pins: failed items that a trace does not show, or whose messages carry a secret or a flood of text.
import { trace } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, expect, it } from "vitest";
import { createRuntime } from "../../src/index.ts";
import { connectionTo, connectorOf } from "../sample-connector.ts";

const SECRET = "tok-0123456789abcdef";
const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
afterAll(() => trace.disable());

it("counts failed items on the span, masks their messages and keeps them short", async () => {
  const itemOutcomes = { items: "/rows", rules: [{ when: { cel: "!item.ok" }, as: "rejected", messageFrom: "/why" }] } as const;
  const rows = [{ ok: true }, { ok: false, why: `Not with ${SECRET}` }, { ok: false, why: "x".repeat(5_000) }, { ok: false }];
  const connector = connectorOf(
    { bulk: { native: { reason: "test", uses: [] }, effect: "create", itemOutcomes } },
    { auth: { token: { kind: "bearer" } } },
    { bulk: { call: async () => ({ rows }) } },
  );
  const runtime = createRuntime({ connectors: [connector] });
  const connection = connectionTo("x", { credential: { token: SECRET } });
  const { meta } = await runtime.call("sample/bulk", { connection, input: {} });
  await runtime.close();
  expect(meta.itemFailures?.map(({ index, message }) => [index, message.length > 301, message.slice(0, 40)])).toEqual([
    [1, false, "Not with [redacted]"],
    [2, false, "x".repeat(40)],
    [3, false, "The other system refused this item."],
  ]);
  const [span] = exporter.getFinishedSpans().filter(({ name }) => name === "mortise.call");
  expect(span?.attributes["mortise.item_failures"]).toBe(3);
});
