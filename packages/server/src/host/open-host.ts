import type { KekProvider } from "@mortise/auth";
import { type Contract, isMortiseError, type JsonObject, MortiseError } from "@mortise/contract";
import { dbosEngine, openRunner, postgresRunLog, type ReadableRunLog, type Runner, type RunStores } from "@mortise/engine";
import { createRegistry, type Registry } from "@mortise/registry";
import {
  type BudgetStatus,
  type Connection,
  createRunHooks,
  createRuntime,
  type Hook,
  type RunHooks,
  type Runtime,
} from "@mortise/runtime";
import { codeRunner, createSandbox, customCode, type Sandbox, type SandboxLevel } from "@mortise/sandbox";
import type { Connector } from "@mortise/sdk";
import type { CoreTrigger, RunPriority } from "@mortise/workflow";
import type { Pool } from "pg";
import { DeploymentClients } from "../connect/deployment-client.ts";
import { type HostLifecycle, openHostLifecycle } from "../lifecycle/host-lifecycle.ts";
import type { ProcessKind } from "../lifecycle/process-status.ts";
import { runHookPort } from "../lifecycle/run-hook-port.ts";
import { taskNotice } from "../people/task-notice.ts";
import { isSimulatedRun } from "../simulation/simulated-run.ts";
import { SimulatedSystems } from "../simulation/simulated-systems.ts";
import { openStore, type Store } from "../store/open-store.ts";
import { renewedCredentials } from "../store/renewed-credentials.ts";
import type { StoredWorkflow } from "../store/workflow-store.ts";
import { type ConnectionCare, openConnectionCare } from "../tokens/connection-care.ts";
import { AnswerDesk } from "../triggers/answer-desk.ts";
import { openKeys } from "../vault/open-keys.ts";
import type { SecretUse } from "../vault/secret-use.ts";
import type { Deployment } from "./deployment.ts";
import { IndexedRunLog } from "./indexed-run-log.ts";
import { installedConnectors } from "./installed-connectors.ts";
import { lifecycleLine, lifecycleNotice } from "./lifecycle-news.ts";
import { openRetention } from "./retention.ts";

/** What a host keeps, before it works. */
export type HostStorage = Pick<Host, "store" | "pool">;

/** Options of {@link openHost}. */
export interface HostOptions {
  /** Folder of the embedded database and the key; with `databaseUrl`, of the key alone. */
  readonly dataDir?: string;
  readonly databaseUrl?: string;
  readonly deployment: Deployment;
  /** What the other processes of the deployment see it as. Absent: `server`. */
  readonly kind?: ProcessKind;
  /** Keys of the vault, e.g. of a KMS. Absent: those that the deployment names. */
  readonly keys?: KekProvider;
  /** Absent: the built-in ones. */
  readonly connectors?: readonly Connector[];
  /** What the deployment does at points of every call. Absent: nothing. */
  readonly hooks?: readonly Hook[];
  /** Done with the store before any unfinished run goes on. */
  readonly prepare?: (storage: HostStorage) => Promise<void>;
  readonly log: (line: string) => void;
  /** Epoch ms; absent: the machine's clock. */
  readonly now?: () => number;
}

/** What starts runs: a core trigger, or one of a connector. */
export type RunTrigger = CoreTrigger | "connector";

/** How a run is started. */
export interface StartRun {
  readonly workflow: StoredWorkflow;
  readonly trigger: RunTrigger;
  readonly input: unknown;
  /** More of the trigger than its body, such as `headers` and `query` of a webhook. Absent: nothing. */
  readonly beside?: JsonObject;
  /** W3C `traceparent` of whoever starts it: the run goes on with that trace. Absent, or malformed: a trace of its own. */
  readonly traceparent?: string | undefined;
  /** Same id, same run; one of `simulatedRunId` calls simulated systems. Absent: a new one. */
  readonly runId?: string;
}

/** A deployment at work: runtime, durable engine, store. The server, a worker and the demo stand on it. */
export interface Host {
  readonly deployment: Deployment;
  readonly registry: Registry<Connector>;
  readonly runtime: Runtime;
  readonly runner: Runner;
  /** Where code of connectors runs. */
  readonly sandbox: Sandbox;
  readonly runLog: ReadableRunLog;
  /** What runs wait for and remember. */
  readonly stores: RunStores;
  readonly store: Store;
  readonly pool: Pool;
  /** The apps that the deployment is registered with at other systems. */
  readonly clients: DeploymentClients;
  /** Keeps connections alive and tells how they do. */
  readonly care: ConnectionCare;
  /** What the deployment does around runs. */
  readonly runHooks: RunHooks;
  /** What may run, and what the processes of the deployment know of each other. */
  readonly lifecycle: HostLifecycle;
  /** Hands answers of runs to the requests that started them. */
  readonly answers: AnswerDesk;
  readonly now: () => number;
  /** The contract that a connection of this `connector[@version]` is for. */
  contract(connector: string): Contract | undefined;
  /** Starts a run of a stored workflow and notes it in the index. */
  startRun(request: StartRun): Promise<{ readonly runId: string; readonly created: boolean }>;
  /** Opens a connection for the runtime, credential included. */
  connection(name: string): Promise<Connection | undefined>;
  close(): Promise<void>;
}

/** Opens database, store, runtime and engine. Throws `DATABASE_UNAVAILABLE`, `MISCONFIGURED`. */
export async function openHost(options: HostOptions): Promise<Host> {
  const now = options.now ?? Date.now;
  const connectors = await installedConnectors(options.deployment, options.connectors);
  const registry = createRegistry(connectors);
  const keys = options.keys ?? openKeys({ settings: options.deployment.vault, dataDir: options.dataDir, now });
  const engine = await dbosEngine(target(options), { write: (line) => options.log(line.trimEnd()) });
  const store = await openStore(engine.pool, keys, now);
  await store.rotations.retireOverdue();
  await options.prepare?.({ store, pool: engine.pool });
  const contract = (connector: string) => (registry.get(connector) ?? registry.get(connector.split("@")[0] ?? ""))?.contract;
  const clients = new DeploymentClients({ store, contract });
  const connection = async (name: string, runId?: string): Promise<Connection | undefined> => {
    const found = await store.connections.find(name);
    if (!found) return undefined;
    const use: SecretUse = { purpose: "call", actor: "runtime", ...(runId === undefined ? {} : { runId }) };
    const held = await store.connections.readCredential(name, use);
    const credential = await clients.fill(found, held?.fields, use);
    return {
      name,
      connector: found.connector,
      settings: found.settings as Connection["settings"] & object,
      ...(found.auth === undefined ? {} : { auth: found.auth }),
      ...(credential ? { credential } : {}),
      ...(held ? { revoked: held.lease.revoked } : {}),
    };
  };
  const sandbox = createSandbox({ ...options.deployment.sandbox, now, onOpen: (level) => warnOfLevel(level, options.log) });
  if (connectors.some(hasCode)) void sandbox.level().catch((error: Error) => options.log(`No code can run: ${error.message}`));
  const { notify, egress, transport, proxy, ca } = options.deployment;
  const care = openConnectionCare({
    pool: engine.pool,
    connections: store.connections,
    now,
    log: options.log,
    ...(notify ? { notify } : {}),
    way: {
      ...(egress ? { egress } : {}),
      ...(transport ? { transport } : {}),
      ...(proxy ? { proxy } : {}),
      ...(ca ? { ca } : {}),
    },
  });
  const { pool } = engine;
  const { deployment, kind = "server", log } = options;
  const lifecycle = await openHostLifecycle({ pool, store, deployment, kind, contract, now, log });
  const runtime = createRuntime({
    connectors,
    connections: (name, _tenant, runId) => connection(name, runId),
    customCode: customCode(sandbox),
    code: codeRunner(sandbox),
    codeState: store.codeValues,
    credentialStore: clients.over(renewedCredentials(store.connections, care.leases)),
    healthReporter: care.health,
    onBudgetStatus: (status) => options.log(budgetLine(status)),
    ...(options.hooks ? { hooks: options.hooks } : {}),
    onLifecycle: (change) => {
      options.log(lifecycleLine(change));
      const notice = lifecycleNotice(change);
      if (notice !== undefined) care.tell(notice);
    },
    tally: lifecycle.rollups,
    ...options.deployment,
    ...lifecycle.lists,
  });
  const runLog = new IndexedRunLog(postgresRunLog(engine.pool), store.runs, store.workflows, options.log);
  const simulated = new SimulatedSystems({
    registry,
    customCode: customCode(sandbox),
    settingsOf: async (name) => (await store.connections.find(name))?.settings as JsonObject | undefined,
  });
  lifecycle.start(runtime);
  const answers = new AnswerDesk();
  const runHooks = createRunHooks(options.hooks ?? []);
  const hooks = runHookPort(runHooks);
  const runner = await openRunner({
    runtime: simulated.around(runtime),
    engine,
    registry,
    runLog,
    ...(options.deployment.publicUrl === undefined ? {} : { publicUrl: options.deployment.publicUrl }),
    notify: async (notice) => care.tell(taskNotice(notice, options.deployment.publicUrl)),
    answers,
    code: codeRunner(sandbox),
    revisions: (reference) => store.workflows.findRevision(reference),
    ...(hooks ? { hooks } : {}),
  });
  await settleIndex(store, engine, now());
  const retention = openRetention({
    settings: options.deployment.retention,
    runner,
    runs: store.runs,
    now,
    log: options.log,
  });
  care.start(runtime);

  return {
    deployment: options.deployment,
    registry,
    runtime,
    runner,
    sandbox,
    runLog,
    stores: engine.stores,
    store,
    pool: engine.pool,
    clients,
    care,
    runHooks,
    lifecycle,
    answers,
    now,
    contract,
    connection,
    startRun: async ({ workflow, trigger, input, beside, traceparent, runId = `run-${crypto.randomUUID()}` }) => {
      await store.runs.note({
        runId,
        workflowId: workflow.id,
        revision: workflow.revision,
        trigger,
        document: workflow.document,
      });
      try {
        const priority = PRIORITY_OF[trigger];
        const traced = traceparent === undefined ? {} : { traceparent };
        const asked = {
          input: (input ?? {}) as never,
          runId,
          trigger: beside ?? {},
          priority,
          source: trigger,
          workflowId: workflow.id,
          ...traced,
        };
        const started = await runner.start(workflow.document, asked);
        if (isSimulatedRun(runId)) void ended(runner, runId).then(() => simulated.end(runId));
        return started;
      } catch (error) {
        // A delivery that came twice may have started it before.
        if (!(await engine.status(runId).catch(() => undefined))) await store.runs.ended(runId, "failed", asError(error), now());
        throw error;
      }
    },
    close: async () => {
      retention.close();
      await care.close();
      await store.leases.close();
      // The pool ends with the runner.
      await lifecycle.close();
      const { drainMs = DRAIN_MS } = options.deployment;
      const endsAtMs = now() + drainMs;
      await runner.close(drainMs);
      await simulated.close();
      await runtime.close({ drainMs: Math.max(0, endsAtMs - now()) });
      await sandbox.close();
    },
  };
}

const hasCode = ({ contract }: Connector): boolean => Object.values(contract.operations).some(({ code }) => code !== undefined);

/** Says so where less stands around the code of connectors than could. */
function warnOfLevel({ level, detail, reasons }: SandboxLevel, log: (line: string) => void): void {
  if (level !== "namespace") log(`Reduced isolation: ${detail}${reasons.length === 0 ? "" : ` (${reasons.join("; ")})`}.`);
}

function budgetLine({ mode, workers, reason = "it does not answer" }: BudgetStatus): string {
  if (mode !== "alone") return `Budgets are shared by ${workers} worker${workers === 1 ? "" : "s"}.`;
  const part = workers > 0 ? `1 of ${workers} parts` : "its own share";
  return `Redis cannot be reached (${reason}): this worker keeps to ${part} of every budget until it is back.`;
}

/** Resolves when a run has ended, or nobody can tell any more. */
async function ended(runner: Runner, runId: string): Promise<void> {
  await runner.result(runId).catch(() => undefined);
}

function target({ dataDir, databaseUrl }: HostOptions) {
  if (databaseUrl !== undefined) return { databaseUrl };
  if (dataDir !== undefined) return { dataDir };
  throw new MortiseError("USAGE", "A deployment needs a data folder or a database URL.");
}

/** How urgent a run's calls are, by what started it. */
const PRIORITY_OF = Object.freeze({
  manual: "interactive",
  form: "interactive",
  webhook: "webhook",
  connector: "webhook",
  files: "webhook",
  workflow: "webhook",
  schedule: "scheduled",
} as const satisfies { readonly [trigger in RunTrigger]: RunPriority });

/** Time that what is in progress has to end when the process stops. */
const DRAIN_MS = 5_000;

/** A run is noted before it starts; one that did not start within this time never will. */
const NOTED_MS = 60_000;
const NEVER_STARTED = { code: "RUN_NOT_FOUND", message: "The server stopped before the run started." };

function asError(error: unknown): { readonly code: string; readonly message: string } {
  if (isMortiseError(error)) return error.data;
  return { code: "INTERNAL", message: "The run could not be started." };
}

/** Runs that ended while nobody was there to note it. */
async function settleIndex(store: Store, engine: Awaited<ReturnType<typeof dbosEngine>>, nowMs: number): Promise<void> {
  const open = await Promise.all(["running", "paused"].map((status) => store.runs.list({ status, limit: 1_000 })));
  for (const { runId, startedAtMs } of open.flat()) {
    const view = await engine.status(runId);
    if (view === undefined && startedAtMs < nowMs - NOTED_MS) await store.runs.ended(runId, "failed", NEVER_STARTED, nowMs);
    if (view === undefined || view.endedAt === undefined) continue;
    await store.runs.ended(runId, view.status, view.error, view.endedAt ?? startedAtMs);
  }
}
