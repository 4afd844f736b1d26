// Pins: a check that can never fail, one that rejects what is right, and a fault that another check reports as well.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Contract, Diagnostic } from "@mortise/contract";
import { describe, expect, test } from "vitest";
import { checks, EXAMPLE_CONTRACT, exampleSubject, lintConnector, readConnectorFiles } from "../src/index.ts";

const FIXTURES = join(import.meta.dirname, "fixtures");
const TODAY = "2026-06-01";

/** Checks a fixture as it lies on the disk: a contract, or a folder with files and the version before. */
function lintFixture(id: string, kind: "bad" | "good"): readonly Diagnostic[] {
  const file = join(FIXTURES, id, `${kind}.json`);
  const folder = join(FIXTURES, id, kind);
  const path = existsSync(file) ? file : join(folder, "contract.json");
  const text = readFileSync(path, "utf8");
  const before = join(folder, "previous.json");
  return lintConnector({
    contract: JSON.parse(text),
    text,
    today: TODAY,
    ...(existsSync(file) ? {} : { files: readConnectorFiles(folder) }),
    ...(existsSync(before) ? { previous: JSON.parse(readFileSync(before, "utf8")) as Contract } : {}),
  }).diagnostics;
}

const told = (diagnostics: readonly Diagnostic[]): readonly string[] =>
  diagnostics.map(({ check, path, message }) => `${check} ${path} ${message}`);

describe("the catalogue of checks", () => {
  test("has 44 checks with the ids MC001 to MC044 in order, each in the file of its name", () => {
    expect(checks.map(({ id }) => id)).toEqual(Array.from({ length: 44 }, (_, i) => `MC${String(i + 1).padStart(3, "0")}`));
    const files = readdirSync(join(import.meta.dirname, "..", "src", "checks"));
    expect(files.toSorted()).toEqual(checks.map(({ name }) => `${name}.ts`).toSorted());
  });

  test("keeps the severities of the reference table", () => {
    const of = (severity: string): readonly number[] =>
      checks.filter((check) => check.severity === severity).map(({ id }) => Number(id.slice(2)));
    expect(of("certification")).toEqual([8, 9, 14, 17, 19, 20, 21, 25, 26, 31, 32, 36, 38, 39, 43]);
    expect(of("warning")).toEqual([27, 33, 40]);
  });

  test("rejects a fixture folder for each check and for nothing else", () => {
    expect(readdirSync(FIXTURES).toSorted()).toEqual(checks.map(({ id }) => id));
  });
});

describe.each(checks.map((check) => [check.id, check.title, check] as const))("%s: %s", (id, _, check) => {
  test("rejects its bad fixture, and no other check does", () => {
    const found = lintFixture(id, "bad");
    expect(found.length, "nothing was found").toBeGreaterThan(0);
    expect([...new Set(found.map((each) => each.check))], told(found).join("\n")).toEqual([id]);
    const gravest = found.some(({ severity }) => severity === "error") ? "error" : "warning";
    expect(gravest).toBe(check.severity === "error" ? "error" : "warning");
    expect(found.every(({ blocks }) => (check.severity === "certification") === (blocks === "certification"))).toBe(true);
  });

  test("accepts its good fixture, as does every other check", () => {
    expect(told(lintFixture(id, "good"))).toEqual([]);
  });

  test("places what it finds: in the contract with a line, or in a file", () => {
    for (const found of lintFixture(id, "bad")) expect(found.line ?? (found.file === undefined ? 0 : 1)).toBeGreaterThan(0);
  });
});

test("the example connector keeps every rule", () => {
  expect(told(lintConnector({ contract: EXAMPLE_CONTRACT, today: TODAY }).diagnostics)).toEqual([]);
});

test("every check that promises an autofix has a finding with a patch in its bad example, or a fault adopted with one", () => {
  const promised = checks.filter(({ autofix }) => autofix !== undefined).map(({ id }) => id);
  const patched = checks.filter(({ bad }) =>
    lintConnector({ ...exampleSubject(bad), today: TODAY }).diagnostics.some(({ fix }) => fix?.patch !== undefined),
  );
  for (const { id } of patched) expect(promised).toContain(id);
});
