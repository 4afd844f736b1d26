import type { Diagnostic } from "@mortise/contract";
import type { CheckedCall, Facts } from "../facts.ts";
import { type RunSize, runSizeOf } from "./run-size.ts";
import { finding, type WorkflowRule } from "./workflow-rule.ts";

/** More calls in one run than this are a warning. */
const MANY = 10_000;

/** Loops call no more than they need: nested ones multiply, and what is the same in every round is read once. */
export const costlyLoop: WorkflowRule = {
  code: "COSTLY_LOOP",
  check: (facts) => {
    const changing = changingOf(facts);
    return [...facts.calls.values()].flatMap((call) => ofCall(facts, call, changing));
  },
};

function ofCall(facts: Facts, call: CheckedCall, changing: ReadonlyMap<string, boolean>): readonly Diagnostic[] {
  const { name, pointer } = call.graph;
  const size = runSizeOf(facts, name);
  if (size.loops.length === 0) return [];
  const { title, effect, batch } = call.found.operation;
  const found: Diagnostic[] = [];
  if (effect === "read" && changing.get(name) === false) {
    const loop = size.loops.at(-1);
    const message = `"${name}" (${title}) asks the same in every round of "${loop}": nothing that it is given comes from the round.`;
    found.push(finding("COSTLY_LOOP", "info", pointer, message, { title: `Move it before "${loop}".` }));
  }
  if (size.loops.length > 1 || size.times >= MANY) {
    const fix = batch ? `Give it up to ${batch.max} items at once.` : "Work on batches, or filter before the loop.";
    const severity = size.times >= MANY ? "warning" : "info";
    found.push(
      finding("COSTLY_LOOP", severity, pointer, `"${name}" (${title}) is called ${timesText(size)} in one run.`, { title: fix }),
    );
  }
  return found;
}

function timesText({ times, loops, unknown }: RunSize): string {
  const known = times.toLocaleString("en");
  if (unknown.length === 0) return `up to ${known} times`;
  const factors = unknown.map((loop) => `the rounds of "${loop}"`).join(" times ");
  const nested = loops.length > 1 ? ", as its loops are inside of each other" : "";
  return times === 1 ? `once for ${factors}${nested}` : `${known} times ${factors}${nested}`;
}

/** Whether what a node is given changes from round to round of the innermost loop around it: by its variables, or by nodes inside of it that do. */
function changingOf(facts: Facts): ReadonlyMap<string, boolean> {
  const changing = new Map<string, boolean>();
  for (const { node, parts } of facts.values) {
    if (node === undefined) continue;
    const inside = facts.placed.get(node)?.parents ?? [];
    const changes = parts.some(({ reads }) =>
      reads.some(([root, name = ""]) => {
        if (root !== "steps") return root !== "trigger" && root !== "run";
        const isBeside = inside.length > 0 && (facts.placed.get(name)?.parents.length ?? 0) >= inside.length;
        return isBeside && !isConstantRead(facts, name, changing);
      }),
    );
    changing.set(node, changing.get(node) === true || changes);
  }
  for (const name of facts.calls.keys()) if (!changing.has(name)) changing.set(name, false);
  return changing;
}

/** Whether a node beside reads the same in every round. What writes or runs bodies may come to something else each time. */
function isConstantRead({ calls, cores }: Facts, name: string, changing: ReadonlyMap<string, boolean>): boolean {
  const isRead = calls.get(name)?.found.operation.effect === "read" || cores.get(name)?.core.behaviour.kind === "pure";
  return isRead && changing.get(name) !== true;
}
