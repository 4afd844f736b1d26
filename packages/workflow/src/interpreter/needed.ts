import type { JsonObject } from "@mortise/contract";
import type { Frame } from "./frame.ts";
import type { Read } from "./plan.ts";

/** The part of a frame that some values read: what a strand gets along, so that its input stays small. */
export function neededOf(frame: Frame, reads: readonly Read[]): { readonly vars: JsonObject; readonly steps: Frame["steps"] } {
  const vars = Object.entries(frame.vars).filter(([name]) => reads.some(([root]) => root === name));
  const steps = Object.entries(frame.steps).filter(([name]) => readsStep(reads, name));
  return { vars: Object.fromEntries(vars), steps: Object.fromEntries(steps) };
}

/** Whether one of the values reads `steps.<name>`, or all of `steps`. */
export function readsStep(reads: readonly Read[], name: string): boolean {
  return reads.some(([root, step]) => root === "steps" && (step === undefined || step === "*" || step === name));
}
