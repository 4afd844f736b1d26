/** Pins: a rule lets through what breaks it, or says something else than its cases do. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileRules, rules } from "@mortise/builders";
import type { Json } from "@mortise/contract";
import { describe, expect, test } from "vitest";
import { type RuleCase, runRuleCase } from "../cases/run-rule-case.ts";

const cases = JSON.parse(readFileSync(join(import.meta.dirname, "../cases/rules.json"), "utf8")) as readonly RuleCase[];
const nameOf = ({ rule }: RuleCase): Json | undefined => (rule as { readonly rule: Json }).rule;

describe.each(rules.map(({ name }) => name))("%s", (name) => {
  const own = cases.filter((each) => nameOf(each) === name);

  test("has a case that it rejects, by row or as a list", () => {
    expect(own.some(({ rejected, problems }) => rejected.length + problems.length > 0)).toBe(true);
  });

  test.each(own.map((each) => [JSON.stringify(each.rule), each] as const))("%s says what its case does", (_, each) => {
    expect(compileRules([each.rule]).diagnostics).toEqual([]);
    expect(runRuleCase(each)).toEqual(each);
  });

  test("accepts rows of some case", () => {
    const isOfList = own.some(({ problems }) => problems.length > 0);
    const accepted = own.some(({ rows, rejected }) => rejected.length < rows.length);
    expect(accepted || isOfList).toBe(true);
  });
});

describe("rules of a list as a whole", () => {
  test("say nothing where they hold", () => {
    const held: readonly Json[] = [
      { rule: "rowCount", min: 1, max: 2 },
      { rule: "nullRatio", field: "a", maxPercent: 50 },
      { rule: "summary", field: "a", function: "sum", min: 1, max: 1 },
      { rule: "distribution", field: "a", expected: { 1: 100 } },
    ];
    expect(compileRules(held).checkAll([{ a: 1 }, {}])).toMatchObject({ rejected: [], problems: [] });
  });

  test("look at rows as they were mended", () => {
    const list: readonly Json[] = [
      { rule: "compare", field: "total", to: ["a"], repair: true },
      { rule: "noOverlap", from: "total", to: "end" },
    ];
    const { rejected } = compileRules(list).checkAll([
      { a: 1, total: 0, end: 5 },
      { a: 2, total: 9, end: 6 },
    ]);
    expect(rejected).toMatchObject([{ index: 1 }]);
  });
});

test.each<readonly [Json, string]>([
  [{ rule: "when", where: { $cel: "row.a" }, rules: [{ rule: "rang", field: "a" }] }, "/0/rules/0/rule"],
  [{ rule: "when", where: { $cel: "1 + 1" }, rules: [{ rule: "required", field: "a" }] }, "/0/where"],
  [{ rule: "each", field: "list", rules: [{ rule: "range", field: "a" }] }, "/0/rules/0"],
  [{ rule: "shape", field: "a", schema: { properties: { b: { pattern: "x" } } } }, "/0/schema/properties/b/pattern"],
  [{ rule: "postalCode", field: "a", country: "QQ" }, "/0/country"],
  [{ rule: "rowCount" }, "/0"],
  [{ rule: "multipleOf", field: "a", step: 0 }, "/0/step"],
  [{ rule: "distribution", field: "a", expected: { x: 60, y: 60 } }, "/0/expected"],
])("%j is refused before the run, at %s", (rule, path) => {
  expect(compileRules([rule]).diagnostics.map((each) => each.path)).toContain(path);
});
