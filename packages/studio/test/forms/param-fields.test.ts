// Pins: a form of a rule that offers data where only a name is allowed, or no column where one is named.
import { rules, transformers } from "@mortise/builders";
import { expect, test } from "vitest";
import type { Field } from "../../src/forms/fields.ts";
import { paramFields } from "../../src/forms/param-fields.ts";

const fieldOf = (name: string, key: string): Field => {
  const found = [...rules, ...transformers].find((each) => each.name === name && key in (each.params.properties ?? {}));
  const field = paramFields(found?.params ?? {}).find((each) => each.key === key);
  if (!field) throw new Error(`${name} has no ${key}`);
  return field;
};

test("Names of columns are offered where columns are named, and nowhere else.", () => {
  expect(fieldOf("range", "field").kind).toBe("column");
  expect(fieldOf("pick", "fields")).toMatchObject({ kind: "tags", ofColumns: true });
  expect(fieldOf("unique", "field").variants?.map(({ kind }) => kind)).toEqual(["column", "tags"]);
  expect(fieldOf("sort", "by").item?.children?.map(({ kind }) => kind)).toEqual(["column", "select"]);
  expect(fieldOf("oneOf", "values")).toMatchObject({ kind: "tags" });
  expect(fieldOf("oneOf", "values").ofColumns).toBeUndefined();
  expect(fieldOf("pattern", "pattern").kind).toBe("text");
  expect(fieldOf("rename", "fields")).toMatchObject({ kind: "map", ofColumns: true, item: { kind: "text" } });
});

test("Only what is computed may come from data.", () => {
  expect(fieldOf("expression", "where").modes).toEqual(["mapped", "expression"]);
  expect(fieldOf("compare", "to").modes).toEqual(["fixed", "expression"]);
  expect(fieldOf("filter", "where").modes).toEqual(["fixed", "mapped", "expression"]);
  expect(fieldOf("set", "fields").item?.modes).toEqual(["fixed", "mapped", "expression"]);
  expect(fieldOf("range", "min").modes).toBeUndefined();
});
