// Pins: a check that mends a file it must not touch, or mends it and does not say so; a report that hides a finding.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleSubject } from "@mortise/certify";
import type { Contract, Json } from "@mortise/contract";
import { afterAll, describe, expect, test } from "vitest";
import { checkReport } from "../src/check-report.ts";
import { type LintOptions, lintContract } from "../src/lint-contract.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-lint-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function lint(patch: { readonly [key: string]: Json }, options: LintOptions & { readonly source?: string } = {}) {
  const file = join(folder, "contract.json");
  const { contract } = exampleSubject({ contract: patch });
  const text = `${JSON.stringify(contract, null, 2)}\n`;
  writeFileSync(file, text);
  const { source, ...rest } = options;
  const checked = await lintContract({ file, contract, text, ...(source === undefined ? {} : { source }) }, rest);
  return { checked, before: text, after: readFileSync(file, "utf8") };
}

const MISSPELT = { operations: { createContact: { descripton: "Adds somebody." } } };

describe("mending", () => {
  test("writes the mended contract, and says what was changed and where", async () => {
    const { checked, after } = await lint(MISSPELT, { fix: true });
    expect(checked.diagnostics).toEqual([]);
    expect(checked.fixed).toEqual([
      { check: "MC001", path: "/operations/createContact/descripton", title: 'Rename it to "description".' },
    ]);
    expect(JSON.parse(after)).toMatchObject({ operations: { createContact: { description: "Adds somebody." } } });
    expect(checkReport(checked, false)).toContain("1 mended");
  });

  test("leaves the file alone where a contract is made from a source, and says where to change it", async () => {
    const { checked, before, after } = await lint(MISSPELT, { fix: true, source: "src/connector.ts" });
    expect(after).toBe(before);
    expect(checked.diagnostics).toHaveLength(1);
    expect(checkReport(checked, false)).toContain("contract.json is made from src/connector.ts: change them there");
  });

  test.each([
    ["comments", (json: string) => json.replace("{", "{ // of the CRM team"), undefined],
    ["lines that end with CRLF", (json: string) => json.replaceAll("\n", "\r\n"), "\r\n"],
  ])("loses no %s", async (_, change, ends) => {
    const { contract } = exampleSubject({ contract: MISSPELT });
    const text = change(`${JSON.stringify(contract, null, 2)}\n`);
    const file = join(folder, "changed.json");
    writeFileSync(file, text);
    const { fixed, unfixed } = await lintContract({ file, contract, text }, { fix: true });
    const after = readFileSync(file, "utf8");
    if (ends === undefined) expect([after, unfixed]).toEqual([text, expect.stringContaining("comments")]);
    else expect([after.split("\n").length, fixed?.length]).toEqual([after.split(ends).length, 1]);
  });

  test("leaves the file alone without being asked, and where nothing can be mended", async () => {
    for (const [patch, options] of [
      [MISSPELT, {}],
      [{ privacy: null }, { fix: true }],
    ] as const) {
      const { checked, before, after } = await lint(patch, options);
      expect(after).toBe(before);
      expect(checked.fixed).toBeUndefined();
    }
  });
});

test("a version that is too small for what it changes is refused, with the changes beside", async () => {
  const before = exampleSubject({
    contract: { version: "1.1.0", operations: { whoAmI: { output: { properties: { plan: { type: "string" } } } } } },
  }).contract as Contract;
  const { checked } = await lint({}, { against: before });
  expect(checked.diagnostics[0]).toMatchObject({ check: "MC044", severity: "error", path: "/version" });
  expect(checked.comparison).toMatchObject({ against: "1.1.0", requiredBump: "major" });
});

describe("the report", () => {
  test("groups by weight, with place, fix and page, and counts each group", async () => {
    const { checked } = await lint({
      hosts: ["localhost"],
      privacy: null,
      operations: { listContacts: { pagination: { maxPages: null } } },
    });
    const lines = checkReport(checked, false).split("\n");
    const order = ["  errors", "  in the way of certification", "  warnings"].map((title) => lines.indexOf(title));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order.every((index) => index >= 0)).toBe(true);
    expect(lines).toContain("    MC033 pagination-bounds  docs/checks/MC033.md");
    expect(lines.some((line) => line.includes("fix: Use 1000."))).toBe(true);
    expect(lines.at(-1)).toBe(`✗ connector ${checked.file}: 1 error, 1 in the way of certification, 1 warning`);
  });

  test("shows five findings of one check, says how many more there are, and shows all when asked", async () => {
    const fields = Array.from({ length: 8 }, (_, i) => [`field${i}`, { type: "string", title: `Field ${i}` }] as const);
    const { checked } = await lint({ operations: { createContact: { input: { properties: Object.fromEntries(fields) } } } });
    const help = /description: is missing/g;
    expect(checkReport(checked, false).match(help)).toHaveLength(5);
    expect(checkReport(checked, false)).toContain("… and 3 more of these (--all shows them)");
    expect(checkReport(checked, true).match(help)).toHaveLength(8);
  });

  test("names what is waived, by whom and until when", async () => {
    const waivers = [{ check: "MC043", path: "/privacy", reason: "Acme has none yet.", owner: "ada", expires: "2999-12-31" }];
    const report = checkReport((await lint({ privacy: null, waivers })).checked, false);
    expect(report).toContain("MC043  /privacy  by ada until 2999-12-31: Acme has none yet.");
    expect(report).toContain("no errors, 1 waived");
  });
});
