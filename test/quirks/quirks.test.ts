// Pins: a quirk that no scenario shows, and a table that names keys which no contract can have.
import { join } from "node:path";
import type { Json } from "@mortise/contract";
import { expect, test } from "vitest";
import { OAUTH2_SCHEMA } from "../../packages/contract/src/meta-schema/oauth2-schema.ts";
import { QUIRKS } from "./quirks.ts";
import { quirkScenarios } from "./scenarios.ts";

const scenarios = quirkScenarios(join(import.meta.dirname, "..", ".."));

test("each of the thirty quirks has a scenario, and each scenario is of one of them", () => {
  const thirty = Array.from({ length: 30 }, (_, index) => index + 1);
  expect(Object.keys(QUIRKS).map(Number)).toEqual(thirty);
  expect([...new Set(scenarios.map(({ quirk }) => quirk))].toSorted((a, b) => a - b)).toEqual(thirty);
});

test("every key of the table is one that a contract may have", () => {
  const unknown = Object.values(QUIRKS).flatMap(({ keys }) => keys.filter((key) => !isKnown(OAUTH2_SCHEMA, key.split("."))));
  expect(unknown).toEqual([]);
  expect(isKnown(OAUTH2_SCHEMA, ["keep", "from", "nowhere"])).toBe(false);
});

/** Whether a path of keys is in a schema, through lists and alternatives. */
function isKnown(schema: Json, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return false;
  const { properties = {}, items, anyOf = [] } = schema as { [key: string]: Json };
  const own = (properties as { [key: string]: Json })[name];
  if (own !== undefined) return isKnown(own, rest);
  return [...(items === undefined ? [] : [items]), ...(anyOf as readonly Json[])].some((part) => isKnown(part, [name, ...rest]));
}
