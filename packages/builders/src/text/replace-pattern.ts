import { findAll } from "./find-all.ts";

/** Replaces what a pattern finds; `bound` is asked for the length of the text as it grows. */
export type PatternReplacement = (text: string, onlyFirst: boolean, bound: (length: number) => void) => string;

/** Compiles a pattern and what it is replaced by (`$1` a group, `$$` a dollar sign); a text says why it cannot be used. */
export function replacePattern(source: string, by: string): PatternReplacement | string {
  const find = findAll(source);
  if (typeof find === "string") return find;
  const pieces = by.split(/(\$\$|\$\d)/);
  return (text, onlyFirst, bound) => {
    const made: string[] = [];
    let at = 0;
    let length = 0;
    find(text, ({ start, end, groups }) => {
      const put = pieces.map((piece) => {
        if (piece === "$$") return "$";
        return /^\$\d$/.test(piece) ? (groups[Number(piece[1]) - 1] ?? "") : piece;
      });
      const piece = text.slice(at, start) + put.join("");
      length += piece.length;
      bound(length);
      made.push(piece);
      at = end;
      return !onlyFirst;
    });
    return made.join("") + text.slice(at);
  };
}
