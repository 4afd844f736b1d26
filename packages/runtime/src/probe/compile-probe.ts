import { type CompiledValue, compileValue } from "@mortise/builders";
import { type Contract, MortiseError, type Operation, parseDuration } from "@mortise/contract";
import { type CompiledFollowUp, compileFollowUp } from "../jobs/compile-wait.ts";
import { sound } from "../operation/sound.ts";

/** How long a write may take until a read shows it, where the contract does not say. */
const AFTER_MS = 1_000;
/** Longest that a call waits for it. */
const MOST_AFTER_MS = 5_000;

/** A probe, made ready once. */
export interface CompiledProbe extends CompiledFollowUp {
  /** What the write's output is made of. Undefined: the read's output. */
  readonly item: CompiledValue | undefined;
  readonly afterMs: number;
}

/**
 * Compiles `probe` of a write. Throws `MISCONFIGURED` for an operation that is not there or a time that is none, `UNSAFE_CONTRACT` for one
 * that does more than read.
 */
export function compileProbe(contract: Contract, name: string, { effect, probe }: Operation): CompiledProbe | undefined {
  if (probe === undefined || effect === "read") return undefined;
  const { item, after } = probe;
  const afterMs = after === undefined ? AFTER_MS : parseDuration(after);
  if (afterMs === undefined)
    throw new MortiseError("MISCONFIGURED", `${name}: "${after}" is no length of time.`, { path: "/probe/after" });
  return Object.freeze({
    ...compileFollowUp(contract, probe, { name, path: "/probe", reads: true }),
    item: item === undefined ? undefined : sound(compileValue(item, { path: "/probe/item" }), name),
    afterMs: Math.min(afterMs, MOST_AFTER_MS),
  });
}
