import type { JsonSchema } from "@mortise/contract";
import { certaintyOf } from "../graph/certainty.ts";
import { ancestorsOf, orderOf } from "../graph/order.ts";
import { type GraphNode, readSetGraph, type SetGraph } from "../graph/set-graph.ts";
import { coreNode } from "../nodes/core-nodes.ts";
import { CAUGHT } from "../nodes/try.ts";
import {
  type CheckContext,
  type NodeTypes,
  nullable,
  recordOf,
  scopeSchema,
  type Visible,
  type VisibleSteps,
} from "./check-context.ts";
import { checkCoreNode } from "./check-core-node.ts";
import { checkGraph } from "./check-graph.ts";
import { checkOperation } from "./check-operation.ts";

/** Checks a node set and everything inside of it; returns what a value sees that is computed once the set has run. */
export function checkSet(context: CheckContext, nodes: unknown, pointer: string, outside: Visible): Visible {
  const graph = readSetGraph(nodes, pointer);
  const order = orderOf(graph);
  const certainty = certaintyOf(graph, order);
  const ancestors = ancestorsOf(graph, order);
  context.sets.set(pointer, { graph, order, certainty, ancestors });
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

  for (const name of order.names) {
    const node = graph.nodes.get(name);
    if (node === undefined) continue;
    const given = certainty.get(name)?.given;
    const before = ancestors.get(name);
    const steps: VisibleSteps = {
      typeOf: (each) => (before?.has(each) ? typeOf(each, given?.has(each) === true) : outside.steps.typeOf(each)),
      names: () => [...outside.steps.names(), ...(before ?? [])],
    };
    const visible: Visible = { vars: { ...outside.vars, ...routedError(node) }, steps };
    const core = coreNode(node.node.use);
    const output = core ? checkCoreNode(context, node, core, visible) : checkOperation(context, node, visible);
    outputs.set(name, output);
    context.types[name] = lazyTypes(output, visible);
  }
  const isSure = (name: string) => certainty.get(name)?.always === true;
  const steps: VisibleSteps = {
    typeOf: (each) => (graph.nodes.has(each) ? typeOf(each, isSure(each)) : outside.steps.typeOf(each)),
    names: () => [...outside.steps.names(), ...graph.nodes.keys()],
  };
  return { vars: outside.vars, steps };
}

/** The scope holds every node before this one, so that it is put together only for who asks. */
function lazyTypes(output: JsonSchema, visible: Visible): NodeTypes {
  let scope: JsonSchema | undefined;
  return {
    output,
    get scope() {
      scope ??= scopeSchema(visible);
      return scope;
    },
  };
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
