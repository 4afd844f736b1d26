import type { Diagnostic, Fix, JsonObject, Operation } from "@mortise/contract";
import { joinPointer } from "@mortise/contract";
import { asObject } from "../../model/loose.ts";
import type { CheckedCall, Facts } from "../facts.ts";
import { finding, type WorkflowRule } from "./workflow-rule.ts";

/** Operations and fields that are used will stay. */
export const deprecated: WorkflowRule = {
  code: "DEPRECATED",
  check: ({ calls, today }) => [...calls.values()].flatMap((call) => [...ofOperation(call, today), ...ofFields(call)]),
};

function ofOperation({ graph, found: { operation } }: CheckedCall, today: Facts["today"]): readonly Diagnostic[] {
  const { lifecycle, deprecated: reason } = operation;
  const isLeaving = lifecycle?.stage === "deprecated" || lifecycle?.stage === "retired" || lifecycle?.sunset !== undefined;
  if (!isLeaving && reason === undefined) return [];
  const path = `${graph.pointer}/use`;
  const why = reason === undefined ? "" : ` ${sentence(reason)}`;
  const message = `"${graph.name}" uses "${graph.node.use}" (${operation.title}), which ${whenGone(operation, today)}.${why}`;
  return [finding("DEPRECATED", "warning", path, message, replacement(graph.node.use, path, lifecycle?.replacement))];
}

function whenGone({ lifecycle }: Operation, today: Facts["today"]): string {
  if (lifecycle?.stage === "retired") return "is retired";
  const { sunset } = lifecycle ?? {};
  if (sunset === undefined) return "is deprecated";
  return today !== undefined && today > sunset ? `could be taken away since ${sunset}` : `may be taken away after ${sunset}`;
}

function replacement(use: string, path: string, name: string | undefined): Fix {
  if (name === undefined) return { title: "Look for another operation." };
  const value = `${use.slice(0, use.indexOf("/"))}/${name}`;
  return { title: `Use "${value}", and check its fields.`, patch: [{ op: "replace", path, value }] };
}

function ofFields({ graph, found: { operation } }: CheckedCall): readonly Diagnostic[] {
  const given = asObject(graph.node.with) as JsonObject;
  return Object.keys(given).flatMap((name) => {
    const field =
      operation.input.properties && Object.hasOwn(operation.input.properties, name)
        ? operation.input.properties[name]
        : undefined;
    if (typeof field !== "object" || field.deprecated !== true) return [];
    const path = graph.pointer + joinPointer("with", name);
    const message = `"${graph.name}" sets "${name}" of ${operation.title}, which is deprecated.`;
    return [finding("DEPRECATED", "info", path, message, { title: "Remove it, if the operation does without." })];
  });
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
