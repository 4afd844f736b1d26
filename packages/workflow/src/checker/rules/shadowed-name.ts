import type { Diagnostic, Json } from "@mortise/contract";
import { isObject } from "../../model/loose.ts";
import type { CheckedPart, Facts } from "../facts.ts";
import { finding, type WorkflowRule } from "./workflow-rule.ts";

const OUTER = ["trigger", "steps", "run", "item", "batch", "row", "index", "error"];

/** A name means one thing: no variable hides another one of an outer scope. */
export const shadowedName: WorkflowRule = {
  code: "SHADOWED_NAME",
  check: (facts) => [...facts.values.flatMap(({ parts }) => parts.flatMap(inExpressions)), ...inLoops(facts)],
};

/** Variables of macros: `list.map(trigger, …)`. */
function inExpressions({ value, path }: CheckedPart): readonly Diagnostic[] {
  const hidden = new Set(
    sources(value)
      .flatMap(variables)
      .filter((name) => OUTER.includes(name)),
  );
  return [...hidden].map((name) => {
    const message = `"${name}" is a variable of this expression here, and hides the "${name}" that every expression knows.`;
    return finding("SHADOWED_NAME", "info", path, message, { title: `Call it otherwise, e.g. "${name.charAt(0)}".` });
  });
}

function sources(value: Json): readonly string[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(sources);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    (key === "$cel" || key === "$text") && typeof each === "string" ? [each] : sources(each as Json),
  );
}

function variables(source: string): readonly string[] {
  if (!source.includes(",")) return [];
  const bare = source.replaceAll(/"[^"\\]*"|'[^'\\]*'/g, '""');
  return [...bare.matchAll(/\.(?:map|filter|all|exists|exists_one|existsOne)\(\s*([A-Za-z_]\w*)\s*,/g)].map(
    (each) => each[1] ?? "",
  );
}

/** A loop inside of a loop, whose item the steps inside of it cannot tell from the outer one. */
function inLoops({ cores, placed }: Facts): readonly Diagnostic[] {
  const loops = [...cores.values()].filter(({ traits }) => traits.rounds?.nodes !== undefined);
  const names = new Set(loops.map(({ graph }) => graph.name));
  return loops.flatMap(({ graph }) => {
    const around = placed.get(graph.name)?.parents.findLast((name) => names.has(name));
    const outer = around === undefined ? undefined : cores.get(around);
    const name = "batch" in (graph.node.with ?? {}) ? "batch" : "item";
    if (outer === undefined || name !== ("batch" in (outer.graph.node.with ?? {}) ? "batch" : "item")) return [];
    const message = `Inside of "${graph.name}", "${name}" is its own, and hides the one of "${around}" around it.`;
    const title = `Keep what you need of the outer one in a map before "${graph.name}", and read that.`;
    return [finding("SHADOWED_NAME", "info", graph.pointer, message, { title })];
  });
}
