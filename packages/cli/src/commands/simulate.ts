import type { Contract } from "@mortise/contract";
import type { Simulator } from "@mortise/simulator";
import { DiagnosticsFailure, usage } from "../failure.ts";
import type { Output } from "../output.ts";
import type { CommandDefinition } from "../program.ts";

interface SimulateOptions {
  readonly port: string;
  readonly seed: string;
  readonly gaps?: boolean;
  readonly scenario?: readonly string[];
  readonly state?: string;
  readonly list?: boolean;
}

/** `mortise simulate DIR|NAME [--port N] [--seed SEED] [--scenario FILE|NAME…] [--state FILE] [--gaps]`, `mortise simulate --list` */
export const simulateCommand: CommandDefinition = (program, start) => {
  program
    .command("simulate")
    .description("serve a fake vendor made from a connector's contract")
    .argument("[connector]", "path to a connector folder, or registry name")
    .option("--port <number>", "port on 127.0.0.1; 0: a free one", "4010")
    .option("--seed <seed>", "another seed gives other data, and other faults", "1")
    .option("--scenario <file|name...>", "what goes wrong: files, or names of built-in scenarios; several at once add up")
    .option("--state <file>", "what exists at the beginning: a JSON file; it is left as it is")
    .option("--list", "name the built-in scenarios and end")
    .option("--gaps", "first try every operation, and list those that cannot be answered")
    .action((connector: string | undefined, options: SimulateOptions) =>
      start(async (out) => {
        if (options.list) return await listScenarios(out);
        if (connector === undefined) throw usage("No connector was given.", "Give a folder or a name, or --list.");
        const port = Number(options.port);
        if (!Number.isInteger(port) || port < 0 || port > 65_535)
          throw usage(`--port ${options.port} is no port.`, "Give 0 to 65535.");
        const { findConnector } = await import("../find-connector.ts");
        const { createSimulator } = await import("@mortise/simulator");
        const { untilStopped } = await import("../until-stopped.ts");
        const { contract } = await findConnector(connector);
        const { readScenarios, readState } = await import("../simulation-files.ts");
        const scenario = await readScenarios(options.scenario ?? [], contract);
        const state = options.state === undefined ? {} : { state: await readState(options.state) };
        const simulator = await createSimulator(contract, { port, seed: options.seed, scenario, ...state }).catch(
          (error: unknown) => {
            throw refused(error, port, options.state);
          },
        );
        tell(out, simulator, contract, options);
        await untilStopped();
        await simulator.close();
        return 0;
      }),
    );
};

/** What kept the simulator from starting, in words of the command line. */
function refused(error: unknown, port: number, state: string | undefined): unknown {
  const { code, data } = error as { readonly code?: string; readonly data?: { readonly detail?: unknown } };
  if (code === "EADDRINUSE") return usage(`Port ${port} is taken.`, "Give another with --port, or 0 for a free one.");
  const faults = data?.detail;
  if (code !== "INVALID_DOCUMENT" || state === undefined || !Array.isArray(faults)) return error;
  return new DiagnosticsFailure(
    (faults as DiagnosticsFailure["diagnostics"]).map((each) => ({ ...each, file: state })),
    2,
  );
}

async function listScenarios(out: Output) {
  const { BUILT_IN_SCENARIOS } = await import("@mortise/simulator");
  const scenarios = Object.entries(BUILT_IN_SCENARIOS).map(([name, { title = "" }]) => ({ name, title }));
  const width = Math.max(...scenarios.map(({ name }) => name.length)) + 2;
  out.result({ ok: true, scenarios }, scenarios.map(({ name, title }) => `${name.padEnd(width)}${title}`).join("\n"));
  return 0 as const;
}

/** Says what is served, and how a connection comes to it. */
function tell(out: Output, simulator: Simulator, contract: Contract, options: SimulateOptions): void {
  const served = Object.values(contract.operations).filter(({ request }) => request !== undefined).length;
  const gaps = options.gaps ? simulator.gaps() : undefined;
  const { origin, unsafeOrigins } = simulator;
  const connection = { ...simulator.connectionFor() };
  const control = `${origin}/~simulator/`;
  const about = { origin, control, connection, unsafeOrigins, served };
  out.result({ ok: true, ...about, ...(gaps === undefined ? {} : { gaps }) }, "");
  if (out.json) return;
  const all = Object.keys(contract.operations).length;
  out.log(`✓ ${contract.name} ${contract.version} at ${origin}: ${served} of ${all} operations. Ctrl+C stops.`);
  if (options.scenario !== undefined) out.log(`  Scenario: ${options.scenario.join(", ")}`);
  out.log(`  It takes this connection: ${JSON.stringify(connection)}`);
  out.log(`  In a program: createRuntime({ connectors, unsafeOrigins: ${JSON.stringify(unsafeOrigins)} })`);
  out.log(`  With any HTTP client: curl ${origin}/…   State, scenario, requests: curl ${control}state`);
  if (served < all) out.log(`  ${all - served} operations run code or drivers of their own; no simulator stands for those.`);
  for (const { operation, reason } of gaps ?? []) out.log(`  no answer of ${operation}: ${reason}`);
}
