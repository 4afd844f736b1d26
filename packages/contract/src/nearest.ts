import { distance } from "fastest-levenshtein";

/**
 * The candidate that a misspelt name most likely meant, or undefined when none is near: at most a third of its letters may differ, and
 * two letters may have changed places. Of two equally near, the one with the same first letter wins. Case, `-` and `_` count for nothing.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = fold(name);
  let best: { readonly candidate: string; readonly score: number } | undefined;
  for (const candidate of candidates) {
    const folded = fold(candidate);
    const edits = distance(wanted, folded);
    const allowed = Math.max(Math.floor(candidate.length / 3), letters(wanted) === letters(folded) ? 2 : 0);
    const score = edits + (wanted[0] === folded[0] ? 0 : 0.5);
    if (edits <= allowed && score < (best?.score ?? Number.POSITIVE_INFINITY)) best = { candidate, score };
  }
  return best?.candidate;
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, "");
}

function letters(name: string): string {
  return [...name].sort().join("");
}
