import type { CheckedCore, Facts } from "../facts.ts";

/** How often something runs in one run of the workflow. */
export interface RunSize {
  /** At most this often, as far as the sizes of the loops around it are known; the others count as 1. */
  readonly times: number;
  /** At the same time at most. */
  readonly atOnce: number;
  /** The loops around it, outermost first. */
  readonly loops: readonly string[];
  /** Those of them whose number of rounds is not known. */
  readonly unknown: readonly string[];
}

/** How often a node runs. */
export function runSizeOf(facts: Facts, node: string): RunSize {
  const placed = facts.placed.get(node);
  let times = 1;
  let atOnce = 1;
  const loops: string[] = [];
  const unknown: string[] = [];
  for (const parent of placed?.parents ?? []) {
    const around = facts.cores.get(parent);
    const slot = around && slotOf(around, placed?.pointer ?? "");
    const rounds = slot === undefined ? undefined : around?.traits.rounds?.[slot];
    if (rounds === undefined) continue;
    loops.push(parent);
    atOnce *= rounds.atOnce ?? 1;
    const most = roundsExpected(facts, parent) ?? rounds.most;
    if (most === undefined) unknown.push(parent);
    else times *= most;
  }
  return { times, atOnce, loops, unknown };
}

/** Rounds of a loop whose number of items was stated. */
function roundsExpected({ expected, cores }: Facts, loop: string): number | undefined {
  const items = Object.hasOwn(expected, loop) ? expected[loop] : undefined;
  if (items === undefined) return undefined;
  return Math.ceil(items / (cores.get(loop)?.traits.rounds?.nodes?.batch ?? 1));
}

/** Items that a loop is known or stated to work on. */
export function itemsOf({ expected, cores }: Facts, loop: string): number | undefined {
  if (Object.hasOwn(expected, loop)) return expected[loop];
  const rounds = cores.get(loop)?.traits.rounds?.nodes;
  return rounds?.most === undefined ? undefined : rounds.most * (rounds.batch ?? 1);
}

/** The body of a container that a place is in. */
function slotOf({ graph, traits }: CheckedCore, pointer: string): string | undefined {
  return Object.keys(traits.rounds ?? {}).find((slot) => pointer.startsWith(`${graph.pointer}/with/${slot}/`));
}
