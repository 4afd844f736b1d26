// Pins: a published schema that says other things than the checks do, so that an editor accepts what the checker refuses.
import type { Json } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseWorkflow, WORKFLOW_SCHEMA } from "../../src/index.ts";

const SOUND = {
  format: "mortise.workflow/1",
  name: "Sound",
  trigger: { use: "schedule", with: { cron: "0 7 * * *", timeZone: "Europe/Berlin" } },
  nodes: {
    pick: { use: "core/branch", with: { cases: { large: { $cel: "true" } } } },
    each: {
      use: "core/for-each",
      after: ["pick.large"],
      with: {
        items: [1],
        batch: 2,
        concurrency: 3,
        onItemError: "continue",
        nodes: { one: { use: "core/map", with: { value: 1 } } },
        collect: 1,
      },
    },
    safe: {
      use: "core/try",
      after: ["each"],
      join: "any",
      with: { nodes: {}, catch: {}, finally: { stop_it: { use: "core/fail", with: { message: "no" } } } },
    },
    check: { use: "core/validate", onError: "continue", with: { items: [], rules: [{ rule: "required", field: "a" }] } },
    sleep: { use: "core/wait", disabled: true, with: { for: "2s" } },
    call: { use: "acme@1/createContact", connection: "crm", onUnknown: "assume-done", title: "Call", note: "x" },
  },
  output: { $cel: "1" },
  layout: { pick: [0, 0] },
};

const validate = compileSchema(WORKFLOW_SCHEMA);
const isSound = (document: unknown) => parseWorkflow(document as object).diagnostics.length === 0;

test("a document that uses every key is sound by the schema and by the checks", () => {
  expect(validate(SOUND as unknown as Json).diagnostics).toEqual([]);
  expect(parseWorkflow(SOUND).diagnostics).toEqual([]);
});

test("one fault anywhere is a fault for both", () => {
  const places = pointersOf(SOUND as unknown as Json);
  const fault = fc.constantFrom<Json | undefined>(
    undefined,
    null,
    5,
    0.5,
    "",
    "Any",
    true,
    [],
    ["a", "a"],
    {},
    { unknown: 1 },
    "stop",
    "a.b.c",
  );
  fc.assert(
    fc.property(fc.constantFrom(...places), fault, fc.constantFrom("", "x", "else", "use", "2a", "stop"), (place, value, key) => {
      const document = changed(SOUND as unknown as Json, place, value, key);
      expect(isSound(document), JSON.stringify([place, value, key])).toBe(validate(document).ok);
    }),
    { numRuns: 1_200, seed: 5 },
  );
});

test("a fault names its place, its line and the nearest key", () => {
  const text = JSON.stringify({ ...SOUND, nodes: { a: { use: "core/map", wiht: { value: 1 }, with: { value: 1 } } } }, null, 2);
  const { diagnostics } = parseWorkflow(text);
  expect(diagnostics).toMatchObject([{ code: "UNKNOWN_KEY", path: "/nodes/a/wiht", fix: { title: 'Did you mean "with"?' } }]);
  expect(text.split("\n")[(diagnostics[0]?.line ?? 0) - 1]).toContain("wiht");
});

test("text that is no JSON is no workflow", () => {
  expect(parseWorkflow("{")).toMatchObject({ diagnostics: [{ code: "INVALID_JSON", line: 1 }] });
  expect(parseWorkflow("").diagnostics).toHaveLength(1);
  expect(parseWorkflow("[]")).toMatchObject({ diagnostics: [{ code: "WRONG_TYPE" }] });
});

type Path = readonly (string | number)[];

function pointersOf(value: Json, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const members = Object.entries(value as object) as readonly (readonly [string, Json])[];
  return [path, ...members.flatMap(([key, each]) => pointersOf(each, [...path, Array.isArray(value) ? Number(key) : key]))];
}

/** The document with one value replaced, removed, or (where a key is given) one added to it. */
function changed(document: Json, path: Path, value: Json | undefined, key: string): Json {
  const copy = structuredClone(document) as Record<string, unknown>;
  let at: Record<string, unknown> = copy;
  for (const segment of path.slice(0, -1)) at = at[segment] as Record<string, unknown>;
  const last = path.at(-1);
  if (last === undefined) return (value ?? null) as Json;
  const target = at[last];
  if (key !== "" && typeof target === "object" && target !== null && !Array.isArray(target))
    (target as Record<string, unknown>)[key] = value ?? 1;
  else if (value === undefined) Array.isArray(at) ? at.splice(Number(last), 1) : delete at[last];
  else at[last] = value;
  return copy as Json;
}
