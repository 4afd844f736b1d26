/**
 * CPU of one governed call above the raw transport: the same small write by got and by `runtime.call`, in turns, 1, 16 and 64 at once; then what
 * each layer of a call costs alone. The server is in another process, so only the client counts.
 */
import { createWriteStream } from "node:fs";
import { Agent } from "node:http";
import { createRuntime, type Runtime } from "@mortise/runtime";
import got from "got";
import { CpuRounds, type Way } from "../cpu-rounds.ts";
import { type Figure, report } from "../figure.ts";
import { API_KEY, governedConnection, governedConnector, INPUT, LAYERS } from "../governed-connector.ts";
import { startLoopbackProcess } from "../loopback-process.ts";
import { type SpanTarget, switchTelemetry } from "../switched-telemetry.ts";

/** What a call may cost above the raw transport, µs: with spans in batches; with OTLP export, metrics and a log line. */
const ALLOWED = { batch: 30, export: 60 };
const ROUNDS = 30;
/** Two spans a call: a round fills one batch, as it does where calls go on. */
const CALLS = 256;

const server = await startLoopbackProcess();
const receiver = await startLoopbackProcess();
const telemetry = switchTelemetry(`${receiver.origin}/v1/traces`);
const connectors = [governedConnector()];
const egress = { allow: [server.origin] };
const plain = createRuntime({ connectors, egress });
telemetry.startMetrics();
const metered = createRuntime({ connectors, egress });
const connection = governedConnection(server.origin);
const log = createWriteStream("/dev/null");

/** A call of an operation of ours; it must succeed, or it would not be worth its time. */
function governed(name: string, runtime: Runtime, operation: string, target: SpanTarget, isLogged = false): Way {
  const use = `governed/${operation}`;
  return {
    name,
    begin: () => telemetry.to(target),
    call: async () => {
      const result = await runtime.call(use, { connection, input: INPUT });
      if (result.outcome !== "success") throw new Error(JSON.stringify(result.error));
      if (isLogged)
        log.write(`${JSON.stringify({ level: 30, time: Date.now(), use, outcome: result.outcome, ...result.meta })}\n`);
    },
    settle: () => telemetry.flush(),
  };
}

const agent = { http: new Agent({ keepAlive: true, maxSockets: 256, scheduling: "lifo" }) };
const url = new URL(`${server.origin}/things`);
const headers = {
  accept: "application/json, */*;q=0.5",
  "x-api-key": API_KEY,
  "idempotency-key": "5e0fa24a-7f5e-4a3e-8f0d-4b9a8c8f0a11",
};
const { signal } = new AbortController();

const raw: readonly Way[] = [
  {
    // As it is used beneath a call: a stream, limits of phases and size, an answer read by hand.
    name: "got.stream",
    call: async () => {
      const stream = got.stream(url, {
        method: "POST",
        headers: { ...headers, "user-agent": "mortise", "content-type": "application/json" },
        body: JSON.stringify(INPUT),
        agent,
        followRedirect: false,
        retry: { limit: 0 },
        throwHttpErrors: false,
        maxHeaderSize: 16_384,
        timeout: { response: 15_000, socket: 15_000, request: 31_000 },
        signal,
      });
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      JSON.parse(Buffer.concat(chunks).toString("utf8"));
    },
  },
  {
    // As most programs use it.
    name: "got",
    call: () => got.post(url, { headers, json: INPUT, agent, retry: { limit: 0 } }).json(),
  },
];

const figures: Figure[] = [];
for (const atOnce of [1, 16, 64]) {
  const rounds = new CpuRounds({ atOnce, calls: CALLS, rounds: ROUNDS });
  await rounds.run([
    ...raw,
    governed("call", plain, "whole", "batch"),
    governed("call, exported", metered, "whole", "otlp", true),
    governed("bare call", plain, "bare", "none"),
  ]);
  const at = `${atOnce} at once`;
  for (const baseline of ["got.stream", "got"]) {
    const value = rounds.median(baseline);
    const against = { what: baseline, value };
    figures.push(
      { what: `governed call, ${at}`, unit: "µs CPU", value: rounds.median("call"), baseline: against },
      { what: `exported, metered, logged, ${at}`, unit: "µs CPU", value: rounds.median("call, exported"), baseline: against },
    );
  }
  figures.push(
    {
      what: `own cost of it, ${at}`,
      unit: "µs CPU",
      value: rounds.above("call", "got.stream"),
      baseline: { what: "allowed", value: ALLOWED.batch },
    },
    {
      what: `own cost exported, metered, logged, ${at}`,
      unit: "µs CPU",
      value: rounds.above("call, exported", "got.stream"),
      baseline: { what: "allowed", value: ALLOWED.export },
    },
    {
      what: `own cost with no layer on, ${at}`,
      unit: "µs CPU",
      value: rounds.above("bare call", "got.stream"),
      baseline: { what: "allowed", value: ALLOWED.batch },
    },
  );
}

// Without a network the differences of single layers can be seen: code that answers at once.
const layers = new CpuRounds({ atOnce: 16, calls: CALLS, rounds: ROUNDS });
await layers.run([
  governed("no layer", plain, "nativeBare", "none"),
  ...[...LAYERS, "cache"].map((layer) => governed(layer, plain, layer, "none")),
  governed("span in batches", plain, "nativeBare", "batch"),
  governed("span by OTLP", plain, "nativeBare", "otlp"),
  governed("metrics", metered, "nativeBare", "none"),
  governed("log line", plain, "nativeBare", "none", true),
  governed("all layers", plain, "nativeWhole", "batch"),
]);
const none = { what: "no layer", value: layers.median("no layer") };
figures.push({ what: "call in code, all layers", unit: "µs CPU", value: layers.median("all layers"), baseline: none });
for (const layer of [...LAYERS, "span in batches", "span by OTLP", "metrics", "log line"]) {
  figures.push({ what: `layer: ${layer}`, unit: "µs CPU", value: layers.above(layer, "no layer"), baseline: none });
}
figures.push({ what: "call answered from the cache", unit: "µs CPU", value: layers.median("cache"), baseline: none });
report(figures);

agent.http.destroy();
await plain.close();
await metered.close();
await telemetry.close();
await server.close();
await receiver.close();
