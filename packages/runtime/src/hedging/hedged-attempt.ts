import { MortiseError } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import { RETRY_TOKENS } from "../retry/retry-budgets.ts";
import type { CarryOut } from "../stages/attempt.ts";

/** Makes one attempt of a call; each has its own permit, span and time limit. */
export type RunAttempt<T> = (call: ReadyCall, carryOut: CarryOut<T>) => Promise<T>;

/** Whether a slow attempt of this call may be made twice: only where somebody asked for it, of a read over HTTP that costs one permit. */
export function mayHedge({ target, request }: ReadyCall): boolean {
  const { hedge, effect, cost = 1 } = target.operation;
  return (
    (request.hedge ?? hedge) === true &&
    request.receive === undefined &&
    effect === "read" &&
    cost <= 1 &&
    target.body.kind === "request"
  );
}

/** Makes an attempt, and a second one beside it where the first is slow. The first answer counts, and the other attempt is called off. */
export async function hedgedAttempt<T>(call: ReadyCall, carryOut: CarryOut<T>, run: RunAttempt<T>): Promise<T> {
  const { services, connection, target } = call;
  const key = `${connection.key} ${target.name}`;
  const startedAtMs = services.clock.now();
  const slowMs = services.hedges.begin(key);
  const first = start(call, carryOut, run);
  const isSlow = slowMs !== undefined && (await outlasts(call, first.result, slowMs));
  const budgetLeft = services.retryBudgets.left(connection.key) / RETRY_TOKENS;
  const second = isSlow && services.hedges.take(key, budgetLeft) ? start(call, carryOut, run) : undefined;
  try {
    const result = second === undefined ? await first.result : await Promise.any([first.result, second.result]);
    services.hedges.took(key, services.clock.now() - startedAtMs);
    return result;
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  } finally {
    first.callOff();
    second?.callOff();
  }
}

interface Started<T> {
  readonly result: Promise<T>;
  readonly callOff: () => void;
}

function start<T>(call: ReadyCall, carryOut: CarryOut<T>, run: RunAttempt<T>): Started<T> {
  const stop = new AbortController();
  const signal = AbortSignal.any([call.signal, stop.signal]);
  // An attempt that was called off says nothing of the other side.
  const carriedOut: CarryOut<T> = async (scope) => {
    try {
      return await carryOut(scope);
    } catch (error) {
      throw stop.signal.aborted ? stop.signal.reason : error;
    }
  };
  const result = run({ ...call, signal }, carriedOut);
  result.catch(() => undefined);
  return { result, callOff: () => stop.abort(new MortiseError("CALL_CANCELLED", "Another attempt was quicker.")) };
}

/** Whether work goes on after this time; false where it has ended, or the call has. */
async function outlasts({ services, signal }: ReadyCall, work: Promise<unknown>, ms: number): Promise<boolean> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  work.then(end, end);
  signal.addEventListener("abort", end, { once: true });
  try {
    await services.clock.sleep(ms, ended.signal);
    return !ended.signal.aborted;
  } catch {
    return false;
  } finally {
    signal.removeEventListener("abort", end);
  }
}
