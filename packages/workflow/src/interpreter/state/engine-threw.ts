import { isMortiseError } from "@mortise/contract";
import type { Execution } from "../execution.ts";
import { StrandWaits } from "../waiting/memo-context.ts";

/** Ends of a run that the engine brings about and logs itself. */
const ENGINE_ENDS: readonly string[] = ["RUN_CANCELLED", "CALL_CANCELLED"];

/**
 * Whether the strand itself ends, because it waits, was cancelled, or because of a fault of the engine, rather than a node: such a throw
 * goes on outwards. Engines end strands with errors of their own as well, which are no `MortiseError`.
 */
export function engineThrew(exec: Execution, thrown: unknown): boolean {
  if (exec.parking.asked || thrown instanceof StrandWaits) return true;
  return !isMortiseError(thrown) || ENGINE_ENDS.includes(thrown.code) || thrown.code === "INTERNAL";
}
