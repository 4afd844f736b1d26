/**
 * CPU of one governed call above the raw transport: the same small write by got, by undici and by `runtime.call`, in turns, 1, 16 and 64 at once;
 * then what each layer of a call costs alone. Each way and the server are processes of their own.
 */
import { createRuntime, type Runtime } from "@mortise/runtime";
import { pino } from "pino";
import { CpuRounds, type Way } from "../cpu-rounds.ts";
import { type Figure, report } from "../figure.ts";
import { governedConnection, governedConnector, INPUT, LAYERS } from "../governed-connector.ts";
import { startLoopbackProcess } from "../loopback-process.ts";
import { type SpanTarget, switchTelemetry } from "../switched-telemetry.ts";
import { WayProcess } from "../way-process.ts";

/** What a call may cost above the raw transport, µs: with spans in batches; with OTLP export, metrics and a log line. */
const ALLOWED = { batch: 30, exported: 60 };
const ROUNDS = 24;
/** A call's code is larger than a raw one's, and is compiled later: before, that would be measured. */
const WARM_UP = 48;
/** Two spans a call: a round fills one batch, as it does where calls go on. */
const CALLS = 256;
const UNIT = "µs CPU";

const server = await startLoopbackProcess();
const receiver = await startLoopbackProcess();
const telemetry = switchTelemetry(receiver.origin);
const ways = [
  "got.stream",
  "got.stream with limits",
  "got",
  "undici",
  "call on got",
  "call on undici",
  "exported call on got",
  "exported call on undici",
].map((name) => new WayProcess(name, server.origin, receiver.origin));
const options = { connectors: [governedConnector()], egress: { allow: [server.origin] } };
const onGot = createRuntime(options);
telemetry.startMetrics();
const metered = createRuntime(options);
const connection = governedConnection(server.origin);
const logger = pino(pino.destination({ dest: "/dev/null", sync: false }));

/** A call of an operation of ours; it must succeed, or it would not be worth its time. */
function governed(name: string, runtime: Runtime, operation: string, target: SpanTarget, isLogged = false): Way {
  const use = `governed/${operation}`;
  const way: Way = {
    name,
    begin: () => telemetry.to(target),
    call: async () => {
      const result = await runtime.call(use, { connection, input: INPUT });
      if (isLogged) logger.info({ use, outcome: result.outcome, ...result.meta }, "called");
      // On a machine that is busy with other work the host seems slow, and is spared: such a call is made again and counts as one.
      if (result.outcome !== "success" && result.error.code === "OVERLOADED") return way.call();
      if (result.outcome !== "success") throw new Error(`${name}: ${JSON.stringify(result.error)}`);
    },
    settle: () => telemetry.flush(),
  };
  return way;
}

const figures: Figure[] = [];
for (const atOnce of [1, 16, 64]) {
  const rounds = new CpuRounds({ atOnce, calls: CALLS, rounds: ROUNDS, ...(atOnce === 1 ? { warmUp: WARM_UP } : {}) });
  await rounds.run(ways);
  const compare = (name: string, baseline: string): void => {
    const against = { what: baseline, value: rounds.median(baseline) };
    figures.push({ what: `${name}, ${atOnce} at once`, unit: UNIT, value: rounds.median(name), baseline: against });
  };
  const above = (name: string, baseline: string, allowed: number): void => {
    const what = `${name} above ${baseline}, ${atOnce} at once`;
    figures.push({ what, unit: UNIT, value: rounds.above(name, baseline), baseline: { what: "allowed", value: allowed } });
  };
  compare("call on got", "got.stream");
  compare("call on got", "got.stream with limits");
  compare("call on got", "got");
  compare("call on undici", "undici");
  compare("exported call on got", "got.stream");
  above("call on got", "got.stream", ALLOWED.batch);
  above("call on got", "got.stream with limits", ALLOWED.batch);
  above("call on undici", "undici", ALLOWED.batch);
  above("exported call on got", "got.stream with limits", ALLOWED.exported);
  above("exported call on undici", "undici", ALLOWED.exported);
}

for (const way of ways) await way.close();

// Without a network the differences of single layers can be seen: code that answers at once.
const layers = new CpuRounds({ atOnce: 16, calls: CALLS, rounds: 3 * ROUNDS });
await layers.run([
  governed("no layer", onGot, "nativeBare", "none"),
  ...[...LAYERS, "cache"].map((layer) => governed(layer, onGot, layer, "none")),
  governed("spans in batches", onGot, "nativeBare", "batch"),
  governed("spans by OTLP", onGot, "nativeBare", "otlp"),
  governed("metrics", metered, "nativeBare", "none"),
  governed("log line", onGot, "nativeBare", "none", true),
  governed("all layers", onGot, "nativeWhole", "batch"),
]);
const none = { what: "no layer", value: layers.median("no layer") };
figures.push({ what: "call in code, all layers", unit: UNIT, value: layers.median("all layers"), baseline: none });
for (const layer of [...LAYERS, "spans in batches", "spans by OTLP", "metrics", "log line"]) {
  figures.push({ what: `layer: ${layer}`, unit: UNIT, value: layers.above(layer, "no layer"), baseline: none });
}
figures.push({ what: "call answered from the cache", unit: UNIT, value: layers.median("cache"), baseline: none });
report(figures);

for (const runtime of [onGot, metered]) await runtime.close();
await telemetry.close();
await server.close();
await receiver.close();
