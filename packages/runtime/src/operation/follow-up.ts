import type { CallResult, ErrorCode, Json } from "@mortise/contract";
import { MortiseError } from "@mortise/contract";
import type { AskedRequest, ReadyCall } from "../call.ts";
import type { CallRequest } from "../runtime.ts";

/** So much sooner than a call its parts must be done, for it to say how they ended, ms. */
export const PART_MARGIN_MS = 50;

/** The other operation of the same connector and version, as a use. */
export function useOf({ target: { connector } }: Pick<ReadyCall, "target">, operation: string): string {
  return `${connector.contract.name}@${connector.contract.version}/${operation}`;
}

/** What the calls that one call is made of have from it: whose they are, and until when. */
export function inherited({ request, tenant }: Pick<ReadyCall, "request" | "tenant">): Omit<AskedRequest, "input"> {
  const { connection, runId, stepPath, priority } = request;
  return {
    tenant,
    isPart: true,
    ...(priority === undefined ? {} : { priority }),
    ...(connection === undefined ? {} : { connection }),
    ...(runId === undefined ? {} : { runId }),
    ...(stepPath === undefined ? {} : { stepPath }),
  };
}

type Succeeded = Extract<CallResult, { readonly outcome: "success" }>;

/**
 * Calls another operation of the same connector as a part of a call: through the whole pipeline, with its own span, budget and retries,
 * until the call's deadline. Its attempts and waits count for the call. Throws the error that it ends with.
 */
export async function callFollowUp(
  call: ReadyCall,
  operation: string,
  input: Json,
  more: Partial<CallRequest> = {},
): Promise<Succeeded> {
  const { signal, deadlineMs } = call;
  const request = { ...inherited(call), input, signal, deadlineMs: deadlineMs - PART_MARGIN_MS, ...more };
  const result = await call.trace.within(() => call.runner.call(useOf(call, operation), request));
  call.trace.tally.attempts += result.meta.attempts;
  call.trace.tally.waitMs += result.meta.waitMs;
  if (result.outcome === "success") return result;
  throw errorOf(result);
}

function errorOf({ error }: Exclude<CallResult, { readonly outcome: "success" }>): MortiseError {
  const { code, message, ...rest } = error;
  return new MortiseError(code as ErrorCode, message, rest);
}
