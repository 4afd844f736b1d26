import { isMortiseError, type Json, MortiseError } from "@mortise/contract";
import { type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import type { AdmittedCall } from "../call.ts";
import type { AttributeName, SpanName } from "../telemetry/span-catalogue.ts";
import { decide, type HookSleep } from "./decide.ts";
import type { CallHook, HookedValue } from "./hook.ts";

interface Running {
  readonly call: AdmittedCall;
  readonly value: Json;
  readonly sleep: HookSleep;
  /** Whether another value is allowed at the point. Absent: it is checked later. */
  readonly fits?: ((value: Json) => { readonly ok: boolean }) | undefined;
}

/** Runs one hook; gives the value that goes on. Throws `HOOK_REFUSED`, `HOOK_FAILED` where it fails closed, and why the call was stopped. */
export async function runHook(hook: CallHook, running: Running): Promise<Json> {
  const { call, value } = running;
  const end = (span: Span | undefined, how: "kept" | "changed" | "refused" | "failed"): void => {
    span?.setAttribute("mortise.hook.end" satisfies AttributeName, how);
    if (how === "failed") span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
  };
  const span = call.trace.isRecording ? startSpan(hook, call) : undefined;
  let found: Json | undefined;
  try {
    const { sleep, fits } = running;
    found = await decide(hook, {
      use: call.use,
      told: (signal) => told(call, value, signal),
      stop: call.signal,
      sleep,
      fits,
    });
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

function startSpan({ name, point }: CallHook, call: AdmittedCall): Span {
  const attributes = { "mortise.hook": name, "mortise.hook.point": point } satisfies {
    readonly [name in AttributeName]?: string;
  };
  return trace.getTracer("@mortise/runtime").startSpan("mortise.hook" satisfies SpanName, { attributes }, call.trace.context);
}
