import type { WorkflowNode } from "@mortise/workflow";

/** The parameters of a container that hold node sets, in the order in which they are shown; the catalogue says the same. */
export const SLOTS: { readonly [use: string]: readonly string[] } = Object.freeze({
  "core/for-each": ["nodes"],
  "core/loop": ["nodes"],
  "core/while": ["nodes"],
  "core/parallel": ["branch1", "branch2", "branch3", "branch4", "branch5", "branch6", "branch7", "branch8"],
  "core/group": ["nodes"],
  "core/try": ["nodes", "catch", "finally"],
  "core/retry": ["nodes"],
  "core/enrich": ["nodes"],
  "core/saga": ["nodes", "undo"],
  "core/callback": ["nodes"],
  "core/approval": ["notify"],
  "core/form": ["notify"],
  "core/deduplicate": ["nodes"],
  "core/cache": ["nodes"],
});

/** Ways out that every use of a node has; the catalogue says the same. */
export const OUTLETS: { readonly [use: string]: readonly string[] } = Object.freeze({
  "core/event": ["received", "expired"],
  "core/callback": ["received", "expired"],
  "core/approval": ["approved", "rejected", "expired"],
  "core/form": ["submitted", "expired"],
  "core/deduplicate": ["new", "duplicate"],
  "core/throttle": ["passed", "dropped"],
  "core/debounce": ["passed", "superseded"],
  "core/collect": ["complete", "collected"],
});

/** Names of the bodies that a node of this kind may hold; empty for a plain step. */
export function slotsOf(use: string): readonly string[] {
  return SLOTS[use] ?? [];
}

/** The bodies of one node that are shown: of a parallel those that it has, two at least, and one more to begin; of others all but an unused `notify`. */
export function shownSlots({ use, with: params = {} }: WorkflowNode): readonly string[] {
  const slots = slotsOf(use);
  if (use !== "core/parallel") return slots.filter((slot) => slot !== "notify" || Object.hasOwn(params, slot));
  const last = slots.findLastIndex((slot) => Object.hasOwn(params, slot));
  return slots.slice(0, Math.max(2, last + 2));
}

/** What a body is called: of most containers its steps, of a loop what happens each time. */
export function slotLabel(use: string | undefined, slot: string): string {
  if (slot === "nodes") return LOOPS.has(use ?? "") ? "slot.nodes" : "slot.steps";
  return `slot.${slot}`;
}

const LOOPS: ReadonlySet<string> = new Set(["core/for-each", "core/loop", "core/while"]);

/** Ways out of a node: the cases of a branch and `else`, of a switch and `default`, or those of its kind; empty for most nodes. */
export function outletsOf({ use, with: params = {} }: WorkflowNode): readonly string[] {
  if (use !== "core/branch" && use !== "core/switch") return OUTLETS[use] ?? [];
  const { cases } = params;
  const names = typeof cases === "object" && cases !== null && !Array.isArray(cases) ? Object.keys(cases) : [];
  if (use === "core/branch") return [...names.filter((name) => name !== "else"), "else"];
  const own = names.filter((name) => name !== "default");
  return params.default === "continue" ? [...own, "default"] : own;
}
