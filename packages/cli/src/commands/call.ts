import { type CallMeta, type CallResult, type Contract, type Json, MortiseError, type Operation } from "@mortise/contract";
import { type CodeRecording, type Connection, createRuntime } from "@mortise/runtime";
import { codeRunner, createSandbox, customCode } from "@mortise/sandbox";
import { writeRecordings } from "../code-recordings.ts";
import { codeStateFile } from "../code-state-file.ts";
import { credentialFile } from "../credential-file.ts";
import { deploymentFromFlags, type EgressFlags, egressOptions } from "../deployment-flags.ts";
import { findOperation } from "../find-connector.ts";
import { formatError } from "../output.ts";
import type { CommandDefinition } from "../program.ts";
import { readConnectionFile } from "../read-connections.ts";
import { readInput } from "../read-file.ts";
import { replayCall } from "../replay-call.ts";
import { readState, writeState } from "../state-file.ts";

const SHOWN_ITEMS = 20;

interface CallOptions extends EgressFlags {
  readonly input?: string;
  readonly connection?: string;
  readonly dryRun?: boolean;
  readonly simulate?: boolean;
  readonly state?: string;
  readonly record?: string;
  readonly replay?: string;
}

/** `mortise call CONNECTOR/OPERATION --input JSON|@FILE [--connection FILE] [--state FILE] [--dry-run] [--simulate]` */
export const callCommand: CommandDefinition = (program, start) => {
  const command = program
    .command("call")
    .description("call one operation")
    .argument("<connector/operation>", "for example http/get, or ./my-connector/whoami")
    .option("--input <json|@file>", "the operation's input")
    .option("--connection <file>", "JSON file: { settings, auth, credential }")
    .option("--state <file>", "where an incremental read goes on from, rewritten after it has succeeded; or what code keeps")
    .option("--record <file>", "of an operation in code: write what it was told, without secrets, for --replay")
    .option("--replay <file>", "of an operation in code: run it again as it was recorded, without network")
    .option("--dry-run", "show what would be sent, send nothing")
    .option("--simulate", "call a fake vendor made from the contract; no connection is needed");
  egressOptions(command).action((reference: string, options: CallOptions) =>
    start(async (out) => {
      const { connector, operation } = await findOperation(reference);
      const { code } = connector.contract.operations[operation] ?? {};
      if (code === undefined && (options.record ?? options.replay) !== undefined) throw notInCode();
      if (options.replay !== undefined) return await replayCall({ connector, operation, file: options.replay, out });
      const input = await readInput(options.input);
      const given = options.connection ? await readConnectionFile(options.connection, connector.contract.name) : undefined;
      const simulator = options.simulate ? await startSimulator(connector.contract, given) : undefined;
      const connection = given ?? simulator?.connectionFor(connector.contract.operations[operation]?.auth?.[0]);
      const keepsValues = code?.capabilities.state !== undefined && options.state !== undefined;
      const state =
        options.state === undefined || keepsValues
          ? undefined
          : await stateFor(connector.contract.operations[operation], options.state);
      const deployment = await deploymentFromFlags(options, out);
      const sandbox = createSandbox();
      const runtime = createRuntime({
        connectors: [connector],
        customCode: customCode(sandbox),
        code: codeRunner(sandbox),
        ...(keepsValues ? { codeState: await codeStateFile(options.state ?? "") } : {}),
        ...deployment,
        trustedPublishers: [...(deployment.trustedPublishers ?? ["mortise"]), connector.contract.publisher],
        ...(options.connection === undefined
          ? {}
          : {
              credentialStore: credentialFile(
                options.connection,
                (root) => root,
                (line) => out.log(line),
              ),
            }),
        ...(simulator === undefined ? {} : { unsafeOrigins: simulator.unsafeOrigins }),
      });
      const cancel = new AbortController();
      const onSignal = () => cancel.abort(new MortiseError("CALL_CANCELLED", "The call was cancelled."));
      process.on("SIGINT", onSignal);
      const recordings: CodeRecording[] = [];
      const onCodeRecording = (recording: CodeRecording) => void recordings.push(recording);
      try {
        const result = await runtime.call(`${connector.contract.name}/${operation}`, {
          ...request(input, connection, options.dryRun === true, cancel.signal),
          ...(state === undefined ? {} : { state }),
          ...(options.record === undefined ? {} : { onCodeRecording }),
        });
        if (options.record !== undefined) await writeRecordings(options.record, recordings);
        out.result({ ok: result.outcome === "success", ...result }, result.outcome === "success" ? text(result.output) : "");
        const log = out.json ? () => {} : (line: string) => out.log(line);
        if (result.outcome === "success") reportItems(result.meta, log);
        else report(result, log);
        if (options.state !== undefined && result.meta.state !== undefined) await writeState(options.state, result.meta.state);
        return result.outcome === "success" ? 0 : 1;
      } finally {
        process.off("SIGINT", onSignal);
        await runtime.close();
        await sandbox.close();
        await simulator?.close();
      }
    }),
  );
};

function notInCode(): MortiseError {
  return new MortiseError("USAGE", "The operation is not in code of the connector: there is nothing to record.", {
    remedy: "Leave --record and --replay out.",
  });
}

/** Throws `USAGE` for an operation that keeps no state. */
async function stateFor(operation: Operation | undefined, file: string): Promise<Json> {
  if (operation?.incremental === undefined) {
    throw new MortiseError("USAGE", "The operation does not read incrementally, so it keeps no state.", {
      remedy: "Leave --state out.",
    });
  }
  return readState(file);
}

/** A fake vendor that takes its own connection, and the one that is given. */
async function startSimulator(contract: Contract, given: Connection | undefined) {
  const { createSimulator } = await import("@mortise/simulator");
  return await createSimulator(contract, given === undefined ? {} : { connections: [given] });
}

function request(input: Json, connection: Connection | undefined, dryRun: boolean, signal: AbortSignal) {
  return { input, signal, ...(connection ? { connection } : {}), ...(dryRun ? { dryRun } : {}) };
}

function text(output: Json): string {
  return typeof output === "string" ? output : JSON.stringify(output, null, 2);
}

/** Says which items failed while others succeeded. */
function reportItems({ itemFailures = [], itemFailureCount = 0 }: CallMeta, log: (line: string) => void): void {
  if (itemFailureCount === 0) return;
  log(`${itemFailureCount} item${itemFailureCount === 1 ? "" : "s"} failed:`);
  for (const { index, outcome, code, message } of itemFailures.slice(0, SHOWN_ITEMS))
    log(`  item ${index}: ${outcome} ${code} ${message}`);
  if (itemFailureCount > SHOWN_ITEMS) log(`  and ${itemFailureCount - SHOWN_ITEMS} more; see --json`);
}

function report(result: Exclude<CallResult, { outcome: "success" }>, log: (line: string) => void): void {
  log(
    `${result.outcome} after ${result.meta.attempts} attempt${result.meta.attempts === 1 ? "" : "s"}: ${formatError(result.error)}`,
  );
}
