import { type Diagnostic, type Json, parsePointer } from "@mortise/contract";
import { type PlacedNode, walkNodes } from "../graph/walk-nodes.ts";
import type { Workflow } from "../model/document.ts";
import { documentLimits, nodeLimit } from "../model/document-limits.ts";
import { asObject } from "../model/loose.ts";
import { checkShape, isShapeChecked } from "../model/parse-workflow.ts";
import { checkTrigger } from "../triggers/check-trigger.ts";
import { triggerScope } from "../triggers/trigger-scope.ts";
import type { OperationCatalogue } from "./catalogue.ts";
import { type CheckContext, NO_STEPS, type NodeTypes, report, type Visible } from "./check-context.ts";
import { checkSet } from "./check-set.ts";
import { checkValue } from "./check-value.ts";

/** Options of {@link checkWorkflow}. */
export interface CheckWorkflowOptions {
  /** The connections that exist. Absent: their names are not checked. */
  readonly connections?: readonly string[] | ((name: string) => boolean);
  /** Line of a JSON pointer in the document's text (`readJson`); with it, every diagnostic has its line. */
  readonly lineOf?: (pointer: string) => number;
}

/** What is known about a workflow before it runs. */
export interface CheckedWorkflow {
  readonly diagnostics: readonly Diagnostic[];
  readonly types: { readonly nodes: { readonly [name: string]: NodeTypes } };
}

/**
 * Finds every fault of a workflow that can be known before it runs, and the types of all its nodes. Faults of its shape are among them,
 * unless the document comes from `parseWorkflow`, which has told them. A workflow without a diagnostic of severity `error` may be run.
 * Never throws, whatever it is given.
 */
export function checkWorkflow(
  workflow: Workflow,
  catalogue: OperationCatalogue,
  options: CheckWorkflowOptions = {},
): CheckedWorkflow {
  const tooLarge = documentLimits(workflow);
  if (tooLarge) return { diagnostics: [tooLarge], types: { nodes: {} } };
  const document = asObject(workflow);
  const nodes = walkNodes(document.nodes);
  const tooMany = nodeLimit(nodes.length);
  if (tooMany) return { diagnostics: [tooMany], types: { nodes: {} } };
  const diagnostics: Diagnostic[] = isShapeChecked(document) ? [] : [...checkShape((workflow ?? null) as unknown as Json)];
  const { connections } = options;
  const placed = new Map<string, PlacedNode>();
  const context: CheckContext = {
    catalogue,
    hasConnection: typeof connections === "function" ? connections : connections && ((name) => connections.includes(name)),
    connectionNames: typeof connections === "function" ? [] : (connections ?? []),
    placed,
    streams: streamsOf(nodes, catalogue),
    diagnostics,
    types: Object.create(null) as CheckContext["types"],
  };
  for (const node of nodes) {
    const first = placed.get(node.name);
    if (first) reportTwice(context, node, first);
    else placed.set(node.name, node);
  }
  const outside: Visible = { vars: triggerScope(document.trigger, catalogue), steps: NO_STEPS };
  checkTrigger(context, document.trigger, outside);
  const end = checkSet(context, document.nodes, "/nodes", outside);
  if (document.output !== undefined) {
    checkValue(context, { value: document.output as Json, path: "/output", expects: true, visible: end, node: undefined });
  }
  const { lineOf } = options;
  const placedDiagnostics = distinct(diagnostics).map((each) => (lineOf ? { ...each, line: lineOf(each.path) } : each));
  const sorted = lineOf ? placedDiagnostics.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)) : placedDiagnostics;
  return { diagnostics: sorted, types: { nodes: { ...context.types } } };
}

function streamsOf(nodes: readonly PlacedNode[], catalogue: OperationCatalogue): ReadonlyMap<string, readonly string[]> {
  const streams = nodes.flatMap(({ name, node }) => {
    const stream = typeof node.use === "string" ? catalogue.operation(node.use)?.operation.stream : undefined;
    return stream ? [[name, ["output", ...(parsePointer(stream.items) ?? [])]] as const] : [];
  });
  return new Map(streams);
}

function reportTwice(context: CheckContext, { name, pointer }: PlacedNode, first: PlacedNode): void {
  const taken = new Set(context.placed.keys());
  let number = 2;
  while (taken.has(`${name}${number}`)) number++;
  const free = pointer.slice(0, pointer.lastIndexOf("/") + 1) + name + number;
  report(context, "DUPLICATE_NAME", pointer, `There are two nodes called "${name}"; the other is at ${first.pointer}.`, {
    fix: { title: `Call it "${name}${number}".`, patch: [{ op: "move", from: pointer, path: free }] },
  });
}

function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((each) => [`${each.code} ${each.path} ${each.message}`, each])).values()];
}
