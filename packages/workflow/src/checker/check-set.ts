import type { JsonSchema } from "@mortise/contract";
import { certaintyOf } from "../graph/certainty.ts";
import { ancestorsOf, orderOf } from "../graph/order.ts";
import { type GraphNode, readSetGraph, type SetGraph } from "../graph/set-graph.ts";
import { coreNode } from "../nodes/core-nodes.ts";
import { CAUGHT } from "../nodes/try.ts";
import { type CheckContext, nullable, recordOf, scopeSchema, type Visible } from "./check-context.ts";
import { checkCoreNode } from "./check-core-node.ts";
import { checkGraph } from "./check-graph.ts";
import { checkOperation } from "./check-operation.ts";

/** Checks a node set and everything inside of it; returns what a value sees that is computed once the set has run. */
export function checkSet(context: CheckContext, nodes: unknown, pointer: string, outside: Visible): Visible {
  const graph = readSetGraph(nodes, pointer);
  const order = orderOf(graph);
  const certainty = certaintyOf(graph, order);
  const ancestors = ancestorsOf(graph, order);
  checkGraph(context, graph, order, certainty);
  const outputs = new Map<string, JsonSchema>();
  // One type object a node and certainty: every later node sees it, and what is worked out for it is kept.
  const types = { sure: new Map<string, JsonSchema>(), open: new Map<string, JsonSchema>() };
  const typeOf = (name: string, succeeded: boolean): JsonSchema => {
    const known = succeeded ? types.sure : types.open;
    const type = known.get(name) ?? stepType(graph, name, outputs.get(name) ?? true, succeeded);
    if (outputs.has(name)) known.set(name, type);
    return type;
  };
  const stepsOf = (names: Iterable<string>, succeeded: (name: string) => boolean) =>
    Object.fromEntries([...names].map((name) => [name, typeOf(name, succeeded(name))]));

  for (const name of order.names) {
    const node = graph.nodes.get(name);
    if (node === undefined) continue;
    const given = certainty.get(name)?.given;
    const before = stepsOf(ancestors.get(name) ?? [], (each) => given?.has(each) === true);
    const visible: Visible = { vars: { ...outside.vars, ...routedError(node) }, steps: { ...outside.steps, ...before } };
    const core = coreNode(node.node.use);
    const output = core ? checkCoreNode(context, node, core, visible) : checkOperation(context, node, visible);
    outputs.set(name, output);
    context.types[name] = { output, scope: scopeSchema(visible) };
  }
  const all = stepsOf(graph.nodes.keys(), (name) => certainty.get(name)?.always === true);
  return { vars: outside.vars, steps: { ...outside.steps, ...all } };
}

/** The type of `steps.<name>` for a node that has settled. */
function stepType(graph: SetGraph, name: string, output: JsonSchema, succeeded: boolean): JsonSchema {
  const mayFail = graph.nodes.get(name)?.node.onError !== undefined;
  return recordOf({
    status: { type: "string", enum: succeeded ? ["succeeded"] : ["succeeded", "failed", "skipped"] },
    output: succeeded ? output : nullable(output),
    error: succeeded || !mayFail ? { type: "null" } : nullable(CAUGHT),
  });
}

function routedError({ handles, entries }: GraphNode): { readonly [name: string]: JsonSchema } {
  if (handles.length === 0) return {};
  return { error: entries.length === 0 ? CAUGHT : nullable(CAUGHT) };
}
