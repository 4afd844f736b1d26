import type { GraphNode } from "../graph/set-graph.ts";
import type { Execution } from "./execution.ts";
import type { Frame } from "./frame.ts";
import { errorOf, failed, type Settlement, type Succeeded } from "./settlement.ts";

/** Settles a node by computing it here and now; what is thrown fails the node. */
export function settleInPlace(
  exec: Execution,
  frame: Frame,
  graph: GraphNode,
  compute: () => Omit<Succeeded, "status">,
): Settlement {
  const atMs = exec.log.now();
  let settlement: Settlement;
  try {
    settlement = { status: "succeeded", ...compute() };
  } catch (thrown) {
    settlement = failed(errorOf(thrown));
  }
  exec.log.settled(frame, graph, settlement, { atMs, durationMs: exec.log.now() - atMs });
  return settlement;
}
