/** A process that makes calls in one way when it is told to, and tells what CPU time they took. */
import { createRuntime } from "@mortise/runtime";
import { pino } from "pino";
import { cpuOf, type Way } from "./cpu-rounds.ts";
import { governedConnection, governedConnector, INPUT } from "./governed-connector.ts";
import { openRawWays } from "./raw-ways.ts";
import { switchTelemetry } from "./switched-telemetry.ts";

const [name = "", origin = "", receiver = ""] = process.argv.slice(2);

function governed(): Way {
  const isExported = name.startsWith("exported");
  const telemetry = switchTelemetry(receiver);
  telemetry.to(isExported ? "otlp" : "batch");
  if (isExported) telemetry.startMetrics();
  const logger = isExported ? pino(pino.destination({ dest: "/dev/null", sync: false })) : undefined;
  const transport = name.endsWith("undici") ? "undici" : "got";
  const runtime = createRuntime({ connectors: [governedConnector()], egress: { allow: [origin] }, transport });
  const connection = governedConnection(origin);
  const call = async (): Promise<void> => {
    const result = await runtime.call("governed/whole", { connection, input: INPUT });
    logger?.info({ outcome: result.outcome, ...result.meta }, "called");
    if (result.outcome === "success") return;
    // On a machine that is busy with other work the host seems slow, and is spared: such a call is made again and counts as one.
    if (result.error.code !== "OVERLOADED") throw new Error(`${name}: ${JSON.stringify(result.error)}`);
    return call();
  };
  return { name, call, settle: () => telemetry.flush() };
}

const way = openRawWays(origin).ways.find((each) => each.name === name) ?? governed();
process.on("message", ({ atOnce, calls }: { readonly atOnce: number; readonly calls: number }) => {
  cpuOf(way, atOnce, calls).then((taken) => process.send?.(taken));
});
process.once("disconnect", () => process.exit());
