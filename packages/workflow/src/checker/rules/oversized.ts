import type { Diagnostic } from "@mortise/contract";
import type { CheckedCore, Facts } from "../facts.ts";
import { itemsOf } from "./run-size.ts";
import { finding, type WorkflowRule } from "./workflow-rule.ts";

/** Characters of a literal that belong into a file or a table. */
const LARGE_LITERAL = 100_000;
/** Results of a loop that are a lot to keep with a run. */
const LARGE_LIST = 100_000;

/** Sizes keep within limits: literals are small, and a loop keeps no more results than a list may have. */
export const oversized: WorkflowRule = {
  code: "LIMIT_EXCEEDED",
  check: (facts) => [...literals(facts), ...[...facts.cores.values()].flatMap((core) => results(facts, core))],
};

function literals({ values }: Facts): readonly Diagnostic[] {
  return values.flatMap(({ value, path, parts }) => {
    const size = JSON.stringify(value).length - parts.reduce((sum, part) => sum + JSON.stringify(part.value).length, 0);
    if (size <= LARGE_LITERAL) return [];
    const message = `A literal of ${size.toLocaleString("en")} characters is in the document; it is read, sent and kept with every revision.`;
    return [finding("LIMIT_EXCEEDED", "warning", path, message, { title: "Read it from a file or a table." })];
  });
}

function results(facts: Facts, { graph, core }: CheckedCore): readonly Diagnostic[] {
  if (core.behaviour.kind !== "for-each" || !("collect" in (graph.node.with ?? {}))) return [];
  const items = itemsOf(facts, graph.name);
  if (items === undefined || items <= LARGE_LIST) return [];
  const message = `"${graph.name}" collects ${items.toLocaleString("en")} results, which are held in memory and kept with the run.`;
  const fix = { title: "Write the results from inside of the loop, or count them." };
  return [finding("LIMIT_EXCEEDED", "warning", graph.pointer, message, fix)];
}
