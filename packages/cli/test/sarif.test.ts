// Pins: findings that code hosts cannot show: without a rule, a level, a place, or with a waiver that they count as open.
import { checks, exampleSubject, lintConnector } from "@mortise/certify";
import type { Json } from "@mortise/contract";
import { expect, test } from "vitest";
import type { Checked } from "../src/check-document.ts";
import { sarif } from "../src/sarif.ts";

function checked(patch: { readonly [key: string]: Json }): Checked {
  const { diagnostics, waived } = lintConnector({ ...exampleSubject({ contract: patch }), today: "2026-06-01" });
  return { file: "connectors/acme crm/contract.json", kind: "connector", diagnostics, waived };
}

test("every check is a rule with a level, a help text and an absolute address of its page", () => {
  const [run] = sarif([checked({})]).runs;
  const rules = run?.tool.driver.rules ?? [];
  expect(rules.map(({ id }) => id)).toEqual(checks.map(({ id }) => id));
  for (const rule of rules) {
    expect(URL.canParse(rule.helpUri ?? ""), rule.id).toBe(true);
    expect(rule.helpUri).toContain(rule.id);
    expect(["error", "warning"]).toContain(rule.defaultConfiguration?.level);
    expect(rule.shortDescription?.text.length).toBeGreaterThan(20);
    expect(rule.help?.text.length).toBeGreaterThan(20);
    expect(rule.name).toMatch(/^([A-Z][a-z]+)+$/);
  }
  expect(run?.results).toEqual([]);
});

test("every result names its rule by id and index, its level, its line and its place in the document", () => {
  const [run] = sarif([checked({ privacy: null, hosts: ["localhost"] })]).runs;
  const rules = run?.tool.driver.rules ?? [];
  for (const result of run?.results ?? []) {
    expect(rules[result.ruleIndex ?? -1]?.id).toBe(result.ruleId);
    const [place] = result.locations ?? [];
    expect(place?.physicalLocation?.artifactLocation?.uri).toBe("connectors/acme%20crm/contract.json");
    expect(place?.physicalLocation?.region?.startLine).toBeGreaterThan(0);
  }
  expect(run?.results?.map(({ ruleId, level }) => `${ruleId} ${level}`)).toEqual(["MC028 error", "MC043 warning"]);
});

test("what is waived is suppressed, with who answers for it and why", () => {
  const waivers = [{ check: "MC043", path: "/privacy", reason: "Acme has none yet.", owner: "ada", expires: "2026-12-31" }];
  const [run] = sarif([checked({ privacy: null, waivers })]).runs;
  expect(run?.results).toHaveLength(1);
  expect(run?.results?.[0]?.suppressions).toEqual([
    { kind: "inSource", status: "accepted", justification: "Acme has none yet. (ada, until 2026-12-31)" },
  ]);
});

test("a finding of a workflow, which no check has, is a rule by its code", () => {
  const diagnostics = [{ code: "UNKNOWN_NODE", severity: "error" as const, path: "/nodes/a", message: "There is no node." }];
  const [run] = sarif([{ file: "flow.json", kind: "workflow", diagnostics }]).runs;
  expect(run?.tool.driver.rules?.at(-1)).toMatchObject({
    id: "UNKNOWN_NODE",
    shortDescription: { text: expect.stringContaining("node") },
  });
  expect(run?.results?.[0]?.ruleId).toBe("UNKNOWN_NODE");
});

test.each([
  ["./a/../b c.json", "b%20c.json"],
  ["../outside.json", /^file:\/\/\/.*\/outside\.json$/],
  ["/etc/x y.json", "file:///etc/x%20y.json"],
])("the file %s is named so that no host looks for it elsewhere", (file, uri) => {
  const diagnostics = [{ code: "UNKNOWN_NODE", severity: "error" as const, path: "/nodes/a", message: "There is no node." }];
  const [run] = sarif([{ file, kind: "workflow", diagnostics }]).runs;
  const found = run?.results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri;
  expect(found).toEqual(typeof uri === "string" ? uri : expect.stringMatching(uri));
});
