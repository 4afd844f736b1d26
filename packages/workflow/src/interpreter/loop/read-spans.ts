import type { ErrorData, Json } from "@mortise/contract";
import type { StepAttempt } from "../../ports/durable-context.ts";
import { type Execution, RetryLater } from "../execution.ts";
import { type Frame, pathOf } from "../frame.ts";
import { comeBackAt, isAwaited, MAX_DURABLE_RETRIES } from "../kinds/durable-retry.ts";
import type { StreamReference } from "../stream-reference.ts";
import type { LoopPlan } from "./loop-plan.ts";
import { LoopTally, type Tally } from "./loop-tally.ts";
import { pageSizeOf, readPage } from "./page.ts";
import { roundsOf } from "./rounds-of.ts";
import { type Round, runRounds } from "./run-round.ts";

/** What one step came to: a few pages and the rounds over them. */
type SpanEnd =
  | { readonly next: Json; readonly rounds: number; readonly tally: Tally; readonly error?: ErrorData }
  | {
      readonly retryAtMs: number /** When the step ended, epoch ms. Absent in journals from before there was this. */;
      readonly atMs?: number;
    };

/** Runs a loop over a stream whose body only reads: a few pages and their rounds are one step, which may be repeated as a whole. */
export async function readSpans(
  exec: Execution,
  frame: Frame,
  plan: LoopPlan,
  stream: StreamReference,
  tally: LoopTally,
): Promise<ErrorData | undefined> {
  let cursor: Json = null;
  let first = 0;
  for (;;) {
    const end = await runSpan(exec, frame, plan, { stream, cursor, first });
    tally.add(end.tally);
    exec.log.progress(frame, plan.graph, tally.counts);
    if (end.error || end.next === null || tally.isOver(plan.stopOnError)) return end.error;
    cursor = end.next;
    first += end.rounds;
  }
}

interface Span {
  readonly stream: StreamReference;
  readonly cursor: Json;
  readonly first: number;
}

async function runSpan(
  exec: Execution,
  frame: Frame,
  plan: LoopPlan,
  span: Span,
): Promise<Exclude<SpanEnd, { retryAtMs: number }>> {
  const key = `${pathOf(frame, plan.graph.name)}@${span.first}`;
  let sinceMs: number | undefined;
  for (let attempt = 1; ; attempt++) {
    const patient = exec.inStep?.patient ?? attempt <= MAX_DURABLE_RETRIES;
    const perform = (step: StepAttempt) =>
      readSpan({ ...exec, inStep: { ...step, patient, attempt, sinceMs } }, frame, plan, span);
    const end: SpanEnd = exec.inStep
      ? await readSpan(exec, frame, plan, span)
      : ((await exec.ctx.step(`${key}#${attempt}`, perform as never)) as unknown as SpanEnd);
    if (!("retryAtMs" in end)) return end;
    if (exec.inStep) throw new RetryLater(end.retryAtMs);
    sinceMs ??= end.atMs;
    await exec.ctx.sleepUntil(`${key}#retry${attempt}`, end.retryAtMs);
  }
}

async function readSpan(exec: Execution, frame: Frame, plan: LoopPlan, { stream, cursor, first }: Span): Promise<SpanEnd> {
  const { idempotencyKey = "", patient = false, attempt = 1, sinceMs } = exec.inStep ?? {};
  const signal = exec.inStep?.signal ?? new AbortController().signal;
  const path = pathOf(frame, plan.graph.name);
  const rounds: Round[] = [];
  let next = cursor;
  let error: ErrorData | undefined;
  do {
    const request = { stream, path, cursor: next, pageSize: pageSizeOf(plan) };
    const page = await readPage(exec, { ...request, signal, idempotencyKey });
    if (page.outcome !== "success") {
      const nowMs = exec.log.now();
      const ended = { name: `${exec.run.runId}/${path}`, attempt, nowMs, sinceMs, signal, isAwaited: isAwaited(exec.run) };
      const retryAtMs = patient ? comeBackAt(page, ended) : undefined;
      if (retryAtMs !== undefined) return { retryAtMs, atMs: nowMs };
      error = page.error;
      break;
    }
    for (const round of roundsOf(page.output.items, plan.batch, first + rounds.length)) rounds.push(round);
    next = page.output.next;
  } while (next !== null && rounds.length < plan.concurrency);
  const tally = new LoopTally(plan.collect !== undefined);
  try {
    tally.addRounds(await runRounds(exec, frame, plan, rounds, plan.concurrency));
  } catch (thrown) {
    if (thrown instanceof RetryLater) return { retryAtMs: thrown.atMs, atMs: exec.log.now() };
    throw thrown;
  }
  return { next, rounds: rounds.length, tally: tally.tally(), ...(error && { error }) };
}
