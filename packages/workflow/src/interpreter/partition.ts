import { predecessors, type SetGraph } from "../graph/set-graph.ts";

/**
 * Splits what follows into independent strands: each begins at one ready node and takes along every node that waits for nothing but
 * settled nodes and nodes of the same strand. What joins two strands stays behind.
 */
export function partition(
  graph: SetGraph,
  only: ReadonlySet<string>,
  settled: ReadonlyMap<string, unknown>,
  ready: readonly string[],
): readonly (readonly string[])[] {
  return ready.map((first) => {
    const strand = new Set([first]);
    for (let grew = true; grew; ) {
      grew = false;
      for (const [name, node] of graph.nodes) {
        if (!only.has(name) || strand.has(name) || settled.has(name) || ready.includes(name)) continue;
        const waitsFor = predecessors(node).filter((each) => graph.nodes.has(each) && !settled.has(each));
        if (waitsFor.length === 0 || !waitsFor.every((each) => strand.has(each))) continue;
        strand.add(name);
        grew = true;
      }
    }
    return [...strand];
  });
}
