import {
  type CallMeta,
  type CallResult,
  type ErrorCode,
  type ErrorData,
  isMortiseError,
  type Json,
  MortiseError,
  type Outcome,
} from "@mortise/contract";
import type { Answer, AskedCall, ResolvedCall } from "../call.ts";
import { reportHealth } from "../connection/report-health.ts";
import { outcomeOf } from "../outcome/outcome-of.ts";
import { attributionOf } from "../telemetry/attribution.ts";

/** Stage 10: ends the span, counts, logs, and puts the result together; nothing leaves here that has not been redacted. */
export function record(
  call: AskedCall | ResolvedCall,
  ending: { readonly answer: Answer } | { readonly thrown: unknown },
): CallResult {
  const durationMs = Math.max(0, call.services.clock.now() - call.startedAtMs);
  const { attempts, waitMs, waitedFor } = call.trace.tally;
  const meta: CallMeta = waitedFor === undefined ? { attempts, waitMs, durationMs } : { attempts, waitMs, waitedFor, durationMs };
  if ("answer" in ending) {
    const { answer } = ending;
    const { output, cached, itemFailureCount } = answer;
    if (cached !== true) reportHealth(call, undefined);
    tell(call, { outcome: "success", error: undefined, isCached: cached === true }, durationMs);
    if (itemFailureCount !== undefined) call.trace.set({ "mortise.item_failures": itemFailureCount });
    call.trace.end();
    return { outcome: "success", output, meta: isPlain(answer) ? meta : { ...meta, ...moreOf(answer) } };
  }
  const error = asError(ending.thrown);
  const outcome = outcomeOf(error.code);
  const data = redacted(call, error.data);
  reportHealth(call, data);
  tell(call, { outcome, error: data, isCached: false }, durationMs);
  call.trace.end({ code: data.code, message: data.message });
  const unknownSinceMs = outcome === "unknown" ? (call.request.inDoubtSinceMs ?? call.startedAtMs) : undefined;
  const inDoubtSinceMs = call.trace.tally.inDoubtSinceMs ?? unknownSinceMs;
  return { outcome, error: data, meta: inDoubtSinceMs === undefined ? meta : { ...meta, inDoubtSinceMs } };
}

/** Most answers bring nothing but their output. */
function isPlain({ cached, stale, truncated, state, itemFailures, itemFailureCount }: Answer): boolean {
  return !(cached || stale || truncated) && state === undefined && itemFailures === undefined && itemFailureCount === undefined;
}

function moreOf({ cached, stale, truncated, state, itemFailures, itemFailureCount }: Answer): Partial<CallMeta> {
  return {
    ...(cached ? { cached } : {}),
    ...(stale ? { stale } : {}),
    ...(truncated ? { truncated } : {}),
    ...(state === undefined ? {} : { state }),
    ...(itemFailures === undefined ? {} : { itemFailures }),
    ...(itemFailureCount === undefined ? {} : { itemFailureCount }),
  };
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

/** How a call ended; its error is redacted. */
interface End {
  readonly outcome: Outcome;
  readonly error: ErrorData | undefined;
  readonly isCached: boolean;
}

const UNFOUND = Object.freeze({ connector: "unknown", operation: "unknown" });

/** Counts the call, logs it where somebody listens, and notes on its span how it ended. */
function tell(call: AskedCall | ResolvedCall, { outcome, error, isCached }: End, durationMs: number): void {
  const { metrics, callLog } = call.services;
  const labels = labelsOf(call);
  const { connector, operation } = labels;
  const attribution = attributionOf(outcome, error?.code);
  metrics.call({ connector, operation, outcome, code: error?.code as ErrorCode | undefined }, durationMs);
  call.services.tally?.count(call.tenant, connector, attribution);
  if ("target" in call && call.target.operation.cache !== undefined && call.request.dryRun !== true)
    metrics.cacheLookup({ connector, operation, result: isCached ? "hit" : "miss" });
  if (call.trace.isRecording) {
    call.trace.set({ "mortise.outcome": outcome, "mortise.attribution": attribution });
    if (isCached) call.trace.set({ "mortise.cached": true });
  }
  if (error === undefined ? !callLog.hearsSuccesses() : !callLog.hearsFailures()) return;
  const { use, tenant, request } = call;
  const { attempts, waitMs } = call.trace.tally;
  const connection = "connection" in call ? call.connection.name : "";
  const { runId, stepPath } = request;
  const about = { use, connector, operation, connection, tenant, runId, stepPath, outcome, attribution };
  callLog.ended({ ...about, attempts, waitMs, durationMs, error }, call.trace.context);
}

function labelsOf(call: AskedCall | ResolvedCall): { readonly connector: string; readonly operation: string } {
  if (!("target" in call)) return UNFOUND;
  return { connector: call.target.connector.contract.name, operation: call.target.name };
}
