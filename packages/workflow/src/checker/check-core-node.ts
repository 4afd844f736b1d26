import { compileRules } from "@mortise/builders";
import { type Diagnostic, getPointer, type Json, type JsonObject, type JsonSchema, joinPointer } from "@mortise/contract";
import type { GraphNode } from "../graph/set-graph.ts";
import { asObject } from "../model/loose.ts";
import type { CoreNode, ValueTypes } from "../nodes/core-node.ts";
import { coreNode } from "../nodes/core-nodes.ts";
import { type CheckContext, report, type Visible } from "./check-context.ts";
import { checkSet } from "./check-set.ts";
import { checkValue } from "./check-value.ts";

/** Checks a core node and the bodies inside of it; returns the type of its output. */
export function checkCoreNode(context: CheckContext, graph: GraphNode, core: CoreNode, visible: Visible): JsonSchema {
  const params = asObject(graph.node.with) as JsonObject;
  const base = `${graph.pointer}/with`;
  const known = new Map<string, JsonSchema>();
  const types: ValueTypes = { of: (...path) => known.get(joinPointer(...path)) ?? true };
  const places = core.values(params);

  const check = (place: (typeof places)[number], seen: Visible) => {
    const pointer = joinPointer(...place.path);
    const value = getPointer(params, pointer);
    if (value === undefined) return;
    const takesStream = core.behaviour.kind === "for-each" && pointer === "/items";
    const site = { value, path: base + pointer, expects: place.expects, visible: seen, node: graph.name, takesStream };
    known.set(pointer, checkValue(context, site));
  };

  const own = places.filter(({ inside }) => inside === undefined);
  for (const place of own) if (place.sees === undefined) check(place, visible);
  for (const place of own)
    if (place.sees) check(place, { vars: { ...visible.vars, ...place.sees(types) }, steps: visible.steps });
  for (const { path, row } of core.rules?.(params, types) ?? []) {
    const pointer = joinPointer(...path);
    const rules = getPointer(params, pointer);
    if (rules !== undefined)
      context.diagnostics.push(
        ...compileRules(rules, { path: base + pointer, rowSchema: row, definitions: context.definitions }).diagnostics,
      );
  }
  for (const found of core.check?.(params) ?? []) context.diagnostics.push(placed(found, base));
  if (core.within === "loop" && !isInLoop(context, graph.name)) reportNoLoop(context, graph);
  for (const { slot, scope, hides = [] } of core.bodies?.(params, types) ?? []) {
    const vars = Object.fromEntries(Object.entries(visible.vars).filter(([name]) => !hides.includes(name)));
    const inside: Visible = { vars: { ...vars, ...scope }, steps: visible.steps };
    const end = checkSet(context, (params as { readonly [key: string]: Json })[slot], base + joinPointer(slot), inside);
    for (const place of places) if (place.inside === slot) check(place, end);
  }
  context.cores.set(graph.name, { graph, core, traits: core.traits?.(params, types) ?? {} });
  return core.output(params, types);
}

/** A diagnostic of a node about its parameters, with its place in the document. */
function placed({ fix, ...found }: Diagnostic, base: string): Diagnostic {
  const patch = fix?.patch?.map((each) => ({ ...each, path: base + each.path }));
  return { ...found, path: base + found.path, ...(fix && { fix: { ...fix, ...(patch && { patch }) } }) };
}

/** Kinds of nodes that a break may end. */
const LOOPS: ReadonlySet<string | undefined> = new Set(["for-each", "repeat"]);

function isInLoop({ placed: nodes }: CheckContext, name: string): boolean {
  const parents = nodes.get(name)?.parents ?? [];
  return parents.some((each) => LOOPS.has(coreNode(nodes.get(each)?.node.use)?.behaviour.kind));
}

function reportNoLoop(context: CheckContext, { name, node, pointer }: GraphNode): void {
  const message = `"${name}" ends a loop, and there is none around it.`;
  const path = `${pointer}/use`;
  const fix = { title: "End the run instead.", patch: [{ op: "replace", path, value: "core/stop" } as const] };
  report(context, "INVALID_VALUE", path, message, node.use === "core/break" ? { fix } : {});
}
