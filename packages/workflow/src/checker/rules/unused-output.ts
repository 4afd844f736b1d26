import { type Diagnostic, joinPointer } from "@mortise/contract";
import { outletsOf } from "../../graph/certainty.ts";
import type { GraphNode } from "../../graph/set-graph.ts";
import type { CheckedSet, Facts } from "../facts.ts";
import { finding, type WorkflowRule } from "./workflow-rule.ts";

/** What only computes or reads is read by something, and every way out of a branch leads somewhere. */
export const unusedOutput: WorkflowRule = {
  code: "UNUSED_OUTPUT",
  check: (facts) => {
    const read = readSteps(facts);
    if (read === "all") return [];
    return [...facts.sets.values()].flatMap((set) => {
      const followed = followedOf(set);
      return [...[...set.graph.nodes.values()].flatMap((node) => unread(facts, node, read, followed)), ...unfollowed(set)];
    });
  },
};

/** The nodes whose results some value reads. */
function readSteps({ values }: Facts): ReadonlySet<string> | "all" {
  const read = new Set<string>();
  for (const [root, name] of values.flatMap(({ parts }) => parts.flatMap(({ reads }) => reads))) {
    if (root !== "steps") continue;
    if (name === undefined || name === "*") return "all";
    read.add(name);
  }
  return read;
}

/** The nodes that others wait for, or send their error to. */
function followedOf({ graph }: CheckedSet): ReadonlySet<string> {
  const nodes = [...graph.nodes.values()];
  return new Set(
    nodes.flatMap(({ entries, node }) => [...entries.map((entry) => entry.node), ...(node.onError ? [node.onError] : [])]),
  );
}

function unread(
  facts: Facts,
  { name, node, pointer }: GraphNode,
  read: ReadonlySet<string>,
  followed: ReadonlySet<string>,
): readonly Diagnostic[] {
  if (read.has(name) || node.disabled === true || !isForItsOutput(facts, name)) return [];
  const message = `"${name}" ${facts.calls.has(name) ? "only reads" : "only computes"}, and nothing uses what it comes to.`;
  const fix = followed.has(name)
    ? { title: "Use its output, or remove it." }
    : { title: "Remove it.", patch: [{ op: "remove" as const, path: pointer }] };
  return [finding("UNUSED_OUTPUT", "info", pointer, message, fix)];
}

/** Whether a node is there for what it comes to: it computes or reads, and neither sends anything out nor decides a way. */
function isForItsOutput({ calls, cores }: Facts, name: string): boolean {
  const call = calls.get(name);
  if (call) return call.found.operation.effect === "read";
  const core = cores.get(name);
  if (core === undefined || core.core.behaviour.kind !== "pure") return false;
  return core.traits.sinks === undefined && outletsOf(core.graph.node).length === 0 && core.core.spec.group === "data";
}

function unfollowed({ graph }: CheckedSet): readonly Diagnostic[] {
  const followed = new Set([...graph.nodes.values()].flatMap(({ entries }) => entries.map(({ text }) => text)));
  return [...graph.nodes.values()].flatMap(({ name, node, pointer }) => {
    const outlets = outletsOf(node).filter((outlet) => outlet !== "else");
    const loose = outlets.filter((outlet) => !followed.has(`${name}.${outlet}`));
    if (loose.length === 0 || followed.has(name)) return [];
    return loose.map((outlet) => {
      const message = `Nothing comes after the way out "${outlet}" of "${name}".`;
      const fix = { title: `Let a node come after "${name}.${outlet}", or remove the case.` };
      return finding("UNUSED_OUTPUT", "info", `${pointer}/with${joinPointer("cases", outlet)}`, message, fix);
    });
  });
}
