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
import { checkDefinitions } from "./check-definitions.ts";
import { checkSet } from "./check-set.ts";
import { checkValue } from "./check-value.ts";
import type { ConnectionFacts } from "./connection-facts.ts";
import type { DataPolicy } from "./data-policy.ts";
import type { Facts } from "./facts.ts";
import { workflowRules } from "./rules/workflow-rules.ts";

/** Options of {@link checkWorkflow}. */
export interface CheckWorkflowOptions {
  /** The connections that exist. Absent: their names are not checked. */
  readonly connections?: readonly string[] | ((name: string) => boolean);
  /** What is known of a connection. Absent: nothing. */
  readonly connection?: (name: string) => ConnectionFacts | undefined;
  /** What data may go where. Absent: everything everywhere. */
  readonly policy?: DataPolicy;
  /** How many items lists and streams are expected to have, by the node that loops over them. Absent: what their types say. */
  readonly expected?: { readonly [node: string]: number };
  /** Today, an ISO 8601 calendar date: what is past is told so. Absent: nothing is. */
  readonly today?: string;
  /** Tells also what no run fails of: what is not used, always the same, or slower than it had to be. Absent: false. */
  readonly advice?: boolean;
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
    definitions: checkDefinitions(document.definitions, diagnostics),
    streams: streamsOf(nodes, catalogue),
    connection: options.connection ?? (() => undefined),
    diagnostics,
    values: [],
    sets: new Map(),
    calls: new Map(),
    cores: new Map(),
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
  diagnostics.push(...checkRules(document as unknown as Workflow, context, options));
  const { lineOf } = options;
  const placedDiagnostics = distinct(diagnostics).map((each) => (lineOf ? { ...each, line: lineOf(each.path) } : each));
  const sorted = lineOf ? placedDiagnostics.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)) : placedDiagnostics;
  return { diagnostics: sorted, types: { nodes: { ...context.types } } };
}

/** What the rules find; what is mere advice only for who asks for it. */
function checkRules(workflow: Workflow, context: CheckContext, options: CheckWorkflowOptions): readonly Diagnostic[] {
  const { placed, values, sets, calls, cores } = context;
  const { policy = {}, expected = {}, today, advice = false } = options;
  const valuesOf = Map.groupBy(values, ({ node }) => node);
  const facts: Facts = { workflow, placed, values, valuesOf, sets, calls, cores, policy, expected, today };
  const found = workflowRules.flatMap((rule) => rule.check(facts));
  return advice ? found : found.filter(({ severity }) => severity !== "info");
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
