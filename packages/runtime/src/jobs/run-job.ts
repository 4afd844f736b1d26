import type { Answer, ReadyCall } from "../call.ts";
import type { PageParts } from "../operation/compile-request.ts";
import { callFollowUp } from "../operation/follow-up.ts";
import { awaitJob, startedAlready } from "./await-job.ts";
import type { CompiledWait } from "./compile-wait.ts";

/** Starts a job at the vendor, waits for its end, and reads its result in one piece. */
export async function runJob(call: ReadyCall, wait: CompiledWait, parts?: PageParts): Promise<Answer> {
  const scope = await awaitJob(call, wait, parts);
  if (wait.fetch === undefined) return { output: scope.polled };
  try {
    const { output, meta } = await callFollowUp(call, wait.fetch.operation, wait.fetch.input.evaluate(scope));
    return { output, ...(meta.truncated === true ? { truncated: true } : {}) };
  } catch (error) {
    throw startedAlready(call, error, "has ended well, but its result could not be read");
  }
}
