import { MortiseError } from "@mortise/contract";

/** Checks an id that a caller chose. Throws `INVALID_INPUT`: `#` marks the segments of a parked run. */
export function checkRunId(runId: string): void {
  if (runId.length === 0 || runId.length > 300 || runId.includes("#") || runId.includes("\0"))
    throw new MortiseError(
      "INVALID_INPUT",
      `Run id ${JSON.stringify(runId)} is not usable; expected 1 to 300 characters without "#".`,
    );
}
