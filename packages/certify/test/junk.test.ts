// Pins: a lint that throws or hangs on a contract that is broken somewhere, as one in the middle of being written is.
import type { Json } from "@mortise/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EXAMPLE_CONTRACT, lintConnector } from "../src/index.ts";

const EXAMPLE = JSON.parse(JSON.stringify(EXAMPLE_CONTRACT)) as Json;

/** Every place of the example connector. */
const PLACES = places(EXAMPLE, []);

function places(value: Json, at: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([key, each]) => places(each as Json, [...at, key]))];
}

function replaced(value: Json, [key, ...rest]: readonly string[], junk: Json): Json {
  if (key === undefined) return junk;
  if (Array.isArray(value)) return value.with(Number(key), replaced(value[Number(key)] as Json, rest, junk));
  const object = value as { readonly [key: string]: Json };
  return { ...object, [key]: replaced(object[key] as Json, rest, junk) };
}

const junk = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    0,
    -1,
    "",
    "x",
    [],
    {},
    [null],
    [[]],
    { $ref: "#/schemas/Nope" },
    { $ref: "#" },
    { $cel: "((" },
  ),
  fc.constantFrom<Json>(
    { type: "nope" },
    { properties: [] },
    { items: 3 },
    { anyOf: {} },
    { __proto__x: 1 },
    { $text: "${" },
    { $map: [1] },
  ),
  fc.jsonValue({ maxDepth: 3 }).map((value) => value as Json),
);

test("a contract with junk in any place is judged and never throws", () => {
  const property = fc.property(fc.constantFrom(...PLACES), junk, fc.constantFrom(...PLACES), junk, (first, one, second, two) => {
    const once = replaced(EXAMPLE, first, one);
    const isInside = second.length >= first.length && first.every((key, index) => second[index] === key);
    const contract = isInside ? once : replaced(once, second.slice(0, reach(once, second)), two);
    const { diagnostics } = lintConnector({ contract, today: "2026-06-01", files: new Map([["src/a.ts", "eval('1'"]]) });
    for (const found of diagnostics) {
      expect(typeof found.path).toBe("string");
      expect(found.message).not.toBe("");
      expect(found.code, found.message).not.toBe("INTERNAL");
    }
  });
  fc.assert(property, { numRuns: 400, seed: 7 });
});

/** How far a place exists. */
function reach(value: Json, place: readonly string[]): number {
  let current: Json | undefined = value;
  for (const [index, key] of place.entries()) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, key)) return index;
    current = (current as { readonly [key: string]: Json })[key];
  }
  return place.length;
}

test("circular schemas and shared schemas that nobody has are judged in time", () => {
  const schemas: { readonly [name: string]: Json } = Object.fromEntries(
    Array.from({ length: 300 }, (_, i) => [
      `S${i}`,
      {
        type: "object",
        properties: { next: { $ref: `#/schemas/S${(i + 1) % 300}` }, other: { $ref: `#/schemas/S${(i * 7) % 300}` } },
      },
    ]),
  );
  const operations = Object.fromEntries(
    Array.from({ length: 200 }, (_, i) => [
      `op${i}`,
      {
        ...EXAMPLE_CONTRACT.operations.whoAmI,
        title: `Op ${i}`,
        request: { method: "GET", url: `/o${i}` },
        output: { $ref: `#/schemas/S${i}` },
        identity: [],
        examples: [],
      },
    ]),
  );
  const started = performance.now();
  const { diagnostics } = lintConnector({
    contract: { ...EXAMPLE_CONTRACT, schemas, operations: { ...EXAMPLE_CONTRACT.operations, ...operations } },
    today: "2026-06-01",
  });
  expect(diagnostics.every(({ severity }) => severity !== "error")).toBe(true);
  expect(performance.now() - started).toBeLessThan(20_000);
});
