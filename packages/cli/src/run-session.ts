import type { CredentialStore } from "@mortise/auth";
import type { Json } from "@mortise/contract";
import { dbosEngine, memoryEngine, memoryRunLog, openRunner, postgresRunLog, type RunEnd } from "@mortise/engine";
import { createRegistry } from "@mortise/registry";
import { type Connection, createRuntime } from "@mortise/runtime";
import { codeRunner, createSandbox, customCode } from "@mortise/sandbox";
import type { Connector } from "@mortise/sdk";
import type { Deployment } from "@mortise/server/deployment";
import { startTelemetry } from "@mortise/server/telemetry";
import type { RunEvent, RunLog, Workflow } from "@mortise/workflow";

/** Options of {@link openRunSession}. */
export interface RunSessionOptions {
  readonly deployment: Deployment;
  readonly connectors: readonly Connector[];
  readonly connections: ReadonlyMap<string, Connection>;
  /** Keeps renewed tokens. Absent: they are lost with the process. */
  readonly credentialStore?: CredentialStore;
  /** No journal. */
  readonly memory: boolean;
  /** Folder of the embedded database, where there is a journal. */
  readonly dataDir: string;
  /** The one run of this process, and so its scope: other runs of the folder are left alone. */
  readonly runId: string;
  readonly onEvent: (event: RunEvent) => void;
  /** The run was there before: it goes on, here or in the process that works on it, or has ended. */
  readonly onFound: () => void;
}

/** Runtime, engine and runner for one run of the command line. */
export async function openRunSession(options: RunSessionOptions) {
  const telemetry = await startTelemetry({ serviceName: "mortise-run", ...options.deployment.telemetry });
  const registry = createRegistry(options.connectors);
  const sandbox = createSandbox();
  const runtime = createRuntime({
    connectors: options.connectors,
    customCode: customCode(sandbox),
    code: codeRunner(sandbox),
    connections: async (name) => options.connections.get(name),
    ...(options.credentialStore === undefined ? {} : { credentialStore: options.credentialStore }),
    ...options.deployment,
  });
  const engine = options.memory ? memoryEngine() : await dbosEngine({ dataDir: options.dataDir }, { scope: options.runId });
  const log = "pool" in engine ? postgresRunLog(engine.pool) : memoryRunLog();
  const runner = await openRunner({ runtime, engine, registry, runLog: tee(log, options.onEvent), code: codeRunner(sandbox) });
  return {
    run: async (workflow: Workflow, input: Json | undefined): Promise<RunEnd> => {
      const { runId } = options;
      const { created } = await runner.start(workflow, { input, runId });
      if (!created) options.onFound();
      return await runner.result(runId);
    },
    close: async () => {
      await runner.close();
      await runtime.close();
      await sandbox.close();
      await telemetry.shutdown();
    },
  };
}

function tee(log: RunLog, onEvent: (event: RunEvent) => void): RunLog {
  return {
    record: (event) => {
      onEvent(event);
      log.record(event);
    },
    flush: () => log.flush(),
  };
}
