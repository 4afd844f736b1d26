import type { OperationLifecycle } from "@mortise/contract";
import type { Diff } from "./diff.ts";

const STABILITY: { readonly [stage in OperationLifecycle["stage"]]: number } = {
  experimental: 0,
  beta: 1,
  stable: 2,
  deprecated: 2,
  retired: 2,
};

/** What has a lifecycle: an operation or a trigger. */
export interface Lived {
  readonly lifecycle?: OperationLifecycle;
  readonly deprecated?: string;
}

/** Finds operations and triggers that stand elsewhere between their first and their last day. */
export function compareLifecycle(diff: Diff, path: string, was: Lived, is: Lived): void {
  const [from, to] = [stageOf(was), stageOf(is)];
  if (from === to) return;
  const message = `it was ${from}, is ${to}`;
  const at = is.lifecycle === undefined ? path : `${path}/lifecycle`;
  if (to === "retired") {
    diff.add("operation-retired", at, message, [path]);
    return;
  }
  if (to === "deprecated") {
    diff.add("operation-deprecated", at, message, [path]);
    return;
  }
  diff.add(STABILITY[to] < STABILITY[from] ? "lifecycle-lowered" : "lifecycle-raised", at, message, [path]);
}

/** Where it stands; what says nothing is stable. */
export function stageOf({ lifecycle, deprecated }: Lived): OperationLifecycle["stage"] {
  const stage = lifecycle?.stage ?? "stable";
  return deprecated !== undefined && stage !== "retired" ? "deprecated" : stage;
}
