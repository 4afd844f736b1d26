import { usage } from "../failure.ts";
import type { CommandDefinition } from "../program.ts";

/** `mortise simulate DIR|NAME [--port N] [--seed SEED] [--gaps]` */
export const simulateCommand: CommandDefinition = (program, start) => {
  program
    .command("simulate")
    .description("serve a fake vendor made from a connector's contract")
    .argument("<connector>", "path to a connector folder, or registry name")
    .option("--port <number>", "port on 127.0.0.1; 0: a free one", "4010")
    .option("--seed <seed>", "another seed gives other data", "1")
    .option("--gaps", "first try every operation, and list those that cannot be answered")
    .action((connector: string, options: { readonly port: string; readonly seed: string; readonly gaps?: boolean }) =>
      start(async (out) => {
        const port = Number(options.port);
        if (!Number.isInteger(port) || port < 0 || port > 65_535)
          throw usage(`--port ${options.port} is no port.`, "Give 0 to 65535.");
        const { findConnector } = await import("../find-connector.ts");
        const { createSimulator } = await import("@mortise/simulator");
        const { untilStopped } = await import("../until-stopped.ts");
        const { contract } = await findConnector(connector);
        const simulator = await createSimulator(contract, { port, seed: options.seed }).catch((error: NodeJS.ErrnoException) => {
          throw error.code === "EADDRINUSE"
            ? usage(`Port ${port} is taken.`, "Give another with --port, or 0 for a free one.")
            : error;
        });
        const served = Object.values(contract.operations).filter(({ request }) => request !== undefined).length;
        const gaps = options.gaps ? simulator.gaps() : undefined;
        const connection = { ...simulator.connectionFor() };
        out.result({ ok: true, origin: simulator.origin, connection, served, ...(gaps === undefined ? {} : { gaps }) }, "");
        if (!out.json) {
          out.log(`✓ ${contract.name} ${contract.version} at ${simulator.origin}: ${served} operations. Ctrl+C stops.`);
          out.log(`  It takes this connection: ${JSON.stringify(connection)}`);
          for (const { operation, reason } of gaps ?? []) out.log(`  no answer of ${operation}: ${reason}`);
        }
        await untilStopped();
        await simulator.close();
        return 0;
      }),
    );
};
