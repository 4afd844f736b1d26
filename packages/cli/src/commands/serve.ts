import { resolve } from "node:path";
import { closeAndReport } from "../close-and-report.ts";
import { deploymentFromFlags, type EgressFlags, egressOptions } from "../deployment-flags.ts";
import { portOf } from "../port-of.ts";
import type { CommandDefinition } from "../program.ts";
import { untilStopped } from "../until-stopped.ts";

interface ServeOptions extends EgressFlags {
  readonly demo?: boolean;
  readonly port?: string;
  readonly data: string;
  readonly database?: string;
}

/** `mortise serve [--demo] [--port N] [--data DIR] [--database URL]` */
export const serveCommand: CommandDefinition = (program, start) => {
  const command = program
    .command("serve")
    .description("server and builder on 127.0.0.1")
    .option("--demo", "with a demo workspace and the services it talks to, all on this machine")
    .option("--port <n>", "port (default: 4400, or the next free one)")
    .option("--data <dir>", "data folder with the embedded database", ".mortise")
    .option("--database <url>", "PostgreSQL to use instead of the embedded one");
  egressOptions(command).action((options: ServeOptions) =>
    start(async (out) => {
      const port = options.port === undefined ? undefined : portOf("--port", options.port);
      const deployment = await deploymentFromFlags(options, out);
      const { serve } = await import("@mortise/server");
      const served = await serve({
        dataDir: resolve(options.data),
        ...(options.database ? { databaseUrl: options.database } : {}),
        ...(port === undefined ? {} : { port }),
        demo: options.demo === true,
        deployment,
        log: (line: string) => out.log(line),
      });
      out.result(
        { ok: true, url: served.url, signInUrl: served.signInUrl },
        `Open ${served.signInUrl}\n(the link signs in once; Ctrl-C stops everything)`,
      );
      await untilStopped();
      out.log("Stopping …");
      await closeAndReport(() => served.close(), out);
      return 0;
    }),
  );
};
