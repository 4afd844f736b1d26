// Pins: a rule of the checker that accepts everything or refuses everything, one without a pair of workflows that proves it, and a fix
// that mends nothing.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CATALOGUE, type Diagnostic } from "@mortise/contract";
import { expect, test } from "vitest";
import {
  type CheckedExample,
  exampleConnector,
  exampleOptions,
  exampleWorkflow,
  workflowChecks,
} from "../../src/checks/index.ts";
import { checkWorkflow, parseWorkflow } from "../../src/index.ts";
import { applyPatch } from "../support/apply-patch.ts";

/** Told by the reading of a text, before there is a document to check: `test/model/parse-workflow.test.ts`. */
const OF_TEXT = ["INVALID_JSON"];
/** Of the schema that the document is typed against, never of a workflow. */
const NEVER_OF_WORKFLOWS = ["UNKNOWN_REFERENCE"];

const SOURCES = join(import.meta.dirname, "..", "..", "src");
const BUILDERS = join(SOURCES, "..", "..", "builders", "src");
const SAYING =
  /(?:report|finding|problem|broken)\(\s*(?:context,\s*)?(?:"(?:error|warning|info)",\s*)?"([A-Z_]+)"|\bcode: "([A-Z_]+)"|\? "[A-Z_]+" : "([A-Z_]+)"/g;

function check(example: CheckedExample): readonly Diagnostic[] {
  return checkWorkflow(exampleWorkflow(example), exampleConnector, exampleOptions(example)).diagnostics;
}

for (const { code, severity, title, bad, good } of workflowChecks) {
  test(`${code}, broken: ${title}`, () => {
    const found = check(bad);
    const own = found.filter((each) => each.code === code && each.severity === severity);
    expect(own, JSON.stringify(found)).not.toEqual([]);
    expect(found.filter((each) => each.severity === "error" && each.code !== code)).toEqual([]);
    for (const { message, path, fix } of own) {
      expect(message).toMatch(/[.!?`]$/);
      if (fix?.patch === undefined) continue;
      const mended = { ...bad, more: applyPatch(exampleWorkflow(bad), fix.patch) };
      expect(check(mended).filter((each) => each.code === code && each.path === path)).toEqual([]);
    }
  });

  test(`${code}, kept: ${title}`, () => {
    const found = check(good);
    expect(found.filter((each) => each.code === code || each.severity === "error")).toEqual([]);
  });
}

test("every code that the checker says has a pair, and every pair a code that it says", () => {
  const folders = ["checker", "schema", "model", "triggers"].map((folder) => join(SOURCES, folder));
  const files = [...folders, join(BUILDERS, "values"), join(BUILDERS, "expressions"), join(BUILDERS, "schema")].flatMap(
    (folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  );
  const said = files
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [...readFileSync(file, "utf8").matchAll(SAYING)].map((each) => each[1] ?? each[2] ?? each[3] ?? ""))
    .filter((code) => Object.hasOwn(CATALOGUE, code));
  const explained = workflowChecks.map(({ code }) => code as string);
  expect([...new Set(said)].filter((code) => ![...explained, ...OF_TEXT, ...NEVER_OF_WORKFLOWS].includes(code))).toEqual([]);
  expect(explained.filter((code) => !said.includes(code))).toEqual([]);
});

test("the examples have the shape of a workflow, but for what they show", () => {
  for (const { good } of workflowChecks) {
    const { diagnostics } = parseWorkflow(JSON.stringify(exampleWorkflow(good)));
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  }
});
