import type { Diagnostic } from "@mortise/contract";
import { deliveryClass } from "@mortise/contract";
import type { CheckedCall, Facts } from "../facts.ts";
import { finding, type WorkflowRule } from "./workflow-rule.ts";

/** What is repeated after an error holds no write that must not happen twice. */
export const unsafeRepeat: WorkflowRule = {
  code: "UNSAFE_RETRY",
  check: (facts) => [...facts.calls.values()].flatMap((call) => repeated(facts, call)),
};

function repeated({ placed, cores }: Facts, { graph, found: { operation } }: CheckedCall): readonly Diagnostic[] {
  const { kind } = deliveryClass(operation);
  if (kind !== "at-most-once" && kind !== "at-least-once") return [];
  for (const parent of placed.get(graph.name)?.parents ?? []) {
    const around = cores.get(parent);
    const slots = Object.entries(around?.traits.repeats ?? {});
    const slot = slots.find(([name, times]) => times > 1 && graph.pointer.startsWith(`${around?.graph.pointer}/with/${name}/`));
    if (around === undefined || slot === undefined) continue;
    const message = `"${parent}" runs "${graph.name}" (${operation.title}) up to ${slot[1]} times, and nothing tells a repeat from a second wish: it may happen ${slot[1]} times.`;
    const title = "Move it out of what is repeated, or use an operation with an idempotency key.";
    return [finding("UNSAFE_RETRY", "error", graph.pointer, message, { title })];
  }
  return [];
}
