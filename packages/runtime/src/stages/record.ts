import { type CallMeta, type CallResult, type ErrorData, isMortiseError, type Json, MortiseError } from "@mortise/contract";
import type { Answer, AskedCall, ResolvedCall } from "../call.ts";
import { reportHealth } from "../connection/report-health.ts";
import { outcomeOf } from "../outcome/outcome-of.ts";

/** Stage 10: ends the span, counts, and puts the result together; nothing leaves here that has not been redacted. */
export function record(
  call: AskedCall | ResolvedCall,
  ending: { readonly answer: Answer } | { readonly thrown: unknown },
): CallResult {
  const durationMs = Math.max(0, call.services.clock.now() - call.startedAtMs);
  const { attempts, waitMs } = call.trace.tally;
  const meta: CallMeta = { attempts, waitMs, durationMs };
  if ("answer" in ending) {
    const { output, cached, truncated, state, itemFailures, itemFailureCount } = ending.answer;
    count(call, "success", durationMs);
    if (cached !== true) reportHealth(call, undefined);
    call.trace.set({ "mortise.outcome": "success", ...(cached === true ? { "mortise.cached": true } : {}) });
    if (itemFailureCount !== undefined) call.trace.set({ "mortise.item_failures": itemFailureCount });
    call.trace.end();
    const more = {
      ...(cached ? { cached } : {}),
      ...(truncated ? { truncated } : {}),
      ...(state === undefined ? {} : { state }),
      ...(itemFailures === undefined ? {} : { itemFailures }),
      ...(itemFailureCount === undefined ? {} : { itemFailureCount }),
    };
    return { outcome: "success", output, meta: { ...meta, ...more } };
  }
  const error = asError(ending.thrown);
  const outcome = outcomeOf(error.code);
  const data = redacted(call, error.data);
  count(call, outcome, durationMs);
  reportHealth(call, data);
  call.trace.set({ "mortise.outcome": outcome });
  call.trace.end({ code: data.code, message: data.message });
  return { outcome, error: data, meta };
}

/** What was thrown as an error of the catalogue; anything else is a mistake of ours. */
export function asError(thrown: unknown): MortiseError {
  if (isMortiseError(thrown)) return thrown;
  return new MortiseError("INTERNAL", thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
}

/** An error's data without this connection's secrets and without anything that looks like one. */
export function redacted(call: AskedCall | ResolvedCall, data: ErrorData): ErrorData {
  const redactor = "connection" in call ? call.connection.redactor : undefined;
  return redactor === undefined ? data : (redactor.json(data as unknown as Json) as unknown as ErrorData);
}

function count(call: AskedCall | ResolvedCall, outcome: string, durationMs: number): void {
  const { metrics } = call.services;
  const labels =
    "target" in call
      ? { connector: call.target.connector.contract.name, operation: call.target.name }
      : { connector: "unknown", operation: "unknown" };
  metrics.call({ ...labels, outcome }, durationMs);
  if (outcome === "unknown") metrics.unknownOutcome(labels);
}
