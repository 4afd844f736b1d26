import { predecessors, type SetGraph } from "../../graph/set-graph.ts";

/** One level of a place: `load[3]` is node `load`, round `3`. Rounds of a chunk, `load[0-49]`, stay text. */
interface Level {
  readonly node: string;
  readonly round: string | undefined;
}

/**
 * Says which places a repeated run does again: those named, what is inside of them, and what follows them in any of the node sets
 * around them. Other rounds of a loop are left alone.
 */
export function doneAgain(sets: readonly SetGraph[], from: readonly string[]): (place: string) => boolean {
  const starts = from.map(levelsOf);
  const following = new Map<string, ReadonlySet<string>>();
  const after = (node: string) => {
    const known = following.get(node);
    if (known) return known;
    const set = sets.find(({ nodes }) => nodes.has(node));
    const found = set ? followersOf(set, node) : new Set<string>();
    following.set(node, found);
    return found;
  };
  return (place) => {
    const levels = levelsOf(place);
    return starts.some((start) => covers(start, levels, after));
  };
}

function covers(start: readonly Level[], place: readonly Level[], after: (node: string) => ReadonlySet<string>): boolean {
  for (const [i, { node, round }] of start.entries()) {
    const level = place[i];
    // The container of what is named: it goes on from what is inside.
    if (level === undefined) return false;
    if (level.node !== node) return after(node).has(level.node);
    const isLast = i === start.length - 1;
    if (isLast && round === undefined) return true;
    if (level.round !== round) return level.round !== undefined && holds(level.round, round);
    if (isLast) return true;
  }
  return false;
}

/** Whether a chunk of rounds, `0-49`, holds a round: it was one step, so it is one again. */
function holds(rounds: string, round: string | undefined): boolean {
  const [first, last] = rounds.split("-").map(Number);
  return first !== undefined && last !== undefined && round !== undefined && first <= Number(round) && Number(round) <= last;
}

function levelsOf(place: string): readonly Level[] {
  return place.split("/").map((text) => {
    const [, node = text, round] = /^([^[@]+)(?:\[([^\]]*)\])?/.exec(text) ?? [];
    return { node, round };
  });
}

/** Every node of a set that waits, directly or not, for this one. */
function followersOf(graph: SetGraph, first: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (let grew = true; grew; ) {
    grew = false;
    for (const [name, node] of graph.nodes) {
      if (found.has(name) || !predecessors(node).some((each) => each === first || found.has(each))) continue;
      found.add(name);
      grew = true;
    }
  }
  return found;
}
