import type { Diagnostic } from "@mortise/contract";
import type { Check } from "./check.ts";
import { checks } from "./check-list.ts";

/** The check that a fault of `checkContract` belongs to: the first that adopts it, else that of the vocabulary. */
export function checkOf(fault: Diagnostic): Check {
  const owner = checks.find(({ adopts }) => adopts?.(fault) ?? false) ?? checks[0];
  if (owner === undefined) throw new Error("There are no checks.");
  return owner;
}

/** A fault of `checkContract` with the id of its check. */
export function withCheck(fault: Diagnostic): Diagnostic {
  const { id, severity } = checkOf(fault);
  const blocks = fault.severity !== "error" && severity !== "warning" ? { blocks: "certification" as const } : {};
  return { ...fault, check: id, ...blocks };
}
