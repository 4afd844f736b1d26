import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import type { CredentialStore } from "@mortise/auth";
import { isMortiseError, type Json, type JsonObject } from "@mortise/contract";
import { createRegistry } from "@mortise/registry";
import { installedConnectors } from "@mortise/server/installed";
import { parseWorkflow, type RunEvent, type Workflow } from "@mortise/workflow";
import { bringDefinitions } from "../bring-definitions.ts";
import { checkWorkflowFile } from "../check-workflow-file.ts";
import { closeAndReport } from "../close-and-report.ts";
import { credentialFile } from "../credential-file.ts";
import { deploymentFromFlags, type EgressFlags, egressOptions } from "../deployment-flags.ts";
import { DiagnosticsFailure } from "../failure.ts";
import { type ExitCode, formatDiagnostic, formatError, type Output } from "../output.ts";
import type { CommandDefinition } from "../program.ts";
import { readConnectionsFile } from "../read-connections.ts";
import { readInput, readJsonFile } from "../read-file.ts";
import { recordRun } from "../record-run.ts";
import { planOf } from "../run-plan.ts";
import { RunProgressView } from "../run-progress-view.ts";

interface RunOptions extends EgressFlags {
  readonly input?: string;
  readonly connections?: string;
  readonly data: string;
  readonly run?: string;
  readonly memory?: boolean;
  readonly dryRun?: boolean;
  readonly record?: string;
}

/** `mortise run WORKFLOW.json [--input JSON|@FILE] [--connections FILE] [--data DIR] [--run ID] [--memory] [--dry-run]` */
export const runCommand: CommandDefinition = (program, start) => {
  const command = program
    .command("run")
    .description("run a workflow, durably: the same --data and --run go on where they stopped")
    .argument("<workflow.json>", "workflow document")
    .option("--input <json|@file>", "the trigger's payload (trigger.body)")
    .option("--connections <file>", 'JSON file: { "<name>": { connector, settings, auth, credential } }')
    .option("--data <dir>", "folder of the journal", ".mortise")
    .option("--run <id>", "id of the run; an id that exists is resumed")
    .option("--memory", "keep no journal: nothing survives a crash")
    .option("--record <file>", "write a test of this run (.test.json), for mortise test")
    .option("--dry-run", "check and show the plan; nothing is called");
  egressOptions(command).action((file: string, options: RunOptions) => start((out) => runWorkflow(file, options, out)));
};

/** Renewed tokens go back into the connections file. */
function keepIn(file: string, out: Output): CredentialStore {
  return credentialFile(
    file,
    (root, name) => (Object.hasOwn(root, name) ? root[name] : undefined),
    (line) => out.log(line),
  );
}

async function runWorkflow(file: string, options: RunOptions, out: Output): Promise<ExitCode> {
  const read = await readJsonFile(file);
  const connections = options.connections ? await readConnectionsFile(options.connections) : new Map();
  const deployment = await deploymentFromFlags(options, out);
  const connectors = await installedConnectors(deployment);
  const registry = createRegistry(connectors);
  const diagnostics = checkWorkflowFile(read, { registry, connections: [...connections.keys()] });
  if (diagnostics.some(({ severity }) => severity === "error")) throw new DiagnosticsFailure(diagnostics, 1);
  for (const diagnostic of diagnostics) out.log(formatDiagnostic(diagnostic, file));
  const { workflow } = parseWorkflow(bringDefinitions(read.value, file) as object);
  if (!workflow) throw new DiagnosticsFailure(diagnostics, 1);
  const input = await readInput(options.input);
  if (options.dryRun) {
    const plan = planOf(workflow, registry, connections);
    out.result(
      { ok: true, dryRun: true, plan },
      plan
        .map((step) => `${step.path}  ${step.use}  ${step.effect}${step.connection ? `  with ${step.connection}` : ""}`)
        .join("\n"),
    );
    return 0;
  }
  const runId = options.run ?? `run-${randomUUID()}`;
  const view = new RunProgressView(out);
  const events: RunEvent[] = [];
  // The engine is loaded only when something runs: check and --dry-run answer at once.
  const { openRunSession } = await import("../run-session.ts");
  const session = await openRunSession({
    deployment,
    connectors,
    connections,
    ...(options.connections === undefined ? {} : { credentialStore: keepIn(options.connections, out) }),
    memory: options.memory === true,
    dataDir: resolve(options.data),
    runId,
    onEvent: (event) => {
      view.show(event);
      if (options.record !== undefined) events.push(event);
    },
    onFound: () => out.log(`Run ${runId} is known in ${options.data}: going on with it, or waiting for the process that does.`),
  });
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  try {
    const ended = await Promise.race([session.run(workflow, input), aborted(stop.signal)]);
    if (options.record !== undefined && ended !== undefined) await recordRun(options.record, events, { file, workflow, out });
    return await finish(ended, {
      runId,
      workflow,
      options,
      out,
      view,
    });
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
    view.close();
    await closeAndReport(() => session.close(), out);
  }
}

interface Ended {
  readonly status: string;
  readonly output?: Json;
  readonly error?: unknown;
}

interface Finish {
  readonly runId: string;
  readonly workflow: Workflow;
  readonly options: RunOptions;
  readonly out: Output;
  readonly view: RunProgressView;
}

async function finish(ended: Ended | undefined, { runId, workflow, options, out, view }: Finish): Promise<ExitCode> {
  view.close();
  if (ended === undefined) {
    const again = options.memory
      ? "It kept no journal and cannot go on."
      : `Go on with: mortise run … --data ${options.data} --run ${runId}`;
    out.result({ ok: false, runId, status: "stopped" }, "");
    out.log(`Stopped. ${again}`);
    return 1;
  }
  const ok = ended.status === "succeeded";
  const error = isMortiseError(ended.error) ? ended.error.data : (ended.error as JsonObject | undefined);
  out.result(
    {
      ok,
      runId,
      workflow: workflow.name,
      status: ended.status,
      ...(ended.output === undefined ? {} : { output: ended.output }),
      ...(error ? { error } : {}),
      steps: view.summary(),
    },
    ok ? JSON.stringify(ended.output ?? {}, null, 2) : "",
  );
  if (!out.json) {
    out.log(`${ok ? "✓" : "✗"} ${workflow.name}: ${ended.status} (${runId})`);
    if (error && "message" in error) out.log(formatError(error as never));
  }
  return ok ? 0 : 1;
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined), { once: true }));
}
