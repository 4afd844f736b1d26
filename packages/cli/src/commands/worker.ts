import { resolve } from "node:path";
import { closeAndReport } from "../close-and-report.ts";
import { deploymentFromFlags, type EgressFlags, egressOptions } from "../deployment-flags.ts";
import type { CommandDefinition } from "../program.ts";
import { untilStopped } from "../until-stopped.ts";

interface WorkerOptions extends EgressFlags {
  readonly database: string;
  readonly data?: string;
}

/** `mortise worker --database URL` */
export const workerCommand: CommandDefinition = (program, start) => {
  const command = program
    .command("worker")
    .description("one more worker on a PostgreSQL that servers share")
    .requiredOption("--database <url>", "PostgreSQL URL")
    .option("--data <dir>", "data folder whose key opens the credentials (default: the key is MORTISE_KEY)");
  egressOptions(command).action((options: WorkerOptions) =>
    start(async (out) => {
      const deployment = await deploymentFromFlags(options, out);
      const { worker } = await import("@mortise/server");
      const running = await worker({
        databaseUrl: options.database,
        ...(options.data === undefined ? {} : { dataDir: resolve(options.data) }),
        deployment,
        log: (line: string) => out.log(line),
      });
      out.result({ ok: true, status: "working" }, "Working. Ctrl-C stops.");
      await untilStopped();
      out.log("Stopping …");
      await closeAndReport(() => running.close(), out);
      return 0;
    }),
  );
};
