import { type Fix, joinPointer, nearest } from "@mortise/contract";
import { type Certainty, outletsOf } from "../graph/certainty.ts";
import type { Order } from "../graph/order.ts";
import type { Entry, GraphNode, SetGraph } from "../graph/set-graph.ts";
import { type CheckContext, report } from "./check-context.ts";

/** Checks how the nodes of one set hang together. */
export function checkGraph(
  context: CheckContext,
  graph: SetGraph,
  order: Order,
  certainty: ReadonlyMap<string, Certainty>,
): void {
  for (const node of graph.nodes.values()) {
    for (const entry of node.entries) checkEntry(context, graph, node, entry);
    checkOnError(context, graph, node);
    const never = certainty.get(node.name)?.never;
    if (never !== undefined) reportNever(context, node, never);
  }
  for (const circle of order.circles) reportCircle(context, graph, circle);
}

function checkEntry(context: CheckContext, graph: SetGraph, node: GraphNode, entry: Entry): void {
  const path = `${node.pointer}/after/${entry.index}`;
  const source = graph.nodes.get(entry.node);
  if (source === undefined) {
    const placed = context.placed.get(entry.node);
    const near = nearest(
      entry.node,
      [...graph.nodes.keys()].filter((name) => name !== node.name),
    );
    if (placed) {
      const where = placed.parents.at(-1);
      const place = where === undefined ? "the workflow itself" : `the body of "${where}"`;
      report(
        context,
        "UNKNOWN_NODE",
        path,
        `"${entry.node}" is in ${place}; "${node.name}" can only come after nodes beside it.`,
        {
          fix: { title: "Remove it.", patch: [{ op: "remove", path }] },
        },
      );
      return;
    }
    const value = near === undefined ? undefined : entry.outlet === undefined ? near : `${near}.${entry.outlet}`;
    const fix: Fix =
      value === undefined
        ? { title: "Remove it.", patch: [{ op: "remove", path }] }
        : { title: `Did you mean "${value}"?`, patch: [{ op: "replace", path, value }] };
    report(context, "UNKNOWN_NODE", path, `"${node.name}" comes after "${entry.node}", and there is no node of that name.`, {
      fix,
    });
    return;
  }
  if (entry.outlet === undefined) return;
  const outlets = outletsOf(source.node);
  if (outlets.includes(entry.outlet)) return;
  const near = nearest(entry.outlet, outlets);
  const message =
    outlets.length === 0
      ? `"${entry.node}" is no branch, so it has no way out called "${entry.outlet}".`
      : `Branch "${entry.node}" has no way out called "${entry.outlet}"; it has: ${outlets.join(", ")}.`;
  const value = outlets.length === 0 ? entry.node : near === undefined ? undefined : `${entry.node}.${near}`;
  const fix: Fix =
    value === undefined
      ? { title: `Use one of: ${outlets.join(", ")}.` }
      : { title: `Did you mean "${value}"?`, patch: [{ op: "replace", path, value }] };
  report(context, "UNKNOWN_NODE", path, message, { fix });
}

function checkOnError(context: CheckContext, graph: SetGraph, { name, node, pointer }: GraphNode): void {
  const target: unknown = node.onError;
  if (typeof target !== "string" || target === "stop" || target === "continue") return;
  const path = `${pointer}/onError`;
  if (graph.nodes.has(target) && target !== name) return;
  const others = [...graph.nodes.keys()].filter((each) => each !== name);
  const near = nearest(target, ["stop", "continue", ...others]);
  const message =
    target === name
      ? `"${name}" cannot handle its own error.`
      : `"${name}" sends its error to "${target}", and there is no node of that name beside it.`;
  const fix: Fix = near
    ? { title: `Did you mean "${near}"?`, patch: [{ op: "replace", path, value: near }] }
    : { title: "Let it stop the run.", patch: [{ op: "remove", path }] };
  report(context, "UNKNOWN_NODE", path, message, { fix });
}

function reportNever(context: CheckContext, { name, node, pointer }: GraphNode, reason: string): void {
  const both = reason.includes("both");
  const fix: Fix = both
    ? {
        title: "Let one way be enough.",
        patch: [{ op: node.join === undefined ? "add" : "replace", path: `${pointer}/join`, value: "any" }],
      }
    : { title: "Connect it to a node that can succeed, or remove it." };
  report(context, "UNREACHABLE_NODE", pointer, `"${name}" can never run: ${reason}.`, { fix });
}

/** Names the circle and offers to cut it where it was closed. */
function reportCircle(context: CheckContext, graph: SetGraph, circle: readonly string[]): void {
  const [first = "", ...rest] = circle;
  const node = graph.nodes.get(first);
  const last = circle.at(-1) ?? first;
  const entry = node?.entries.find((each) => each.node === last);
  const shown = [first, ...rest, first].map((name) => `"${name}"`).join(" → ");
  const path = entry ? `${node?.pointer}/after/${entry.index}` : (node?.pointer ?? graph.pointer);
  const message = circle.length === 1 ? `"${first}" waits for itself.` : `These nodes wait for each other in a circle: ${shown}.`;
  const fix: Fix = entry
    ? { title: `Let "${first}" not come after "${last}".`, patch: [{ op: "remove", path }] }
    : {
        title: `Send the error of "${last}" to another node.`,
        patch: [{ op: "remove", path: graph.pointer + joinPointer(last, "onError") }],
      };
  report(context, "CYCLIC_GRAPH", path, message, { fix });
}
