import randexp from "randexp";
import type { TextWish } from "./make-text.ts";

/** The package exports the class itself, and its types say that it is under `default`. */
const RandExp = randexp as unknown as typeof randexp.default;

/** Lazy quantifiers match the same texts as greedy ones, and the generator reads their `?` as "or nothing". */
const LAZY = /([*+}])\?/g;

/**
 * A text that a regular expression matches, of a wanted length where the expression leaves it open. Undefined for one that cannot be
 * read. Assertions are not looked at: the caller tests what comes out.
 */
export function textOfPattern(pattern: string, { least, most, random, isEdge }: TextWish): string | undefined {
  try {
    const generator = new RandExp(pattern.replace(LAZY, "$1"));
    generator.max = Math.max(1, Math.min(Math.max(least, isEdge ? 40 : 6), most));
    generator.randInt = (from: number, to: number) => random.int(from, to);
    let first: string | undefined;
    for (let tries = 0; tries < 8; tries++) {
      const text = generator.gen();
      if (text.length >= least && text.length <= most) return text;
      first ??= text;
      const isShort = text.length < least;
      generator.randInt = (from: number, to: number) => {
        const middle = (from + to) / 2;
        return isShort ? random.int(Math.ceil(middle), to) : random.int(from, Math.floor(middle));
      };
    }
    return first;
  } catch {
    return undefined;
  }
}
