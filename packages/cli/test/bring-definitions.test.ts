// Pins: a workflow file is checked without the definitions that lie beside it, or takes them from somewhere else.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRegistry } from "@mortise/registry";
import { afterAll, expect, test } from "vitest";
import { bringDefinitions } from "../src/bring-definitions.ts";
import { checkWorkflowFile } from "../src/check-workflow-file.ts";
import { readJsonFile } from "../src/read-file.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-definitions-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const turned = (name: string, steps: object[]) => ({
  format: "mortise.transformer/1",
  name,
  version: "1.0.0",
  title: "Turned",
  steps,
  cases: [{ from: [1, 2], gives: [2, 1] }],
});
const workflow = (use: string) => ({
  format: "mortise.workflow/1",
  name: "Turn",
  trigger: { use: "manual" },
  nodes: {},
  output: { $map: [{ from: [1, 2] }, { use }] },
});

test("what a file uses is brought from the folder beside it, with what that uses in turn, and checked", async () => {
  mkdirSync(join(folder, "definitions"));
  writeFileSync(join(folder, "definitions", "turn@1.0.0.json"), JSON.stringify(turned("turn", [{ use: "inner@1.0.0" }])));
  writeFileSync(join(folder, "definitions", "inner@1.0.0.json"), JSON.stringify(turned("inner", [{ reverse: {} }])));
  const file = join(folder, "turn.json");
  writeFileSync(file, JSON.stringify(workflow("turn@1.0.0")));
  const read = await readJsonFile(file);
  const brought = bringDefinitions(read.value, file) as { readonly definitions: object };
  expect(Object.keys(brought.definitions)).toEqual(["inner@1.0.0", "turn@1.0.0"]);
  expect(checkWorkflowFile(read, { registry: createRegistry([]) }).filter(({ severity }) => severity === "error")).toEqual([]);
  writeFileSync(file, JSON.stringify(workflow("gone@1.0.0")));
  const gone = checkWorkflowFile(await readJsonFile(file), { registry: createRegistry([]) });
  expect(gone.map(({ code }) => code)).toContain("UNKNOWN_REFERENCE");
});

test("a document that uses none is handed back as it is", () => {
  const document = { ...workflow("x"), output: 1 };
  expect(bringDefinitions(document, join(folder, "any.json"))).toBe(document);
});
