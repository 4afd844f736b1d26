import { DBOS, Error as DbosErrors, type WorkflowHandle } from "@dbos-inc/dbos-sdk";
import { DBOSExecutor } from "@dbos-inc/dbos-sdk/internal/dbos-executor";
import { dbRetryConfig, INTERNAL_QUEUE_NAME } from "@dbos-inc/dbos-sdk/internal/utils";
import { registerInternalQueue } from "@dbos-inc/dbos-sdk/internal/wfqueue";
import { MortiseError } from "@mortise/contract";
import type pg from "pg";
import { journalSerializer } from "./journal-serializer.ts";
import { withLaunchLock } from "./launch-lock.ts";
import { type Message, type Outcome, RUN, SEGMENT, STRAND } from "./message.ts";
import { outside } from "./outside.ts";
import { quietLogger } from "./quiet-logger.ts";
import { scopeVersion } from "./scope-version.ts";

/** Far more than a run is allowed (probation.ts): it may be there each time when others end their process. */
const MAX_RECOVERY_ATTEMPTS = 1_000;
/** Delayed runs and parked segments. */
export const PARKED_QUEUE = "mortise.parked";

type Workflow = (message: Message) => Promise<Outcome>;

/** DBOS as far as we use it. */
export interface LaunchedDbos {
  startRun(
    runId: string,
    message: Message,
    queue?: { readonly name: string; readonly delayMs: number },
  ): Promise<WorkflowHandle<Outcome> | undefined>;
  startStrand(workflowId: string, message: Message): Promise<WorkflowHandle<Outcome>>;
  startSegment(workflowId: string, message: Message, delayMs: number): Promise<WorkflowHandle<Outcome>>;
  recover(executorIds: readonly string[]): Promise<void>;
  checkCancelled(workflowId: string): Promise<void>;
  cancel(workflowId: string): Promise<void>;
  /** Ends a workflow as dead-lettered. */
  giveUp(workflowId: string): Promise<void>;
  remove(workflowIds: readonly string[]): Promise<void>;
  shutdown(): Promise<void>;
}

/** Options of {@link launchDbos}. */
export interface LaunchOptions {
  readonly pool: pg.Pool;
  readonly executorId: string;
  /** Of the scope: see scope-version.ts. */
  readonly version: string;
  /** Runs of one named queue at once in this process. */
  readonly queueConcurrency: number;
  readonly write: (line: string) => void;
  /** Told of each workflow that is to be executed here at once. */
  readonly onStart: (runId: string, workflowId: string) => void;
  readonly segment: Workflow;
}

/** Registers the program and launches DBOS; its tables are made by one process at a time. Throws `INTERNAL` when it is launched already. */
export async function launchDbos(options: LaunchOptions): Promise<LaunchedDbos> {
  if (DBOS.isInitialized())
    throw new MortiseError("INTERNAL", "DBOS is launched already; it is one per process.", {
      remedy: "Close the other engine first.",
    });
  const logger = quietLogger(options.write, () => Date.now());
  dbRetryConfig.initialBackoffSec = 0.1;
  dbRetryConfig.maxBackoffSec = 5;
  DBOS.setConfig({
    name: "mortise",
    applicationVersion: options.version,
    executorID: options.executorId,
    systemDatabasePool: options.pool,
    // Only ever logged: the pool decides where we are connected.
    systemDatabaseUrl: "postgresql://mortise@pool/mortise",
    useListenNotify: false,
    serializer: journalSerializer,
    logger,
  });
  registerInternalQueue(INTERNAL_QUEUE_NAME, { minPollingIntervalMs: 250 });
  const register = (name: string): Workflow =>
    DBOS.registerWorkflow((message: Message) => options.segment(message), { name, maxRecoveryAttempts: MAX_RECOVERY_ATTEMPTS });
  const [run, strand, segment] = [register(RUN), register(STRAND), register(SEGMENT)];
  await outside(() =>
    withLaunchLock(options.pool, async (client) => {
      await DBOS.launch();
      // DBOS lists each version for good and calls the newest the latest; a scope is no release.
      if (options.version !== scopeVersion(""))
        await client.query("delete from dbos.application_versions where version_name = $1", [options.version]);
    }),
  );
  const queues = new Set<string>();
  const queue = async (name: string, settings: { workerConcurrency?: number; minPollingIntervalMs: number }) => {
    if (queues.has(name)) return;
    await DBOS.registerQueue(name, { ...settings, onConflict: "always_update" });
    queues.add(name);
  };
  await outside(() => queue(PARKED_QUEUE, { minPollingIntervalMs: 200 }));
  const executor = DBOSExecutor.globalInstance as DBOSExecutor;

  return {
    startRun: (workflowID, message, queued) =>
      outside(async () => {
        if (queued && queued.name !== PARKED_QUEUE)
          await queue(queued.name, { workerConcurrency: options.queueConcurrency, minPollingIntervalMs: 100 });
        const place = queued ? enqueue(queued.name, queued.delayMs) : {};
        if (!queued) options.onStart(message.runId, workflowID);
        try {
          return await DBOS.startWorkflow(run, { workflowID, workflowIDReusePolicy: "reject", ...place })(message);
        } catch (error) {
          if (error instanceof DbosErrors.DBOSWorkflowIDInUseError) return undefined;
          throw error;
        }
      }),
    startStrand: (workflowID, message) => {
      options.onStart(message.runId, workflowID);
      return DBOS.startWorkflow(strand, { workflowID })(message);
    },
    startSegment: (workflowID, message, delayMs) =>
      DBOS.startWorkflow(segment, { workflowID, ...enqueue(PARKED_QUEUE, delayMs) })(message),
    recover: (executorIds) => outside(async () => void (await executor.recoverPendingWorkflows([...executorIds]))),
    checkCancelled: (workflowId) => executor.systemDatabase.checkIfCanceled(workflowId),
    cancel: (workflowId) => outside(() => DBOS.cancelWorkflow(workflowId, { cancelChildren: true })),
    giveUp: (workflowId) => outside(() => executor.systemDatabase.deadLetterWorkflows([workflowId], 0)),
    remove: (workflowIds) => outside(() => DBOS.deleteWorkflows([...workflowIds], true)),
    shutdown: () => {
      logger.mute();
      return outside(() => DBOS.shutdown({ deregister: true }));
    },
  };
}

function enqueue(queueName: string, delayMs: number) {
  return delayMs > 0 ? { queueName, enqueueOptions: { delaySeconds: delayMs / 1_000 } } : { queueName };
}
