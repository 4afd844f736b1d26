import { RE2JS } from "re2js";

/** Matches texts against the `pattern` of a schema, as ECMA-262 reads it in unicode mode. */
export interface PatternMatcher {
  /** Whether the pattern occurs in the text; false, too, where finding that out could take for ever. */
  test(text: string): boolean;
  /** The same; undefined where finding that out could take for ever. */
  quick(text: string): boolean | undefined;
  /** Whether texts of any length can be told. */
  readonly isBounded: boolean;
  /** The pattern. */
  toString(): string;
}

const MAX_KEPT = 2_000;
const kept = new Map<string, PatternMatcher>();

/**
 * Compiles a pattern of a stranger. JavaScript's matcher backtracks, so a short pattern can keep it busy for ever (`^(a+)+$`): it is only
 * used where the look of the pattern and the length of the text say that it ends soon, else RE2's, which is linear in the text. What RE2
 * does not know (back references, lookaround but at the start) cannot be told of long texts. Throws `SyntaxError` for what is no pattern.
 */
export function patternMatcher(source: string): PatternMatcher {
  const known = kept.get(source);
  if (known !== undefined) return known;
  const matcher = build(source);
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(source, matcher);
  return matcher;
}

type Test = (text: string) => boolean;

function build(source: string): PatternMatcher {
  const backtracking = new RegExp(source, "u");
  const isQuick = quickness(source);
  let linear: Test | null | undefined;
  const linearTest = (): Test | null => {
    if (linear === undefined) linear = linearOf(source);
    return linear;
  };
  const quick = (text: string): boolean | undefined => (isQuick(text.length) ? backtracking.test(text) : linearTest()?.(text));
  return {
    quick,
    test: (text) => quick(text) ?? false,
    get isBounded() {
      return isQuick(LONG) || linearTest() !== null;
    },
    toString: () => source,
  };
}

/** Steps that matching one text may take at most, as far as the look of the expression tells. */
const MAX_MATCHING = 1_000_000;
/** Text that an expression with a repeated group may be tried on: such ones may take exponential time. */
const MAX_DOUBLING = 16;
/** A text that is long for a field. */
const LONG = 1_000;

/**
 * Whether a backtracking matcher ends soon: each choice (how often, whether at all, which alternative) may be tried for every letter, a repeat
 * around another doubles the work a letter, and a counted one multiplies it however short the text is.
 */
function quickness(source: string): (length: number) => boolean {
  const plain = source
    .replaceAll(/\\./gs, "x")
    .replaceAll(/\[[^\]]*\]/g, "x")
    .replaceAll(/\(\?(?:[:=!]|<[=!]|<\w+>)/g, "(");
  const choices = plain.match(/[*+?|]|\{\d+(?:,\d*)?\}/g)?.length ?? 0;
  if (choices > 1 && /\)\{/.test(plain)) return () => false;
  if (choices > 1 && /\)[*+]/.test(plain)) return (length) => length <= MAX_DOUBLING;
  return (length) => Math.max(length, 1) ** Math.max(choices, 1) <= MAX_MATCHING;
}

/** RE2's matcher of a pattern; lookaheads at its start, which RE2 does not know, are patterns of their own. Null: something else is in it. */
function linearOf(source: string): Test | null {
  const { conditions, rest } = leadingConditions(source);
  try {
    const whole = RE2JS.compile(rest);
    const tests = conditions.map(({ inner, isWanted }) => ({ pattern: RE2JS.compile(`^(?:${inner})`), isWanted }));
    return (text) => whole.test(text) && tests.every(({ pattern, isWanted }) => pattern.test(text) === isWanted);
  } catch {
    return null;
  }
}

interface Condition {
  readonly inner: string;
  readonly isWanted: boolean;
}

/** `^(?=A)(?!B)rest` as its conditions and `^rest`. */
function leadingConditions(source: string): { readonly conditions: readonly Condition[]; readonly rest: string } {
  const conditions: Condition[] = [];
  let at = 1;
  while (source.startsWith("^(?=") || source.startsWith("^(?!")) {
    if (!/^\(\?[=!]/.test(source.slice(at, at + 3))) break;
    const end = endOfGroup(source, at);
    if (end === undefined) break;
    conditions.push({ inner: source.slice(at + 3, end), isWanted: source[at + 2] === "=" });
    at = end + 1;
  }
  return conditions.length === 0 || /^[|*+?{]/.test(source.slice(at)) || hasChoice(source.slice(at))
    ? { conditions: [], rest: source }
    : { conditions, rest: `^${source.slice(at)}` };
}

/** Where the group that opens at an offset closes. */
function endOfGroup(source: string, start: number): number | undefined {
  let depth = 0;
  for (const { index, 0: part } of source.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|[()]/gsu)) {
    if (index < start) continue;
    if (part === "(") depth += 1;
    if (part === ")") depth -= 1;
    if (depth === 0) return index;
  }
  return undefined;
}

/** Whether a pattern has alternatives outside of its groups, for which the conditions before the first would not hold. */
function hasChoice(source: string): boolean {
  let depth = 0;
  for (const [part] of source.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|[()|]/gsu)) {
    if (part === "(") depth += 1;
    if (part === ")") depth -= 1;
    if (part === "|" && depth === 0) return true;
  }
  return false;
}
