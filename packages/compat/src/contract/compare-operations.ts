import { joinPointer, type Operation } from "@mortise/contract";
import { canonical } from "../schema/canonical.ts";
import { compareEffects } from "./compare-effects.ts";
import { compareLifecycle } from "./compare-lifecycle.ts";
import { compareReading } from "./compare-reading.ts";
import { compareTrust } from "./compare-trust.ts";
import type { Diff } from "./diff.ts";

/** Finds operations that are gone, new or different. */
export function compareOperations(diff: Diff): void {
  const { before, after } = diff;
  for (const [name, was] of Object.entries(before.operations)) {
    const path = joinPointer("operations", name);
    const is = Object.hasOwn(after.operations, name) ? after.operations[name] : undefined;
    if (is !== undefined) compareOperation(diff, path, was, is);
    else {
      diff.add("operation-removed", path, "the operation is gone; workflows that call it cannot run", [path], "before");
      if (was.searchOrCreate !== undefined)
        diff.add("search-or-create-removed", path, "the pair of search and create is gone", [path], "before");
    }
  }
  for (const name of Object.keys(after.operations)) {
    if (!Object.hasOwn(before.operations, name))
      diff.add("operation-added", joinPointer("operations", name), "the operation is new", []);
  }
}

function compareOperation(diff: Diff, path: string, was: Operation, is: Operation): void {
  if (was === is) return;
  diff.schemas("input", was.input, is.input, `${path}/input`, [path]);
  diff.schemas("output", was.output, is.output, `${path}/output`, [path]);
  compareEffects(diff, path, was, is);
  compareTrust(diff, path, was, is);
  compareReading(diff, path, was, is);
  compareLifecycle(diff, path, was, is);
  if (was.searchOrCreate !== undefined && is.searchOrCreate === undefined)
    diff.add("search-or-create-removed", path, "it searched and created where there was nothing; it does so no more", [path]);
  compareIdentity(diff, path, was.identity, is.identity);
  if (canonical([was.outcomes, was.itemOutcomes ?? null]) !== canonical([is.outcomes, is.itemOutcomes ?? null]))
    diff.add("outcomes-changed", `${path}/outcomes`, "answers are told apart by other rules", [path]);
  for (const key of ["attemptTimeoutMs", "operationTimeoutMs"] as const) {
    const [from, to] = [was[key] ?? Number.POSITIVE_INFINITY, is[key] ?? Number.POSITIVE_INFINITY];
    if (to < from)
      diff.add("timeout-lowered", `${path}/${key}`, `the limit was ${was[key] ?? "the default"} ms, is ${to} ms`, [path]);
  }
}

/** Finds other fields that tell items apart. */
export function compareIdentity(diff: Diff, path: string, was: readonly string[], is: readonly string[]): void {
  if ([...was].sort().join("\n") === [...is].sort().join("\n")) return;
  const message = `items are told apart by ${is.join(", ") || "nothing"}, before by ${was.join(", ") || "nothing"}`;
  if (was.length === 0) diff.add("identity-added", `${path}/identity`, message, [path]);
  else diff.add("identity-changed", `${path}/identity`, `${message}; what was seen before looks new`, [path]);
}
