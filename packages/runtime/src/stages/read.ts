import type { Answer, ReadyCall } from "../call.ts";
import { retryItems } from "../jobs/retry-items.ts";
import { runBatches } from "../jobs/run-batches.ts";
import { runJob } from "../jobs/run-job.ts";
import { searchOrCreate } from "../jobs/search-or-create.ts";
import { mayNeedProbe, settleOutcome } from "../probe/settle-outcome.ts";
import { collect } from "../reading/collect.ts";
import { readOnce } from "../reading/read-once.ts";

/**
 * Stage 8: carries the call out and reads its output, in as many requests as that takes: a long list of the input in batches, a job to
 * its end, a list in pages up to 10,000 items or `input.limit`.
 */
export function read(call: ReadyCall): Promise<Answer> {
  const { batch, itemOutcomes } = call.target.operation;
  if (batch === undefined) return readWhole(call);
  return runBatches(call, batch, itemOutcomes === undefined ? readWhole : (part) => retryItems(part, batch, readWhole));
}

function readWhole(call: ReadyCall): Promise<Answer> {
  return mayNeedProbe(call) ? settleOutcome(call, carryOut) : carryOut(call);
}

function carryOut(call: ReadyCall): Promise<Answer> {
  const { body, operation, wait } = call.target;
  if (body.kind === "searchOrCreate") return searchOrCreate(call, body);
  if (operation.stream !== undefined) return collect(call, operation.stream);
  if (wait !== undefined) return runJob(call, wait);
  return readOnce(call);
}
