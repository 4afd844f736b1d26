// Pins: a half-written file that a reader can see, and rows that a spreadsheet or a reader gets back changed.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "@mortise/sdk";
import fc from "fast-check";
import { expect, test } from "vitest";
import { allRows, call, contextIn } from "../native-context.ts";
import { tempFolder } from "../temp-folder.ts";

const folder = tempFolder();
const ctx = contextIn(folder.path);
const text = (name: string) => readFileSync(join(folder.path, name), "utf8");

test("writes the format that the name speaks of, and makes the folders it needs", async () => {
  const rows: Json = [{ a: 1, b: null }, { c: "x" }];
  await call("writeRows", { path: "new/deep/t.csv", rows }, ctx);
  await call("writeRows", { path: "t.jsonl", rows }, ctx);
  await call("writeRows", { path: "t.json", rows }, ctx);
  expect(text("new/deep/t.csv")).toBe("a,b,c\n1,,\n,,x\n");
  expect(text("t.jsonl")).toBe('{"a":1,"b":null}\n{"c":"x"}\n');
  expect(JSON.parse(text("t.json"))).toEqual(rows);
});

test("a refused write leaves the old file and nothing else", async () => {
  await call("writeRows", { path: "keep.csv", rows: [{ a: 1 }] }, ctx);
  await expect(call("writeRows", { path: "keep.csv", rows: [{ b: 1 }], columns: ["a"] }, ctx)).rejects.toMatchObject({
    code: "INVALID_INPUT",
  });
  const stopped = contextIn(folder.path, "k", AbortSignal.abort(new Error("stopped")));
  await expect(call("writeRows", { path: "keep.csv", rows: [{ a: 2 }] }, stopped)).rejects.toThrow();
  expect(text("keep.csv")).toBe("a\n1\n");
  expect(readdirSync(folder.path).filter((name) => name.includes("tmp"))).toEqual([]);
});

test("whatever text is written as CSV is read back the same", async () => {
  const cell = fc.string({ unit: fc.constantFrom("a", "é", "😀", '"', ",", "\n", "\r", " ", "=", ";"), maxLength: 8 });
  const table = fc.array(fc.record({ x: cell, "y,z": cell }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(table, fc.constantFrom(",", ";", "\t"), async (rows, delimiter) => {
      await call("writeRows", { path: "p.csv", rows, delimiter }, ctx);
      expect(await allRows("readCsv", { path: "p.csv", delimiter }, ctx, 3)).toEqual(rows);
    }),
    { numRuns: 60 },
  );
});
