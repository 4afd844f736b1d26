import { type ErrorCode, isMortiseError } from "@mortise/contract";

/** What stands for a 500, 502, 503 or 504 (RFC 5861 §4): the other system failed, was not reached, or is not asked as it fails. */
const OF_THE_OTHER_SIDE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "TARGET_SICK",
  "RETRY_BUDGET_EXHAUSTED",
  "CIRCUIT_OPEN",
  "DEADLINE_EXCEEDED",
]);

/** Whether an older answer may stand in for what failed. What was refused, by either side, and what was cancelled stays as it is. */
export function mayStandIn(error: unknown): boolean {
  return isMortiseError(error) && OF_THE_OTHER_SIDE.has(error.code);
}
