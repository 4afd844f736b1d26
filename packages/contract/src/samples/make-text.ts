import type { Json } from "../json.ts";
import { type PatternMatcher, patternMatcher } from "../validation/pattern-matcher.ts";
import { textOfFormat } from "./format-text.ts";
import { textOfPattern } from "./pattern-text.ts";
import type { Place } from "./place.ts";
import { typicalText } from "./typical-text.ts";

const ODD = ["Ünïcödé", "日本語", "👩‍🚀", "O'Neil & <b>", "a\tb", '"quoted"', "-1", "null", " padded "] as const;

/** A text that has to be longer is not made: a schema of a few letters can ask for gigabytes. */
const MOST_LENGTH = 1_000_000;

/** A text by format, pattern, length and the name of its key. Undefined where they leave none. */
export function makeText(place: Place): Json | undefined {
  const { facts, random, mode, key } = place;
  const patterns = facts.schemas.flatMap(({ pattern }) => (pattern === undefined ? [] : [pattern]));
  const formats = facts.schemas.flatMap(({ format }) => (format === undefined ? [] : [format]));
  const least = Math.max(0, ...facts.schemas.flatMap(({ minLength }) => minLength ?? []));
  const most = Math.min(Number.POSITIVE_INFINITY, ...facts.schemas.flatMap(({ maxLength }) => maxLength ?? []));
  if (least > most || least > MOST_LENGTH) return undefined;
  const wanted = { least, most, random, isEdge: mode === "edge" };
  const isEncoded = facts.schemas.some(({ contentEncoding }) => contentEncoding === "base64");
  const candidates = function* (): Generator<string | undefined> {
    for (let tries = 0; tries < 12; tries++) {
      if (isEncoded) yield textOfFormat("byte", wanted);
      for (const format of formats) yield textOfFormat(format, wanted);
      for (const pattern of patterns) yield textOfPattern(pattern, wanted);
      if (patterns.length + formats.length === 0 || tries > 6) yield plain(place, wanted);
    }
  };
  const tests = patterns.map(compiled);
  for (const text of candidates()) {
    if (text === undefined) continue;
    const length = [...text].length;
    if (length >= least && length <= most && tests.every((test) => test?.test(text) ?? true)) return text;
  }
  return plain({ ...place, key }, wanted);
}

/** What a text must keep to. */
export interface TextWish {
  /** Code points. */
  readonly least: number;
  readonly most: number;
  readonly random: Place["random"];
  readonly isEdge: boolean;
}

function plain({ key, random, mode, rerolls }: Place, { least, most }: TextWish): string {
  if (mode === "edge") {
    const [short, long] = [least, Math.min(most, Math.max(least, 300))];
    return fitted(
      random.pick(ODD),
      random.pick([short, long, Math.min(long, short + 1)]),
      Math.max(least, random.pick([short, long])),
    );
  }
  return fitted(mode === "minimal" && rerolls === 0 ? "sample" : typicalText(key, random), least, most);
}

/** The text cut to `most` and filled up to `least` code points. */
function fitted(text: string, least: number, most: number): string {
  const units = [...text];
  const source = units.length === 0 ? ["a"] : units;
  const length = Math.max(least, Math.min(units.length, most));
  return Array.from({ length }, (_, index) => source[index % source.length]).join("");
}

function compiled(pattern: string): PatternMatcher | undefined {
  try {
    return patternMatcher(pattern);
  } catch {
    return undefined;
  }
}
