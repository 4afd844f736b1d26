import { type Json, MortiseError } from "@mortise/contract";
import type { NativeBinding, NativeCall } from "@mortise/sdk";
import type { ReadyCall } from "../call.ts";
import { createNativeContext } from "../native/native-context.ts";
import type { AttemptScope } from "../stages/attempt.ts";
import { nativeFailure } from "./native-failure.ts";

/** One attempt of an operation in code that returns once. Throws CallFailure. */
export async function runNative(
  call: ReadyCall,
  scope: AttemptScope,
  binding: Extract<NativeBinding, { call: unknown }>,
): Promise<Json> {
  const lease = call.services.resources.lease(call.connection.version);
  let committed = call.repeatable;
  const commit = async (): Promise<void> => {
    scope.signal.throwIfAborted();
    await scope.commit();
    committed = true;
  };
  const run = binding.call as NativeCall;
  try {
    const context = createNativeContext(call, { signal: scope.signal, lease, commit });
    const output = await untilAborted(run(call.input, context), scope.signal);
    return ownJson(output, call);
  } catch (error) {
    throw nativeFailure(call, error, { committed, signal: scope.signal });
  } finally {
    lease.release();
  }
}

/** Waits for work, but not longer than the signal; code that does not listen to the signal cannot hold the call. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
    work.catch(() => undefined);
  }
}

/**
 * Output is data: what JSON cannot say (a date, a missing field) is written as JSON writes it. An echo of this connection's own secrets
 * is masked.
 */
export function ownJson(output: unknown, { use, connection: { redactor } }: ReadyCall): Json {
  if (output === undefined) return null;
  try {
    return redactor.data(JSON.parse(JSON.stringify(output)) as Json);
  } catch (error) {
    throw new MortiseError("INVALID_OUTPUT", `${use} returned something that is not JSON: ${redactor.text(String(error))}`);
  }
}
