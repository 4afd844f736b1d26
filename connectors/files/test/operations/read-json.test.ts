// Pins: JSON files that are read in part or wrongly, and JSON Lines that change when they are read in pages.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { allPages, allRows, call, contextIn } from "../native-context.ts";
import { tempFolder } from "../temp-folder.ts";

const folder = tempFolder();
const ctx = contextIn(folder.path);
const movies = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "..", "data", "movies.json");

test("an array is read whole or from where a pointer leads", async () => {
  expect(((await call("readJson", { path: movies }, ctx)) as { count: number }).count).toBe(3201);
  folder.put("d.json", '\ufeff{"a/b": {"~": [[1], 2]}}');
  expect(await call("readJson", { path: "d.json", pointer: "/a~1b/~0" }, ctx)).toEqual({ rows: [[1], 2], count: 2 });
});

test("what is no array, not there or no JSON is refused with the place", async () => {
  folder.put("d.json", '{"items": [], "n": 1}');
  await expect(call("readJson", { path: "d.json" }, ctx)).rejects.toMatchObject({
    code: "FILE_MALFORMED",
    data: { remedy: "Set the pointer to one of /items, /n." },
  });
  await expect(call("readJson", { path: "d.json", pointer: "/itms" }, ctx)).rejects.toMatchObject({
    message: "d.json has nothing at /itms; it has items, n.",
  });
  await expect(call("readJson", { path: "d.json", pointer: "/n" }, ctx)).rejects.toMatchObject({
    message: "d.json has number at /n, an array is needed.",
  });
  folder.put("bad.json", "[\n1,\n2 3]");
  await expect(call("readJson", { path: "bad.json" }, ctx)).rejects.toMatchObject({
    message: expect.stringContaining("bad.json, line 3:"),
  });
});

test("JSON Lines: any page size gives the same values, and resuming from any cursor gives the rest", async () => {
  const line = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constant("é😀"));
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 20 }),
      fc.constantFrom("\n", "\r\n", "\n \n"),
      fc.integer({ min: 1, max: 6 }),
      async (values, eol, size) => {
        folder.put("p.jsonl", `\ufeff${values.map((value) => JSON.stringify(value)).join(eol)}`);
        const wanted = JSON.parse(JSON.stringify(values)) as unknown[];
        const pages = await allPages("readJsonLines", { path: "p.jsonl" }, ctx, size);
        expect(pages.flatMap(({ items }) => items)).toEqual(wanted);
        for (const [index, { next }] of pages.entries()) {
          if (next !== null)
            expect(await allRows("readJsonLines", { path: "p.jsonl" }, ctx, 2, next)).toEqual(wanted.slice((index + 1) * size));
        }
      },
    ),
    { numRuns: 40 },
  );
});

test("a bad line stops with its number, or is delivered with its reason", async () => {
  folder.put("b.jsonl", '{"a":1}\n{"a":\n{"a":3}\n');
  await expect(allRows("readJsonLines", { path: "b.jsonl" }, ctx)).rejects.toMatchObject({
    code: "FILE_MALFORMED",
    data: { detail: { line: 2 } },
  });
  expect(await allRows("readJsonLines", { path: "b.jsonl", onBadRow: "reject" }, ctx)).toEqual([
    { a: 1 },
    { _error: expect.any(String), _line: 2, _raw: '{"a":' },
    { a: 3 },
  ]);
});
