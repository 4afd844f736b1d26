import { type CallResult, type Json, MortiseError } from "@mortise/contract";
import { type Connection, createRuntime } from "@mortise/runtime";
import { deploymentFromFlags, type EgressFlags, egressOptions } from "../deployment-flags.ts";
import { findOperation } from "../find-connector.ts";
import { formatError } from "../output.ts";
import type { CommandDefinition } from "../program.ts";
import { readConnectionFile } from "../read-connections.ts";
import { readInput } from "../read-file.ts";

interface CallOptions extends EgressFlags {
  readonly input?: string;
  readonly connection?: string;
  readonly dryRun?: boolean;
}

/** `mortise call CONNECTOR/OPERATION --input JSON|@FILE [--connection FILE] [--dry-run]` */
export const callCommand: CommandDefinition = (program, start) => {
  const command = program
    .command("call")
    .description("call one operation")
    .argument("<connector/operation>", "for example http/get, or ./my-connector/whoami")
    .option("--input <json|@file>", "the operation's input")
    .option("--connection <file>", "JSON file: { settings, auth, credential }")
    .option("--dry-run", "show what would be sent, send nothing");
  egressOptions(command).action((reference: string, options: CallOptions) =>
    start(async (out) => {
      const { connector, operation } = await findOperation(reference);
      const input = await readInput(options.input);
      const connection = options.connection ? await readConnectionFile(options.connection, connector.contract.name) : undefined;
      const deployment = await deploymentFromFlags(options, out);
      const runtime = createRuntime({
        connectors: [connector],
        ...deployment,
        trustedPublishers: [...(deployment.trustedPublishers ?? ["mortise"]), connector.contract.publisher],
      });
      const cancel = new AbortController();
      const onSignal = () => cancel.abort(new MortiseError("CALL_CANCELLED", "The call was cancelled."));
      process.on("SIGINT", onSignal);
      try {
        const result = await runtime.call(
          `${connector.contract.name}/${operation}`,
          request(input, connection, options.dryRun === true, cancel.signal),
        );
        out.result({ ok: result.outcome === "success", ...result }, result.outcome === "success" ? text(result.output) : "");
        if (result.outcome !== "success") report(result, out.json ? () => {} : (line) => out.log(line));
        return result.outcome === "success" ? 0 : 1;
      } finally {
        process.off("SIGINT", onSignal);
        await runtime.close();
      }
    }),
  );
};

function request(input: Json, connection: Connection | undefined, dryRun: boolean, signal: AbortSignal) {
  return { input, signal, ...(connection ? { connection } : {}), ...(dryRun ? { dryRun } : {}) };
}

function text(output: Json): string {
  return typeof output === "string" ? output : JSON.stringify(output, null, 2);
}

function report(result: Exclude<CallResult, { outcome: "success" }>, log: (line: string) => void): void {
  log(
    `${result.outcome} after ${result.meta.attempts} attempt${result.meta.attempts === 1 ? "" : "s"}: ${formatError(result.error)}`,
  );
}
