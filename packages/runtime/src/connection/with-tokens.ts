import { isMortiseError, MortiseError } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import { CallFailure, type FailureFacts } from "../outcome/call-failure.ts";
import type { AttemptScope, CarryOut } from "../stages/attempt.ts";
import type { ConnectionTokens, TokensUsed } from "./connection-tokens.ts";
import { tokenTransport } from "./token-transport.ts";

/**
 * Makes an attempt with tokens that are good now, and one more with new ones where the other system refused them: an attempt that was
 * refused for its token did nothing. A connection whose credential is sent as it is gets one attempt.
 */
export function withTokens<T>(call: ReadyCall, carryOut: CarryOut<T>, run: (carryOut: CarryOut<T>) => Promise<T>): Promise<T> {
  const { tokens } = call.connection;
  return tokens === undefined ? run(carryOut) : withFetched(tokens, call, carryOut, run);
}

async function withFetched<T>(
  tokens: ConnectionTokens,
  call: ReadyCall,
  carryOut: CarryOut<T>,
  run: (carryOut: CarryOut<T>) => Promise<T>,
): Promise<T> {
  let used: TokensUsed | undefined;
  const prepared = async (scope: AttemptScope): Promise<T> => {
    used = await readyTokens(call, scope.signal);
    return carryOut(scope);
  };
  try {
    return await run(prepared);
  } catch (error) {
    if (used === undefined || !wasRefused(error, call) || !tokens.refused(call.services.tokens, used)) throw error;
    used = undefined;
    return run(prepared);
  }
}

/** Fetches what is missing. A failure is one of an attempt that sent nothing, so it is safe to try again. */
async function readyTokens(call: ReadyCall, signal: AbortSignal): Promise<TokensUsed | undefined> {
  const { services, connection } = call;
  try {
    return await connection.tokens?.ready(services.tokens, tokenTransport(services, connection), signal);
  } catch (error) {
    const stopped = isMortiseError(call.signal.reason) ? call.signal.reason : undefined;
    if (stopped !== undefined && error === stopped) throw stopped;
    const failure = isMortiseError(error)
      ? error
      : new MortiseError("TARGET_SICK", "The token did not come in time.", { cause: error });
    const as = CLASS_OF_CODE[failure.code];
    if (as === undefined) throw failure;
    const { retryAtMs } = failure.data;
    const asked = retryAtMs === undefined ? {} : { retryAfterMs: Math.max(0, retryAtMs - services.clock.now()) };
    throw new CallFailure(failure, { as, reach: "unsent", ofToken: true, throttling: as === "throttled", ...asked });
  }
}

const CLASS_OF_CODE: { readonly [code: string]: FailureFacts["as"] } = Object.freeze({
  AUTH_FAILED: "credential",
  MISCONFIGURED: "configuration",
  TARGET_SICK: "transient",
  THROTTLED: "throttled",
});

/**
 * Whether an answer says that the token is not good any more. A 403 refuses what the token may do, a 407 is a proxy's; code of the
 * connector that does not name a status may have done something before it failed.
 */
function wasRefused(error: unknown, { repeatable }: ReadyCall): boolean {
  if (!(error instanceof CallFailure) || error.facts.as !== "credential" || error.facts.reach === "unsent") return false;
  const { status } = error.facts;
  return status === undefined ? repeatable : status !== 403 && status !== 407;
}
