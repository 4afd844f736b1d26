import type { Diagnostic } from "../diagnostic.ts";

/** Finds every fault of a contract. */
export function checkContract(_value: unknown): readonly Diagnostic[] {
  return [];
}
