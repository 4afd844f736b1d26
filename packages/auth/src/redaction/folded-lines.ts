/** A text in one line. */
export interface Folded {
  readonly joined: string;
  /** Where a place of the joined text is in the text with its lines. */
  readonly placeOf: (at: number) => number;
}

type Folds = readonly (readonly [joinedAt: number, length: number])[];

/** What ends a line in a text, in one that was escaped for JSON or a URL, with what the next line begins with (RFC 5322 §2.2.3). */
const FOLD =
  /\r?\n[ \t]*|(?:\\{1,8}r)?\\{1,8}n(?:\\{1,8}t|[ \t])*|(?:%(?:25){0,4}0[Dd])?%(?:25){0,4}0[Aa](?:%(?:25){0,4}(?:20|09)|\+)*/g;
/** The same with the sign before it that mail writes where a line is to go on (RFC 2045 §6.7). */
const SOFT_FOLD = new RegExp(`=?(?:${FOLD.source})`, "g");
const HAS_FOLD = /\n|\\n|%(?:25){0,4}0[Aa]/;
const HAS_SOFT_FOLD = /=(?:\r?\n|\\|%(?:25){0,4}0[AaDd])/;

/** Whether a text has line breaks, plain or escaped. */
export const hasFolds = (text: string): boolean => HAS_FOLD.test(text);

/** A text without its line breaks, in each of the ways in which they can be understood. Empty: it has none. */
export function foldedLines(text: string): readonly Folded[] {
  if (!hasFolds(text)) return [];
  return HAS_SOFT_FOLD.test(text) ? [folded(text, FOLD), folded(text, SOFT_FOLD)] : [folded(text, FOLD)];
}

function folded(text: string, fold: RegExp): Folded {
  let folds: Folds | undefined;
  return {
    joined: text.replace(fold, ""),
    placeOf: (at) => {
      folds ??= foldsOf(text, fold);
      return at + lengthBefore(folds, at);
    },
  };
}

/** Each fold: where it was in the joined text, and how much was left out up to and with it. */
function foldsOf(text: string, fold: RegExp): Folds {
  let left = 0;
  return [...text.matchAll(fold)].map(({ index, 0: found }) => {
    const at = index - left;
    left += found.length;
    return [at, left] as const;
  });
}

/** By halves: a text may have many lines. */
function lengthBefore(folds: Folds, at: number): number {
  let low = 0;
  let high = folds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((folds[middle]?.[0] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return folds[low - 1]?.[1] ?? 0;
}
