// Pins: a secret that shows up in a span, an error or a result; spans that do not form one tree.

import type { NativeContext } from "@mortise/sdk";
import { context, propagation, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createRuntime } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const SECRET = 'k3y/with+odd="chars"-0123456789';
const FORMS = [
  SECRET,
  encodeURIComponent(SECRET),
  JSON.stringify(SECRET).slice(1, -1),
  Buffer.from(SECRET).toString("base64"),
  Buffer.from(SECRET).toString("hex"),
  Buffer.from(`ada:${SECRET}`).toString("base64"),
];

const exporter = new InMemorySpanExporter();
const open: { close(): Promise<void> }[] = [];
beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
});
afterAll(() => {
  trace.disable();
  context.disable();
  propagation.disable();
});
beforeEach(() => exporter.reset());
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const everything = () =>
  JSON.stringify(
    exporter.getFinishedSpans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
  );

describe("secrets", () => {
  it.each([
    ["a header", { kind: "apiKey", in: "header", name: "X-Key" }, { apiKey: SECRET }],
    ["the query", { kind: "apiKey", in: "query", name: "k" }, { apiKey: SECRET }],
    ["a cookie", { kind: "apiKey", in: "cookie", name: "session" }, { apiKey: SECRET }],
    ["Basic", { kind: "basic" }, { username: "ada", password: SECRET }],
    ["Bearer", { kind: "bearer" }, { token: SECRET }],
  ] as const)(
    "sent in %s never come back in spans, errors and results, in whatever form the vendor echoes them",
    async (_, scheme, credential) => {
      const server = await loopback((request, response) => {
        const echo = { message: `bad credential ${FORMS.join(" ")}`, headers: request.headers, url: request.url };
        const status = request.url.startsWith("/fails") ? 401 : 200;
        json(response, echo, status, { "x-echo": encodeURIComponent(SECRET) });
      });
      const connector = connectorOf(
        {
          works: { request: { method: "GET", url: at("/works"), output: { $cel: "response" } } },
          fails: { request: { method: "GET", url: at("/fails") } },
          breaks: { request: { method: "GET", url: { $text: "${settings.baseUrl}/${input.x}" } } },
        },
        { auth: { main: scheme } },
      );
      const runtime = createRuntime({ connectors: [connector], egress: { allow: [server.origin] } });
      open.push(server, runtime);
      const connection = connectionTo(server.origin, { credential });
      const results = [];
      for (const name of ["works", "fails", "breaks"])
        results.push(await runtime.call(`sample/${name}`, { connection, input: {} }));
      results.push(await runtime.call("sample/works", { connection, input: {}, dryRun: true }));
      expect(results.map(({ outcome }) => outcome)).toEqual(["success", "fault", "poison", "success"]);
      expect(server.seen).toHaveLength(2);
      const shown = JSON.stringify(results) + everything();
      for (const form of FORMS) expect(shown.includes(form.slice(8, -4)), form).toBe(false);
      expect(shown).toContain("[redacted]");
    },
  );

  it("thrown by an operation's own code are taken out of its message and its log", async () => {
    const connector = connectorOf(
      { op: { native: { reason: "test", uses: [] } } },
      { auth: { main: { kind: "bearer" } } },
      {
        op: {
          call: async (_: never, ctx: NativeContext<never>) => {
            ctx.log("info", `using ${ctx.credential.token}`, { token: ctx.credential.token ?? "" });
            throw new Error(`login with ${ctx.credential.token} failed`);
          },
        },
      },
    );
    const runtime = createRuntime({ connectors: [connector] });
    open.push(runtime);
    const result = await runtime.call("sample/op", {
      connection: connectionTo("", { credential: { token: SECRET } }),
      input: {},
    });
    expect(result).toMatchObject({ outcome: "poison", error: { message: "login with [redacted] failed" } });
    expect(everything()).not.toContain(SECRET);
  });
});

describe("spans", () => {
  it("form one tree from the caller's traceparent to each attempt, with what happened on them", async () => {
    const server = await loopback((_, response, count) => json(response, {}, count === 1 ? 503 : 200));
    const connector = connectorOf({ op: { request: { method: "GET", url: at("/x?token=abcdefgh") } } });
    const runtime = createRuntime({ connectors: [connector], egress: { allow: [server.origin] }, random: () => 0 });
    open.push(server, runtime);
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await runtime.call("sample/op", {
      connection: connectionTo(server.origin),
      input: {},
      traceparent,
      runId: "r1",
      stepPath: "load[3]/x",
    });
    const spans = exporter.getFinishedSpans();
    expect(spans.map(({ name }) => name)).toEqual(["mortise.attempt", "mortise.attempt", "mortise.call"]);
    const call = spans[2];
    expect(call?.parentSpanContext?.spanId).toBe("b7ad6b7169203331");
    expect(spans.every((span) => span.spanContext().traceId === "0af7651916cd43dd8448eb211c80319c")).toBe(true);
    expect(spans.slice(0, 2).every(({ parentSpanContext }) => parentSpanContext?.spanId === call?.spanContext().spanId)).toBe(
      true,
    );
    expect(call?.attributes).toMatchObject({
      "mortise.connector": "sample",
      "mortise.operation": "op",
      "mortise.connection": "main",
      "mortise.attempts": 2,
      "mortise.outcome": "success",
      "mortise.run_id": "r1",
      "mortise.step": "load[3]/x",
      "mortise.wait_ms": expect.any(Number),
    });
    expect(spans[0]?.attributes).toMatchObject({
      "mortise.attempt": 1,
      "http.request.method": "GET",
      "http.response.status_code": 503,
      "server.address": "127.0.0.1",
      "server.port": server.port,
      "url.full": `${server.origin}/x?token=REDACTED`,
    });
  });
});
