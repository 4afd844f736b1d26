/** Pins: a transformer makes something else than its cases say, or what comes out is not of the type that it declares. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileValue, inferSchema, isAssignable, transformers } from "@mortise/builders";
import type { Json, JsonSchema } from "@mortise/contract";
import { describe, expect, test } from "vitest";
import { runTransformerCase, type TransformerCase } from "../cases/run-transformer-case.ts";

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, "../cases/transformers.json"), "utf8"),
) as readonly TransformerCase[];

/** The type of data as a contract would declare it: without constants and lengths. */
function wide(value: Json): JsonSchema {
  return widened(inferSchema(value) as Json) as JsonSchema;
}

function widened(schema: Json): Json {
  if (typeof schema !== "object" || schema === null) return schema;
  if (Array.isArray(schema)) return (schema as readonly Json[]).map(widened);
  const dropped = ["const", "enum", "minItems"];
  const kept = Object.entries(schema as { readonly [key: string]: Json }).filter(([key, each]) => {
    return !dropped.includes(key) || (key !== "minItems" && typeof each === "object" && !Array.isArray(each));
  });
  return Object.fromEntries(kept.map(([key, each]) => [key, widened(each)]));
}

describe.each(transformers.map(({ name }) => name))("%s", (name) => {
  const own = cases.filter(({ transformer }) => transformer === name);

  test("has cases, one of which works", () => {
    expect(own.some(({ fails }) => fails === undefined)).toBe(true);
  });

  test.each(own.map((each) => [JSON.stringify(each.params), JSON.stringify(each.from).slice(0, 60), each] as const))(
    "with %s makes of %s what its case says",
    (_params, _from, each) => {
      const made = runTransformerCase(each);
      expect(made).toEqual(each);
      if (made.gives === undefined) return;
      const steps = [{ from: { $cel: "data" } }, { [name]: each.params }];
      const typed = compileValue({ $map: steps }, { scope: { data: wide(each.from) } });
      expect(typed.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(isAssignable(inferSchema(made.gives), typed.type)).toMatchObject({ ok: true });
    },
  );
});

test("every parameter of every transformer that names a field is checked before the run", () => {
  const row = { type: "object", properties: { known: { type: "string" } }, additionalProperties: false } as const;
  const unchecked = cases.flatMap(({ transformer, params }) => {
    const keys = Object.keys(params as object).filter((key) => ["field", "fields"].includes(key));
    const named = keys.flatMap((key) => {
      const value = (params as { readonly [key: string]: Json })[key];
      return typeof value === "string" ? [value] : Array.isArray(value) ? (value as readonly Json[]) : [];
    });
    if (named.length === 0) return [];
    const compiled = compileValue(
      { $map: [{ from: { $cel: "data" } }, { [transformer]: params }] },
      { scope: { data: { type: "array", items: row } } },
    );
    return compiled.diagnostics.some(({ code }) => code === "EXPRESSION_UNKNOWN_NAME") ? [] : [transformer];
  });
  expect(new Set(unchecked)).toEqual(new Set());
});
