import type { JsonObject } from "@mortise/contract";
import type { Frame } from "./frame.ts";
import { neededOf } from "./needed.ts";
import type { Read, SetPlan } from "./plan.ts";
import type { StrandFrame } from "./program-input.ts";

/** What a strand gets along of the frame it comes from: what its values read, and no more. */
export function strandFrame(frame: Frame, reads: readonly Read[]): StrandFrame {
  return {
    set: frame.set.graph.pointer,
    prefix: frame.prefix,
    ...neededOf(frame, reads),
    ...(frame.keyPrefix !== undefined && { keyPrefix: frame.keyPrefix }),
    ...(frame.saga !== undefined && { saga: frame.saga }),
    ...(frame.quiet && { quiet: true }),
  };
}

/** The frame that a strand begins with. */
export function frameOfStrand(set: SetPlan, { prefix, keyPrefix, vars, steps, saga, quiet }: StrandFrame): Frame {
  const copy = { ...steps } as { [node: string]: JsonObject };
  return {
    set,
    prefix,
    ...(keyPrefix !== undefined && { keyPrefix }),
    ...(saga !== undefined && { saga }),
    vars,
    steps: copy,
    quiet: quiet === true,
  };
}
