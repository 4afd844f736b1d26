import type { JsonObject } from "@mortise/contract";
import type { LifecycleChange } from "@mortise/runtime";

/** A change of what may run, for the log. */
export function lifecycleLine({ kind, ...about }: LifecycleChange): string {
  return `Lifecycle: ${kind} ${JSON.stringify(about)}`;
}

/** What somebody has to be told of: code that was taken out of use, and a list that cannot be read. Undefined: the log is enough. */
export function lifecycleNotice(change: LifecycleChange): JsonObject | undefined {
  if (change.kind === "quarantined") {
    const { use, tenant, reason, untilMs } = change;
    return { type: "code.quarantined", use, tenant, reason, until: new Date(untilMs).toISOString() };
  }
  if (change.kind === "list" && change.problem !== undefined)
    return { type: "list.unreadable", list: change.list, problem: change.problem };
  return undefined;
}
