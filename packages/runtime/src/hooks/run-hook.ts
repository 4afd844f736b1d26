import { isMortiseError, type Json, MortiseError } from "@mortise/contract";
import { type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import type { AdmittedCall } from "../call.ts";
import type { AttributeName, SpanName } from "../telemetry/span-catalogue.ts";
import type { Hook, HookedValue } from "./hook.ts";

/** Rejects with the signal's reason. */
export type HookSleep = (ms: number, signal: AbortSignal) => Promise<void>;

interface Running {
  readonly call: AdmittedCall;
  readonly value: Json;
  readonly sleep: HookSleep;
  /** Whether another value is allowed at the point. Absent: it is checked later. */
  readonly fits?: ((value: Json) => { readonly ok: boolean }) | undefined;
}

const LIMIT_MS = 1_000;

/** Runs one hook; gives the value that goes on. Throws `HOOK_REFUSED`, `HOOK_FAILED` where it fails closed, and why the call was stopped. */
export async function runHook(hook: Hook, running: Running): Promise<Json> {
  const { call, value } = running;
  const end = (span: Span | undefined, how: "kept" | "changed" | "refused" | "failed"): void => {
    span?.setAttribute("mortise.hook.end" satisfies AttributeName, how);
    if (how === "failed") span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
  };
  const span = call.trace.isRecording ? startSpan(hook, call) : undefined;
  let found: Json | undefined;
  try {
    found = await decide(hook, running);
  } catch (error) {
    if (call.signal.aborted) {
      end(span, "failed");
      throw call.signal.reason;
    }
    if (isMortiseError(error) && error.code === "HOOK_REFUSED") {
      end(span, "refused");
      throw error;
    }
    end(span, "failed");
    const why = call.connection.redactor.text(error instanceof Error ? error.message : String(error));
    const message = `${call.use}: the hook "${hook.name}" (${hook.point}) failed: ${why}`;
    if (hook.onFailure === "closed") throw new MortiseError("HOOK_FAILED", message, { cause: error });
    call.trace.note("warn", message);
    return value;
  }
  end(span, found === undefined ? "kept" : "changed");
  return found ?? value;
}

/** Another value, or undefined where it stays as it is. */
async function decide(hook: Hook, { call, value, sleep, fits }: Running): Promise<Json | undefined> {
  const limitMs = hook.timeoutMs ?? LIMIT_MS;
  const over = new AbortController();
  const signal = AbortSignal.any([call.signal, over.signal]);
  try {
    const late = sleep(limitMs, signal).then(() => {
      throw new Error(`it took more than ${limitMs} ms`);
    });
    const work = (async () => hook.run(told(call, value, signal)))();
    const verdict: unknown = await Promise.race([work, late]);
    if (verdict === undefined) return undefined;
    if (typeof verdict !== "object" || verdict === null) throw new Error(`it returned ${typeof verdict}`);
    if ("refuse" in verdict && typeof verdict.refuse === "string")
      throw new MortiseError("HOOK_REFUSED", `${call.use}: the hook "${hook.name}" refused: ${verdict.refuse}`);
    const changes = hook.point === "transformation" || hook.point === "presentation";
    if (!("value" in verdict) || !changes) throw new Error("it returned what is not allowed at its point");
    const changed = asJson(verdict.value);
    if (fits?.(changed).ok === false) throw new Error("what it returned does not fit the operation's schema");
    return changed;
  } finally {
    over.abort(new MortiseError("CALL_CANCELLED", "The hook's time is over."));
  }
}

/** What the hook is told; the value is a copy, as others have it too. */
function told({ target, connection, tenant, request }: AdmittedCall, value: Json, signal: AbortSignal): HookedValue {
  const { name, version } = target.connector.contract;
  const { runId, stepPath } = request;
  return {
    connector: name,
    version,
    operation: target.name,
    effect: target.operation.effect,
    tenant,
    connection: connection.name,
    ...(runId === undefined ? {} : { runId }),
    ...(stepPath === undefined ? {} : { stepPath }),
    signal,
    value: structuredClone(value),
  };
}

function asJson(value: unknown): Json {
  const text = JSON.stringify(value);
  if (text === undefined) throw new Error("what it returned is not JSON");
  return JSON.parse(text) as Json;
}

function startSpan({ name, point }: Hook, call: AdmittedCall): Span {
  const attributes = { "mortise.hook": name, "mortise.hook.point": point } satisfies {
    readonly [name in AttributeName]?: string;
  };
  return trace.getTracer("@mortise/runtime").startSpan("mortise.hook" satisfies SpanName, { attributes }, call.trace.context);
}
