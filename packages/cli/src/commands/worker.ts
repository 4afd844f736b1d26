import { resolve } from "node:path";
import { closeAndReport } from "../close-and-report.ts";
import { deploymentFromFlags, type EgressFlags, egressOptions } from "../deployment-flags.ts";
import { portOf } from "../port-of.ts";
import type { CommandDefinition } from "../program.ts";
import { untilStopped } from "../until-stopped.ts";

interface WorkerOptions extends EgressFlags {
  readonly database: string;
  readonly data?: string;
  readonly metricsPort?: string;
  readonly metricsHost?: string;
}

/** `mortise worker --database URL` */
export const workerCommand: CommandDefinition = (program, start) => {
  const command = program
    .command("worker")
    .description("one more worker on a PostgreSQL that servers share")
    .requiredOption("--database <url>", "PostgreSQL URL")
    .option("--data <dir>", "data folder whose key opens the credentials (default: the key is MORTISE_KEY)");
  command
    .option("--metrics-port <n>", "port of /metrics for Prometheus; 0: any free one (default: none)")
    .option("--metrics-host <address>", "address that it listens at, without sign-in", "127.0.0.1");
  egressOptions(command).action((options: WorkerOptions) =>
    start(async (out) => {
      const metricsPort = options.metricsPort === undefined ? undefined : portOf("--metrics-port", options.metricsPort);
      const deployment = await deploymentFromFlags(options, out);
      const { worker } = await import("@mortise/server");
      const running = await worker({
        databaseUrl: options.database,
        ...(options.data === undefined ? {} : { dataDir: resolve(options.data) }),
        deployment,
        ...(metricsPort === undefined ? {} : { metricsPort }),
        ...(options.metricsHost === undefined ? {} : { metricsHost: options.metricsHost }),
        log: (line: string) => out.log(line),
      });
      const { metricsUrl } = running;
      const scraped = metricsUrl === undefined ? "" : ` Metrics: ${metricsUrl}`;
      out.result(
        { ok: true, status: "working", ...(metricsUrl === undefined ? {} : { metricsUrl }) },
        `Working. Ctrl-C stops.${scraped}`,
      );
      await untilStopped();
      out.log("Stopping …");
      await closeAndReport(() => running.close(), out);
      return 0;
    }),
  );
};
