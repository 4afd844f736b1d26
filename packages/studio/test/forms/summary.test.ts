// Pins: a list of rules or transformers that says less than its JSON, or says it wrongly.
import { rules, transformers } from "@mortise/builders";
import type { JsonObject } from "@mortise/contract";
import i18next from "i18next";
import { beforeAll, expect, test } from "vitest";
import { startTexts } from "../../src/app/i18n.ts";
import { startValue } from "../../src/forms/fields.ts";
import { paramFields } from "../../src/forms/param-fields.ts";
import { paramsSummary, ruleSummary } from "../../src/forms/summary.ts";

beforeAll(startTexts);

const rule = (value: JsonObject) =>
  ruleSummary(paramFields(rules.find(({ name }) => name === value.rule)?.params ?? {}), value, i18next.t);
const step = (name: string, params: JsonObject) =>
  paramsSummary(paramFields(transformers.find((each) => each.name === name)?.params ?? {}), params, i18next.t);

test("A rule says what it demands in plain words, without defaults and without its message.", () => {
  expect(rule({ rule: "range", field: "Speed IAS in knots", min: 30, max: 400, optional: true, message: "No." })).toBe(
    "Speed IAS in knots: at least 30, at most 400, may be missing",
  );
  expect(rule({ rule: "required", field: "Airport Name" })).toBe("Airport Name");
  expect(rule({ rule: "oneOf", field: "Size", values: ["S", "M", "L", "XL"], ignoreCase: false })).toBe(
    "Size: S, M, L and 1 more",
  );
  expect(rule({ rule: "compare", field: "Total", to: ["Other", "Repair"] })).toBe("Total: equals sum of fields Other, Repair");
  expect(rule({ rule: "compare", field: "End", is: ">=", to: "Start" })).toBe("End: is at least Start");
  expect(rule({ rule: "expression", where: { $cel: "row.a > row.b" } })).toBe("row.a > row.b");
  expect(rule({ rule: "unique", field: ["year", "number"] })).toBe("year + number");
  expect(rule({ rule: "type", field: "Age", type: "number", text: false })).toBe("Age: number, not also as text");
});

test("A transformer says what it does to which fields.", () => {
  expect(step("cast", { fields: { Cost: "number", Speed: { to: "integer", blank: "null" } } })).toBe(
    "Cost → number, Speed → integer",
  );
  expect(step("pick", { fields: ["a", "b", "c", "d", "e"] })).toBe("a, b, c and 2 more");
  expect(step("set", { fields: { code: { $cel: "row.match.iata" } } })).toBe("code → iata of row");
  expect(step("limit", { count: 10, skip: 0 })).toBe("at most 10");
  expect(
    step("sort", {
      by: [
        { field: "cost", order: "desc" },
        { field: "name", order: "asc" },
      ],
    }),
  ).toBe("cost desc, name");
  expect(step("aggregate", { compute: { total: { function: "sum", field: "cost" } } })).toBe("total → sum cost");
});

test("Every rule and every transformer has a form with an editor for each parameter and a start that can be described.", () => {
  for (const { name, params } of [...rules, ...transformers]) {
    const fields = paramFields(params);
    expect(fields.length, name).toBe(Object.keys(params.properties ?? {}).filter((key) => key !== "rule").length);
    const start = Object.fromEntries(fields.filter(({ required }) => required).map((field) => [field.key, startValue(field)]));
    expect(typeof paramsSummary(fields, start, i18next.t), name).toBe("string");
    expect(
      fields.filter(({ kind }) => kind === "json").map(({ key }) => key),
      name,
    ).toEqual([]);
  }
});
