import { type Contract, joinPointer, type PollTrigger } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";

export const pollTriggers = defineCheck({
  id: "MC023",
  name: "poll-triggers",
  severity: "error",
  title: "A polling trigger says how it knows an event again, how it asks only for new ones, and what the first poll gives.",
  why: "Without an identity every poll starts every workflow again; without a cursor every poll reads everything; a first poll that gives all floods people on the first day.",
  reading:
    "The identity is the trigger's, the first-run policy is `firstRun`, the cursor is the `incremental` of its source. A source that has no cursor at the vendor is a warning: events are then told apart by identity alone.",
  bad: { contract: { triggers: { contactChanged: { identity: [] } } } },
  good: { contract: { triggers: { contactChanged: { identity: ["/id", "/updatedAt"] } } } },
  adopts: ({ path, code }) => /^\/triggers\/[^/]+\/source\/operation$/.test(path) && code === "INVALID_VALUE",
  run: ({ contract }) =>
    Object.entries(contract.triggers ?? {}).flatMap(([name, trigger]) =>
      trigger.kind === "poll" ? pollFaults(contract, trigger, trigger.identity, joinPointer("triggers", name)) : [],
    ),
});

function pollFaults(
  { operations }: Contract,
  { source }: PollTrigger,
  identity: readonly string[],
  at: string,
): readonly Finding[] {
  const found: Finding[] = [];
  if (identity.length === 0)
    found.push({
      code: "MISSING_KEY",
      path: `${at}/identity`,
      message: "is empty, so that every poll would start every workflow again",
    });
  const operation = Object.hasOwn(operations, source.operation) ? operations[source.operation] : undefined;
  if (operation?.stream !== undefined && operation.incremental === undefined) {
    const message = `"${source.operation}" has no "incremental", so that every poll reads the whole list`;
    found.push({ code: "MISSING_KEY", path: `${at}/source/operation`, message, severity: "warning" });
  }
  return found;
}
