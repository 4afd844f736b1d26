import { distance } from "fastest-levenshtein";

/**
 * The candidate that a misspelt name most likely meant, or undefined when none is near: at most a third of its letters may
 * differ, two where it has four to six, one where it has three. Case, `-` and `_` count for nothing.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = fold(name);
  let best: { readonly candidate: string; readonly edits: number } | undefined;
  for (const candidate of candidates) {
    const edits = distance(wanted, fold(candidate));
    if (edits <= tolerance(candidate.length) && edits < (best?.edits ?? Number.POSITIVE_INFINITY)) {
      best = { candidate, edits };
    }
  }
  return best?.candidate;
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll(/[-_\s]/g, "");
}

function tolerance(length: number): number {
  return length < 4 ? Math.max(0, length - 2) : Math.max(2, Math.floor(length / 3));
}
