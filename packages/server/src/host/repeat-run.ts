import { randomUUID } from "node:crypto";
import { MortiseError } from "@mortise/contract";
import type { RepeatRequest } from "@mortise/engine";
import { isSimulatedRun, simulatedRunId } from "../simulation/simulated-run.ts";
import type { RunQuery } from "../store/run-index.ts";
import type { Host } from "./open-host.ts";

/** Repeats an ended run and notes the new one in the index; a simulated run is repeated against simulated systems. */
export async function repeatRun(host: Host, of: string, request: RepeatRequest = {}): Promise<{ readonly runId: string }> {
  const found = await host.store.runs.find(of);
  if (!found) throw new MortiseError("RUN_NOT_FOUND", `No run "${of}" exists.`);
  const runId = request.runId ?? (isSimulatedRun(of) ? simulatedRunId() : `run-${randomUUID()}`);
  const { run, document } = found;
  if (run.workflowId === undefined || run.revision === undefined)
    throw new MortiseError("USAGE", `Run "${of}" belongs to no stored workflow, so it cannot be repeated here.`);
  const { workflowId, revision, trigger } = run;
  await host.store.runs.note({ runId, workflowId, revision, trigger, document, repeats: of });
  try {
    await host.runner.repeat(of, { ...request, runId });
  } catch (error) {
    await host.store.runs.forget(runId);
    throw error;
  }
  return { runId };
}

/** Repeats many failed runs, spread over time so that what they call is not overrun. */
export interface BulkRepeat extends RunQuery {
  /** Starts a minute. */
  readonly perMinute: number;
}

/** What came of a bulk repeat. */
export interface BulkRepeated {
  readonly repeated: readonly { readonly runId: string; readonly repeats: string }[];
  readonly refused: readonly { readonly repeats: string; readonly code: string; readonly message: string }[];
  /** When the last of them starts, epoch ms. */
  readonly untilMs: number;
}

/** Repeats the failed runs that a query finds, the oldest first; those that were repeated before are left alone. */
export async function repeatFailed(host: Host, { perMinute, ...query }: BulkRepeat): Promise<BulkRepeated> {
  const failed = await host.store.runs.list({ ...query, status: "failed" });
  const before = await host.store.runs.repeated(failed.map(({ runId }) => runId));
  const todo = failed.filter(({ runId }) => !before.has(runId)).reverse();
  const startMs = host.now();
  const gapMs = 60_000 / perMinute;
  const repeated: { runId: string; repeats: string }[] = [];
  const refused: { repeats: string; code: string; message: string }[] = [];
  for (const { runId: repeats } of todo) {
    try {
      const at = startMs + repeated.length * gapMs;
      const { runId } = await repeatRun(host, repeats, { priority: "backfill", ...(repeated.length === 0 ? {} : { at }) });
      repeated.push({ runId, repeats });
    } catch (error) {
      if (!(error instanceof MortiseError)) throw error;
      refused.push({ repeats, code: error.code, message: error.message });
    }
  }
  return { repeated, refused, untilMs: startMs + Math.max(0, repeated.length - 1) * gapMs };
}
