import type { Json } from "@mortise/contract";
import type { Round } from "./run-round.ts";

/** Cuts a list into rounds: its items, or batches of them. */
export function roundsOf(items: readonly Json[], batch: number | undefined, first = 0): readonly Round[] {
  if (batch === undefined) return items.map((value, i) => ({ index: first + i, value }));
  const rounds: Round[] = [];
  for (let at = 0; at < items.length; at += batch) {
    rounds.push({ index: first + rounds.length, value: items.slice(at, at + batch) });
  }
  return rounds;
}
