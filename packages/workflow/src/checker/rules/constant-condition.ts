import { compileValue } from "@mortise/builders";
import { type Diagnostic, isMortiseError, type Json, joinPointer } from "@mortise/contract";
import { asObject } from "../../model/loose.ts";
import type { CheckedCore, CheckedValue } from "../facts.ts";
import { finding, type WorkflowRule } from "./workflow-rule.ts";

/** A condition decides something: it is not the same in every run, and what follows it can be reached. */
export const constantCondition: WorkflowRule = {
  code: "CONSTANT_CONDITION",
  check: ({ cores, valuesOf }) => [...cores.values()].flatMap((core) => ofNode(core, valuesOf.get(core.graph.name) ?? [])),
};

function ofNode({ graph, core }: CheckedCore, values: readonly CheckedValue[]): readonly Diagnostic[] {
  const params = asObject(graph.node.with);
  const cases = Object.keys(asObject(params.cases));
  const found: Diagnostic[] = [];
  let certain: string | undefined;
  for (const name of cases) {
    const path = `${graph.pointer}/with${joinPointer("cases", name)}`;
    const value = values.find((each) => each.path === path);
    const removal = cases.length > 1 ? { patch: [{ op: "remove" as const, path }] } : {};
    if (certain !== undefined) {
      const message = `The case "${name}" of "${graph.name}" is never reached: "${certain}" before it is always true.`;
      found.push(
        finding("CONSTANT_CONDITION", "info", path, message, { title: `Remove it, or put it before "${certain}".`, ...removal }),
      );
      continue;
    }
    const constant = value && constantOf(value);
    if (constant === undefined || !core.spec.use.startsWith("core/")) continue;
    const message = `The case "${name}" of "${graph.name}" is ${constant ? "always" : "never"} true.`;
    const title = constant ? "Compare something that changes." : "Remove it, or compare something that changes.";
    found.push(finding("CONSTANT_CONDITION", "info", path, message, { title, ...(constant ? {} : removal) }));
    if (constant) certain = name;
  }
  return found;
}

/** What a condition that reads nothing comes to. */
function constantOf({ value, parts }: CheckedValue): boolean | undefined {
  if (parts.some(({ reads }) => reads.length > 0)) return undefined;
  const result = attempt(value);
  return typeof result === "boolean" ? result : undefined;
}

function attempt(value: Json): Json | undefined {
  try {
    return compileValue(value).evaluate({});
  } catch (error) {
    if (isMortiseError(error)) return undefined;
    throw error;
  }
}
