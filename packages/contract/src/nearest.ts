import { distance } from "fastest-levenshtein";

/**
 * The candidate that a misspelt name most likely meant, or undefined when none is near: at most a third of its letters may differ, and
 * two letters may have changed places. Case, `-` and `_` count for nothing.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = fold(name);
  let best: { readonly candidate: string; readonly edits: number } | undefined;
  for (const candidate of candidates) {
    const folded = fold(candidate);
    const edits = distance(wanted, folded);
    const allowed = Math.max(Math.floor(candidate.length / 3), letters(wanted) === letters(folded) ? 2 : 0);
    if (edits <= allowed && edits < (best?.edits ?? Number.POSITIVE_INFINITY)) best = { candidate, edits };
  }
  return best?.candidate;
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, "");
}

function letters(name: string): string {
  return [...name].sort().join("");
}
