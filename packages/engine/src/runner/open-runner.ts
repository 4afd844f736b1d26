import { randomUUID } from "node:crypto";
import { type CodeRunner, type ErrorData, type Json, type JsonObject, MortiseError } from "@mortise/contract";
import type { Entry, Registry } from "@mortise/registry";
import { type Runtime, recordWorkflowMetric } from "@mortise/runtime";
import {
  type AnswerPort,
  createInterpreter,
  type DurableEngine,
  type EndStatus,
  type IntentStore,
  type NotifyPeople,
  type RunEvent,
  type RunHookPort,
  type RunLog,
  type RunPriority,
  repeatInput,
  type Workflow,
  workflowHash,
} from "@mortise/workflow";
import { memoryRunLog } from "../run-log/memory-run-log.ts";
import type { ReadableRunLog } from "../run-log/readable-run-log.ts";
import type { GraphStore } from "../store/graph-store.ts";
import type { RunStores } from "../store/run-stores.ts";
import { toErrorData } from "../strand/failure.ts";
import { followRun } from "./follow-run.ts";
import { redactValues } from "./redact-values.ts";
import { runtimeOperations } from "./runtime-operations.ts";
import { inSpan } from "./spans.ts";
import { tracedProgram } from "./traced-program.ts";
import { undoSagas } from "./undo-sagas.ts";
import { workflowCode } from "./workflow-code.ts";
import { type FindRevision, withRevisions } from "./workflow-revisions.ts";

/** An engine with the stores that come with it. */
export type RunnerEngine = DurableEngine & {
  readonly graphs: GraphStore;
  readonly intents: IntentStore;
  readonly stores: RunStores;
};

/** Options of {@link openRunner}. */
export interface RunnerOptions {
  readonly runtime: Runtime;
  /** Closed by {@link Runner.close}. */
  readonly engine: RunnerEngine;
  /** Commit points of writes that are not safe to repeat; absent: the engine's. */
  readonly intents?: IntentStore;
  /** Absent: the last 200 runs in memory. */
  readonly runLog?: RunLog | ReadableRunLog;
  /** What the deployment does at the start and the end of runs that start from now on. Absent: nothing. */
  readonly hooks?: RunHookPort;
  /** Finds operations; absent: the runtime's connectors. */
  readonly registry?: Registry<Entry>;
  /** Where others reach the server, for addresses of callbacks and tasks; without a slash at the end. Absent: paths alone. */
  readonly publicUrl?: string;
  /** Where runs answer the requests that started them. Absent: nobody is answered. */
  readonly answers?: AnswerPort;
  /** Where code of workflows runs. Absent: it does not. */
  readonly code?: CodeRunner;
  /** Finds the revisions that sub-workflows name. Absent: only hashes of documents that were run here. */
  readonly revisions?: FindRevision;
  /** Tells people that a run waits for them. Absent: nobody is told. */
  readonly notify?: NotifyPeople;
}

/** What starts a run. */
export interface RunRequest {
  /** The trigger's payload, `trigger.body`; absent: `{}`. */
  readonly input?: Json;
  /** More of the trigger, such as `headers` and `query` of a webhook. */
  readonly trigger?: { readonly [key: string]: Json };
  /** Same id, same run; absent: a new one. */
  readonly runId?: string;
  /** Background work: goes through the queue of this name. Absent: starts at once. */
  readonly queue?: string;
  /** Epoch ms; absent: now. */
  readonly at?: number;
  /** Check mode: writes are validated and described, never sent. */
  readonly dryRun?: boolean;
  /** How urgent the run's calls are: where there is too much to do, the least urgent are turned away first. Absent: interactive. */
  readonly priority?: RunPriority;
  /** What starts it, for hooks: what brought the event that does. Absent: `manual`. */
  readonly source?: string;
  /** W3C trace context of what caused the run. Absent: the active span. */
  readonly traceparent?: string;
  /** What stays the same when the workflow is edited: what its nodes remember across runs goes by it. Absent: its name does. */
  readonly workflowId?: string;
}

/** How a run is repeated. */
export interface RepeatRequest extends Pick<RunRequest, "queue" | "at" | "traceparent" | "priority"> {
  /** Of the new run; same id, same run. Absent: a new one. */
  readonly runId?: string;
  /** Places of steps, e.g. `load[3]/upsert`, from which on everything is done again. Absent: what failed. */
  readonly from?: readonly string[];
  /** Inputs of calls, by place, instead of what the document computes. */
  readonly edits?: { readonly [path: string]: Json };
  /** Sends writes whose outcome is unknown again, as new ones: somebody found out that they did not happen, or accepts it twice. */
  readonly newKeys?: boolean;
}

/** How a run ended. */
export interface RunEnd {
  readonly runId: string;
  readonly status: "succeeded" | "failed" | "cancelled";
  readonly output?: Json;
  readonly error?: ErrorData;
}

/** Runs workflows of one deployment. */
export interface Runner {
  /** Starts a run, or finds the one of this id, and waits for its end. A failed run is a result; throws only when it cannot be run or waited for. */
  run(workflow: Workflow, request?: RunRequest): Promise<RunEnd>;
  start(workflow: Workflow, request?: RunRequest): Promise<{ readonly runId: string; readonly created: boolean }>;
  /** Waits for the end. Throws `RUN_NOT_FOUND`, and `DEADLINE_EXCEEDED` after `timeoutMs`. */
  result(runId: string, options?: { readonly timeoutMs?: number }): Promise<RunEnd>;
  /** The run's events from the beginning, or after `seq`, until it has ended. Throws `USAGE` when the run log cannot be read. */
  events(
    runId: string,
    options?: { readonly seq?: number; readonly signal?: AbortSignal },
  ): AsyncIterable<{ readonly seq: number; readonly event: RunEvent }>;
  /**
   * Cancels a run. What its sagas did is undone by a run of its own (`<run>.undo`), which is started first and cancels by itself, so that a
   * process that dies in between leaves nothing half done; returns the ids of such runs.
   */
  cancel(runId: string): Promise<{ readonly undoneBy: readonly string[] }>;
  /** Lets nothing more of a run begin until {@link Runner.resume}; calls in flight end. Throws `RUN_NOT_FOUND`. */
  pause(runId: string): Promise<void>;
  /** Continues a paused, cancelled or given-up run where it stopped. Throws `RUN_NOT_FOUND`, and `USAGE` where no journal is kept. */
  resume(runId: string): Promise<void>;
  /**
   * Starts a run that repeats an ended one with its document: steps that succeeded are taken over, what failed and what follows is done
   * again. Throws `RUN_NOT_FOUND`, `CONFLICT` while it goes on, and `USAGE` for a step that is not there or where no journal is kept.
   */
  repeat(runId: string, request?: RepeatRequest): Promise<{ readonly runId: string; readonly created: boolean }>;
  /** Runs a workflow on every tick, `trigger.scheduledAt` in hand; null removes the schedule. Throws `INVALID_SCHEDULE`. */
  schedule(
    name: string,
    schedule: {
      readonly workflow: Workflow;
      readonly cron: string;
      readonly timeZone?: string;
      readonly workflowId?: string;
    } | null,
  ): Promise<void>;
  /** Forgets runs that ended before, with all that is kept of them; returns how many. `statuses` absent: however they ended. */
  purge(olderThan: Date, statuses?: readonly EndStatus[]): Promise<number>;
  /** Stops taking work, waits up to `drainMs` for steps in flight, closes the engine. Unfinished runs go on when it is opened again. */
  close(drainMs?: number): Promise<void>;
}

/** Opens the engine with the interpreter on a runtime's operations. */
export async function openRunner(options: RunnerOptions): Promise<Runner> {
  const { runtime, engine, registry } = options;
  const readable = options.runLog ?? memoryRunLog();
  const log = withCancelledEnds(readable);
  const operations = runtimeOperations({ runtime, registry, intents: options.intents ?? engine.intents });
  const cancel = async (runId: string) => {
    await engine.cancel(runId);
    const view = await engine.status(runId);
    if (view?.status === "cancelled")
      log.record({ kind: "run-ended", runId, atMs: view.endedAt ?? view.startedAt, status: "cancelled" });
  };
  const redact = redactValues((use) => registry?.operation(use)?.operation ?? runtime.describe(use));
  // Runs know from their beginning whether they pass hooks, as their journal must not come to be another one.
  const hooked = (source: string): JsonObject => (options.hooks ? { hooked: source } : {});
  await engine.open(
    tracedProgram(
      createInterpreter({
        operations,
        log,
        redact,
        workflows: withRevisions(engine.graphs, options.revisions),
        metrics: { record: recordWorkflowMetric },
        ...(options.answers ? { answers: options.answers } : {}),
        ...(options.code ? { code: workflowCode(options.code) } : {}),
        ...engine.stores,
        cancelRun: (runId) => cancel(runId),
        ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
        ...(options.notify ? { notify: options.notify } : {}),
        ...(options.hooks ? { hooks: options.hooks } : {}),
      }),
    ),
  );

  const start: Runner["start"] = async (workflow, request = {}) => {
    const runId = request.runId ?? `run-${randomUUID()}`;
    const hash = await workflowHash(workflow);
    await engine.graphs.put(hash, workflow);
    const span = { name: "mortise.trigger" as const, attributes: { "mortise.run_id": runId, "mortise.workflow": workflow.name } };
    return await inSpan({ ...span, traceparent: request.traceparent }, async (traceparent) => {
      const trigger = { ...request.trigger, body: request.input ?? {} };
      const flags = {
        ...(traceparent ? { traceparent } : {}),
        ...(request.dryRun ? { dryRun: true } : {}),
        ...hooked(request.source ?? "manual"),
        ...(request.priority === undefined ? {} : { priority: request.priority }),
        ...(request.workflowId === undefined ? {} : { workflowId: request.workflowId }),
      };
      const input = { abi: 1, workflowHash: hash, trigger, runId, ...flags };
      const { created } = await engine.start({ runId, input, queue: request.queue, at: request.at });
      return { runId, created };
    });
  };
  const repeat: Runner["repeat"] = async (of, { runId = `run-${randomUUID()}`, from, edits, newKeys, ...request } = {}) => {
    const view = await engine.status(of);
    if (view?.endedAt === undefined && view !== undefined)
      throw new MortiseError("CONFLICT", `Run ${of} has not ended, so there is nothing to repeat.`, {
        remedy: "Wait for its end, or cancel it.",
      });
    const segments = await engine.segments(of);
    const hash = hashOf(segments);
    const workflow = hash === undefined ? undefined : await engine.graphs.get(hash);
    if (workflow === undefined) throw new MortiseError("INTERNAL", `The document of run ${of} is not stored any more.`);
    const facts = { ...(from ? { from } : {}), ...(edits ? { edits } : {}), ...(newKeys ? { newKeys } : {}) };
    const { segment, input } = repeatInput({ workflow, segments }, runId, facts);
    const span = { name: "mortise.trigger" as const, attributes: { "mortise.run_id": runId, "mortise.workflow": workflow.name } };
    return await inSpan({ ...span, traceparent: request.traceparent }, async (traceparent) => {
      const own: JsonObject = {
        ...hooked("manual"),
        ...(request.priority === undefined ? {} : { priority: request.priority }),
        ...(traceparent ? { traceparent } : {}),
      };
      const { created } = await engine.start({
        runId,
        input: { ...input, ...own },
        queue: request.queue,
        at: request.at,
        repeats: { runId: of, segment },
      });
      return { runId, created };
    });
  };
  const result: Runner["result"] = async (runId, wait) => {
    try {
      return { runId, status: "succeeded", output: await engine.result(runId, wait) };
    } catch (thrown) {
      // What kept us from waiting is no end of the run.
      const view = await engine.status(runId);
      if (view?.status !== "failed" && view?.status !== "cancelled") throw thrown;
      const error = toErrorData(thrown);
      return { runId, status: view.status, error };
    }
  };
  return {
    start,
    result,
    run: async (workflow, request) => {
      const { runId } = await start(workflow, request);
      const end = await result(runId);
      await log.flush();
      return end;
    },
    events: (runId, from) => followRun(readable, runId, from),
    cancel: async (runId) => {
      const undoneBy = await undoSagas(engine, runId);
      await cancel(runId);
      return { undoneBy };
    },
    pause: (runId) => engine.pause(runId),
    resume: (runId) => engine.resume(runId),
    repeat,
    purge: (olderThan, statuses) => engine.purge(olderThan, statuses),
    schedule: async (name, schedule) => {
      if (schedule === null) return await engine.schedule(name, null);
      const hash = await workflowHash(schedule.workflow);
      await engine.graphs.put(hash, schedule.workflow);
      await engine.schedule(name, {
        cron: schedule.cron,
        ...(schedule.timeZone === undefined ? {} : { timeZone: schedule.timeZone }),
        input: {
          ...{ abi: 1, workflowHash: hash, trigger: {}, priority: "scheduled", ...hooked("schedule") },
          ...(schedule.workflowId === undefined ? {} : { workflowId: schedule.workflowId }),
        },
      });
    },
    close: async (drainMs) => {
      await operations.close();
      await log.flush().catch(() => {});
      await engine.close(drainMs);
    },
  };
}

/** Of the document that a run began with. */
function hashOf([first]: readonly Json[]): string | undefined {
  const hash = typeof first === "object" && first !== null && "workflowHash" in first ? first.workflowHash : undefined;
  return typeof hash === "string" ? hash : undefined;
}

/** A cancelled run's program sees the cancel as an error; in the log it is an end of its own kind. */
function withCancelledEnds(log: RunLog): RunLog {
  return {
    record: (event) => {
      const cancelled = event.kind === "run-ended" && event.error?.code === "RUN_CANCELLED";
      log.record(cancelled ? { ...event, status: "cancelled" } : event);
    },
    flush: () => log.flush(),
  };
}
