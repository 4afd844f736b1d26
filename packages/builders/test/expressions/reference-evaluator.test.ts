/**
 * Pins: our closures drift from CEL. The library that parses also evaluates; where numbers are doubles on both sides, the two must
 * agree on every expression.
 */
import { Environment } from "@marcbachmann/cel-js";
import { compileExpression } from "@mortise/builders";
import fc from "fast-check";
import { expect, test } from "vitest";

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  enableOptionalTypes: true,
});
const scope = {
  s: "abc",
  t: "b",
  n: 2.5,
  m: -1.5,
  p: true,
  q: false,
  items: [1.5, 2.5, 2.5],
  texts: ["a", "b"],
  row: { a: 1.5, b: "x", c: null },
};

const { number, text, bool } = fc.letrec<{ number: string; text: string; bool: string }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("n", "m", "row.a", "items[0]", "1.5", "0.25"),
    fc.tuple(tie("number"), fc.constantFrom("+", "-", "*"), tie("number")).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie("bool"), tie("number"), tie("number")).map(([c, a, b]) => `(${c} ? ${a} : ${b})`),
    tie("number").map((a) => `-(${a})`),
  ),
  text: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("s", "t", "row.b", "'xyz'", "texts[1]", '""'),
    fc.tuple(tie("text"), tie("text")).map(([a, b]) => `(${a} + ${b})`),
    fc.tuple(tie("text"), fc.constantFrom("upperAscii()", "trim()", "split('b').join('-')")).map(([a, call]) => `${a}.${call}`),
    tie("bool").map((a) => `string(${a})`),
  ),
  bool: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("p", "q", "true", "has(row.a)", "has(row.z)", "row.c == null", "'a' in texts"),
    fc
      .tuple(tie("number"), fc.constantFrom("<", "<=", ">", ">=", "==", "!="), tie("number"))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie("text"), fc.constantFrom("<", "==", "!="), tie("text")).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(tie("text"), fc.constantFrom("contains", "startsWith", "endsWith"), tie("text"))
      .map(([a, f, b]) => `${a}.${f}(${b})`),
    fc.tuple(tie("bool"), fc.constantFrom("&&", "||"), tie("bool")).map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(fc.constantFrom("all", "exists", "exists_one"), tie("number")).map(([f, a]) => `items.${f}(x, x > ${a})`),
    tie("bool").map((a) => `!(${a})`),
  ),
}));

test("random expressions give the same as the reference evaluator", () => {
  fc.assert(
    fc.property(fc.oneof(number, text, bool), (source) => {
      const expected: unknown = environment.evaluate(source, scope);
      expect(compileExpression(source).evaluate(scope)).toEqual(expected);
    }),
    { numRuns: 1_000 },
  );
});
