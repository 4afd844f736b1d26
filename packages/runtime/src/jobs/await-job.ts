import type { Scope } from "@mortise/builders";
import { CATALOGUE, getPointer, isMortiseError, type Json, MortiseError } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import { callScope } from "../operation/call-scope.ts";
import type { PageParts } from "../operation/compile-request.ts";
import { callFollowUp } from "../operation/follow-up.ts";
import { readOnce } from "../reading/read-once.ts";
import type { CompiledWait } from "./compile-wait.ts";

/** Time that stopping a job may take. */
const CANCEL_MS = 10_000;
const MAX_DETAIL = 2_000;

/** What the values of `wait` see once the job has ended well. */
export type JobScope = Scope & { readonly output: Json; readonly polled: Json };

/**
 * Starts a job at the vendor and waits for its end.
 *
 * Owns: when to ask, and when to stop asking.
 * Does not own: how each request is made (the pipeline, once for the start and once for every operation that follows).
 * Talks to: the clock, the operations of `wait`.
 * Invariants:
 *   J1. A job that was started is stopped where its call is cancelled or out of time, if the vendor has a way.
 *   J2. A poll that fails for a while is asked again; only the job's own end, or its time, ends the wait.
 *   J3. A write that is not safe to repeat never ends as if nothing had been started.
 */
export async function awaitJob(call: ReadyCall, wait: CompiledWait, parts?: PageParts): Promise<JobScope> {
  const { output } = await readOnce(call, parts);
  const scope = { ...callScope(call), output };
  try {
    return { ...scope, polled: await untilDone(call, wait, scope) };
  } catch (error) {
    const isTimeout = isMortiseError(error) && error.code === "JOB_TIMEOUT";
    if (!call.signal.aborted && !isTimeout) throw error;
    const isStopped = await stopJob(call, wait, scope);
    throw isStopped || isTimeout ? error : startedAlready(call, error, "was started and may go on");
  }
}

/** Invariant J3: an error that comes after the start, as its call may say it. */
export function startedAlready({ use, repeatable }: ReadyCall, error: unknown, what: string): unknown {
  if (repeatable || !isMortiseError(error) || error.code === "UNKNOWN_OUTCOME") return error;
  return new MortiseError("UNKNOWN_OUTCOME", `${use}: the job ${what}: ${error.message}`, { cause: error });
}

/** Polls until the job has ended well, and gives what the last poll saw. */
async function untilDone(call: ReadyCall, wait: CompiledWait, scope: Scope): Promise<Json> {
  const { clock } = call.services;
  const endMs = clock.now() + wait.timeoutMs;
  let everyMs = Math.min(wait.everyMs, wait.maxMs);
  let notBeforeMs = 0;
  for (;;) {
    const now = clock.now();
    if (now >= endMs) {
      throw new MortiseError("JOB_TIMEOUT", `${call.use}: the job did not end within ${wait.timeoutMs} ms.`);
    }
    await clock.sleep(Math.min(Math.max(everyMs, notBeforeMs - now), endMs - now), call.signal);
    everyMs = Math.min(everyMs * wait.factor, wait.maxMs);
    const seen = await poll(call, wait, scope);
    if ("retryAtMs" in seen) notBeforeMs = seen.retryAtMs;
    else if (seen.end === "bad") throw badEnd(call, wait, seen.polled);
    else if (seen.end === "good") return seen.polled;
  }
}

type Polled = { readonly polled: Json; readonly end: "good" | "bad" | undefined } | { readonly retryAtMs: number };

/** Invariant J2: what the vendor will get over is waited for. */
async function poll(call: ReadyCall, wait: CompiledWait, scope: Scope): Promise<Polled> {
  try {
    const { output: polled } = await callFollowUp(call, wait.poll.operation, wait.poll.input.evaluate(scope));
    const seen = { ...scope, polled };
    if (wait.failed?.evaluate(seen) === true) return { polled, end: "bad" };
    return { polled, end: wait.done.evaluate(seen) === true ? "good" : undefined };
  } catch (error) {
    if (call.signal.aborted) throw call.signal.reason;
    const isPassing = isMortiseError(error) && CATALOGUE[error.code].category === "transient";
    if (!isPassing) throw startedAlready(call, error, "goes on, but its state could not be read");
    call.trace.note("warn", `${call.use}: a poll failed and is repeated: ${error.message}`);
    return { retryAtMs: error.data.retryAtMs ?? 0 };
  }
}

function badEnd({ use }: ReadyCall, { messageFrom }: CompiledWait, polled: Json): MortiseError {
  const told = messageFrom === undefined ? undefined : getPointer(polled, messageFrom);
  const reason = typeof told === "string" && told !== "" ? `: ${told}` : "";
  const text = JSON.stringify(polled);
  return new MortiseError("CALL_REJECTED", `${use}: the job failed${reason}.`, {
    detail: text.length <= MAX_DETAIL ? polled : `${text.slice(0, MAX_DETAIL)}…`,
  });
}

/** Invariant J1. Says whether the vendor has stopped it. */
async function stopJob(call: ReadyCall, { cancel }: CompiledWait, scope: Scope): Promise<boolean> {
  if (cancel === undefined) {
    call.trace.note("warn", `${call.use}: the job was left alone; the contract has no way to stop it.`);
    return false;
  }
  try {
    const deadlineMs = call.services.clock.now() + CANCEL_MS;
    const own = new AbortController();
    await callFollowUp(call, cancel.operation, cancel.input.evaluate(scope), { signal: own.signal, deadlineMs });
    return true;
  } catch (error) {
    const reason = call.connection.redactor.text(error instanceof Error ? error.message : String(error));
    call.trace.note("warn", `${call.use}: the job could not be stopped: ${reason}`);
    return false;
  }
}
