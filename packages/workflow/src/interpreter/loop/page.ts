import { type CallResult, type ErrorData, type Json, MortiseError } from "@mortise/contract";
import { sha256 } from "../../model/sha256.ts";
import type { StreamPage } from "../../ports/operation-port.ts";
import type { Execution } from "../execution.ts";
import { type Frame, pathOf } from "../frame.ts";
import type { PageReference } from "../program-input.ts";
import { errorOf } from "../settlement.ts";
import { type StreamReference, streamReference } from "../stream-reference.ts";
import type { LoopPlan } from "./loop-plan.ts";

/** Items of a page where the loop has no batch. */
const DEFAULT_PAGE = 100;

/** Items that a loop asks a stream for at once. */
export function pageSizeOf(plan: LoopPlan): number {
  return plan.batch ?? DEFAULT_PAGE;
}

/** What to read. */
export interface PageRequest {
  readonly stream: StreamReference;
  readonly path: string;
  readonly cursor: Json;
  readonly pageSize: number;
  readonly signal: AbortSignal;
  readonly idempotencyKey: string;
}

/** Reads one page. Never throws: a failure is the result. */
export async function readPage(exec: Execution, request: PageRequest): Promise<CallResult<StreamPage>> {
  const { stream, path, ...rest } = request;
  const { runId, traceparent, priority } = exec.run;
  try {
    return await exec.ports.operations.readPage({
      ...stream,
      ...rest,
      runId,
      stepPath: path,
      ...(traceparent === undefined ? {} : { traceparent }),
      ...(priority === undefined ? {} : { priority }),
    });
  } catch (thrown) {
    return { outcome: "fault", error: errorOf(thrown), meta: { attempts: 0, waitMs: 0, durationMs: 0 } };
  }
}

/** The fingerprint of a page's rows. */
export function digestOf(items: readonly Json[]): Promise<string> {
  return sha256(JSON.stringify(items));
}

/** Where a page waits for the strand that works on it. */
export function cacheKey(exec: Execution, path: string, page: number): string {
  return `${exec.run.runId}\n${path}\n${page}`;
}

/**
 * The rows of a page: as handed over in this process, or read again where it was restarted. Throws `STREAM_CHANGED` when they are no
 * longer what they were, and what the reading came to.
 */
export async function rowsOfPage(exec: Execution, frame: Frame, plan: LoopPlan, page: PageReference): Promise<readonly Json[]> {
  const path = pathOf(frame, plan.graph.name);
  const handed = exec.pages.take(cacheKey(exec, path, page.number));
  if (handed) return handed;
  const stream = streamReference(page.source);
  if (stream === undefined) throw new MortiseError("INTERNAL", `Page ${page.number} of "${path}" names no stream.`);
  const { cursor, pageSize } = page;
  const result = await readPage(exec, {
    stream,
    path: `${path}@${page.number}`,
    cursor,
    pageSize,
    signal: new AbortController().signal,
    idempotencyKey: `${exec.run.runId}/${path}@${page.number}`,
  });
  if (result.outcome !== "success") throw new MortiseError("TARGET_SICK", unreadable(path, page.number, result.error));
  const items = result.output.items;
  if ((await digestOf(items)) === page.sha256) return items;
  throw new MortiseError("STREAM_CHANGED", `Page ${page.number} of "${path}" holds other rows than when it was read first.`);
}

function unreadable(path: string, page: number, error: ErrorData): string {
  return `Page ${page} of "${path}" could not be read again: ${error.message}`;
}
