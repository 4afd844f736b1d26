import type { Scope } from "@mortise/builders";
import { CATALOGUE, getPointer, isMortiseError, type Json, MortiseError } from "@mortise/contract";
import type { Answer, ReadyCall } from "../call.ts";
import { callScope } from "../operation/call-scope.ts";
import type { PageParts } from "../operation/compile-request.ts";
import { callFollowUp } from "../operation/follow-up.ts";
import { readOnce } from "../reading/read-once.ts";
import type { CompiledWait } from "./compile-wait.ts";

/** Time that stopping a job may take. */
const CANCEL_MS = 10_000;

/**
 * Starts a job at the vendor, waits for its end, and reads its result.
 *
 * Owns: when to ask, and when to stop asking.
 * Does not own: how each request is made (the pipeline, once for the start and once for every operation that follows).
 * Talks to: the clock, the operations of `wait`.
 * Invariants:
 *   J1. A job that was started is stopped where its call is cancelled or out of time, if the vendor has a way.
 *   J2. A poll that fails for a while is asked again; only the job's own end, or its time, ends the wait.
 *   J3. A write that is not safe to repeat never ends as if nothing had been started.
 */
export async function runJob(call: ReadyCall, wait: CompiledWait, parts?: PageParts): Promise<Answer> {
  const output = await readOnce(call, parts);
  const scope = { ...callScope(call), output };
  const polled = await untilDone(call, wait, scope).catch(async (error: unknown) => {
    const isTimeout = isMortiseError(error) && error.code === "JOB_TIMEOUT";
    if (call.signal.aborted || isTimeout) await stopJob(call, wait, scope);
    throw error;
  });
  if (wait.fetch === undefined) return { output: polled };
  const input = wait.fetch.input.evaluate({ ...scope, polled });
  try {
    const { output: result, meta } = await callFollowUp(call, wait.fetch.operation, input);
    return { output: result, ...(meta.truncated === true ? { truncated: true } : {}) };
  } catch (error) {
    throw startedAlready(call, error, "has ended well, but its result could not be read");
  }
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
    const asked = await poll(call, wait, scope);
    if ("retryAtMs" in asked) {
      notBeforeMs = asked.retryAtMs;
      continue;
    }
    const seen = { ...scope, polled: asked.polled };
    if (wait.failed?.evaluate(seen) === true) throw badEnd(call, wait, asked.polled);
    if (wait.done.evaluate(seen) === true) return asked.polled;
  }
}

/** Invariant J2: what the vendor will get over is waited for. */
async function poll(
  call: ReadyCall,
  { poll: { operation, input } }: CompiledWait,
  scope: Scope,
): Promise<{ readonly polled: Json } | { readonly retryAtMs: number }> {
  try {
    return { polled: (await callFollowUp(call, operation, input.evaluate(scope))).output };
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
  return new MortiseError("CALL_REJECTED", `${use}: the job failed${reason}.`, { detail: polled });
}

/** Invariant J3. */
function startedAlready({ use, repeatable }: ReadyCall, error: unknown, what: string): unknown {
  if (repeatable || !isMortiseError(error) || error.code === "UNKNOWN_OUTCOME") return error;
  return new MortiseError("UNKNOWN_OUTCOME", `${use}: the job ${what}: ${error.message}`, { cause: error });
}

/** Invariant J1. A job that cannot be stopped is said to go on; the call ends with what it was stopped for. */
async function stopJob(call: ReadyCall, { cancel }: CompiledWait, scope: Scope): Promise<void> {
  if (cancel === undefined)
    return call.trace.note("warn", `${call.use}: the job was left alone; the contract has no way to stop it.`);
  try {
    const deadlineMs = call.services.clock.now() + CANCEL_MS;
    const own = new AbortController();
    await callFollowUp(call, cancel.operation, cancel.input.evaluate(scope), { signal: own.signal, deadlineMs });
  } catch (error) {
    const reason = call.connection.redactor.text(error instanceof Error ? error.message : String(error));
    call.trace.note("warn", `${call.use}: the job could not be stopped: ${reason}`);
  }
}
