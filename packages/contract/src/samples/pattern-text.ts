import randexp from "randexp";
import type { TextWish } from "./make-text.ts";

/** The package exports the class itself, and its types say that it is under `default`. */
const RandExp = randexp as unknown as typeof randexp.default;

/** Lazy quantifiers match the same texts as greedy ones, and the generator reads their `?` as "or nothing". */
const LAZY = /([*+}])\?/g;

/** A closed repeat that goes further is read as one that stays open above its least. */
const MOST_REPEATS = 1_000;
/** Longer texts are not made: a few letters of a pattern can ask for gigabytes. */
const MOST_LENGTH = 100_000;

interface Token {
  readonly stack?: readonly Token[];
  readonly options?: readonly (readonly Token[])[];
  readonly value?: Token | number;
  readonly min?: number;
  max?: number;
}

/** What the generator makes texts of; its types keep that to itself. */
const tokensOf = (generator: InstanceType<typeof RandExp>): Token => (generator as unknown as { readonly tokens: Token }).tokens;

/** About how long a text gets at most where an open repeat goes `open` times; closed ones that may go far are cut back. */
function lengthOf(token: Token, open: number): number {
  const sum = (tokens: readonly Token[]) => tokens.reduce((length, each) => length + lengthOf(each, open), 0);
  if (token.options !== undefined) return Math.max(...token.options.map(sum));
  if (token.stack !== undefined) return sum(token.stack);
  if (token.min === undefined || token.max === undefined || typeof token.value !== "object") return 1;
  const isOpen = token.max === Number.POSITIVE_INFINITY;
  if (!isOpen) token.max = Math.min(token.max, Math.max(token.min, open, MOST_REPEATS));
  return Math.max(1, isOpen ? token.min + open : token.max) * lengthOf(token.value, open);
}

/**
 * A text that a regular expression matches, of a wanted length where the expression leaves it open. Undefined for one that cannot be
 * read. Assertions are not looked at: the caller tests what comes out.
 */
export function textOfPattern(pattern: string, { least, most, random, isEdge }: TextWish): string | undefined {
  try {
    const generator = new RandExp(pattern.replace(LAZY, "$1"));
    generator.max = Math.max(1, Math.min(Math.max(least, isEdge ? 40 : 6), most));
    if (lengthOf(tokensOf(generator), generator.max) > MOST_LENGTH) return undefined;
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
