// Pins: a fix that breaks more than it mends, mends the wrong entry of a list, or is never applied.
import type { Contract, Json } from "@mortise/contract";
import { describe, expect, test } from "vitest";
import { applyPatch, checks, exampleSubject, fixConnector, lintConnector } from "../../src/index.ts";

const TODAY = "2026-06-01";

describe("a fix", () => {
  test.each(checks.map((check) => [check.id, check] as const))(
    "of %s mends what has a patch, and nothing new is wrong after it",
    (id, check) => {
      const subject = { ...exampleSubject(check.bad), today: TODAY };
      const before = lintConnector(subject).diagnostics;
      const fixed = fixConnector(subject);
      const patched = before.filter(({ fix }) => fix?.patch !== undefined);
      expect(fixed.applied.length > 0).toBe(patched.length > 0);
      expect(fixed.left.filter(({ fix }) => fix?.patch !== undefined)).toEqual([]);
      // A higher version needs an entry in the changelog and a migration, which only a person can write.
      if (id !== "MC044") expect(fixed.left.length).toBe(before.length - patched.length);
    },
  );

  test("of a misspelt key keeps its place and its value", () => {
    const subject = exampleSubject({ contract: { operations: { whoAmI: { budget: null, budgett: "api" } } } });
    const { contract, applied } = fixConnector({ ...subject, today: TODAY });
    expect(applied).toHaveLength(1);
    expect((contract as unknown as Contract).operations.whoAmI?.budget).toBe("api");
  });

  test("of several entries of one list removes exactly those", () => {
    const waivers = [0, 1, 2].map((n) => ({ check: "MC030", path: `/x${n}`, reason: "r", owner: "o", expires: "2026-12-31" }));
    const subject = exampleSubject({ contract: { operations: { listContacts: { request: { method: "POST" } } }, waivers } });
    const kept = [
      ...waivers,
      { check: "MC030", path: "/operations/listContacts", reason: "By POST.", owner: "o", expires: "2026-12-31" },
    ];
    const { contract, left } = fixConnector({
      contract: { ...(subject.contract as { readonly [key: string]: Json }), waivers: kept },
      today: TODAY,
    });
    expect((contract as unknown as Contract).waivers).toEqual([kept[3]]);
    expect(left).toEqual([]);
  });
});

describe("a patch (RFC 6902)", () => {
  const document: Json = { a: [1, 2, 3], b: { c: "x" }, d: null };

  test.each<[string, Parameters<typeof applyPatch>[1], Json | undefined]>([
    ["adds to an object", [{ op: "add", path: "/b/e", value: 1 }], { a: [1, 2, 3], b: { c: "x", e: 1 }, d: null }],
    ["inserts into a list", [{ op: "add", path: "/a/1", value: 9 }], { a: [1, 9, 2, 3], b: { c: "x" }, d: null }],
    ["appends to a list", [{ op: "add", path: "/a/-", value: 9 }], { a: [1, 2, 3, 9], b: { c: "x" }, d: null }],
    ["replaces in a list", [{ op: "replace", path: "/a/0", value: 9 }], { a: [9, 2, 3], b: { c: "x" }, d: null }],
    ["removes", [{ op: "remove", path: "/b" }], { a: [1, 2, 3], d: null }],
    ["renames in place", [{ op: "move", from: "/b", path: "/z" }], { a: [1, 2, 3], z: { c: "x" }, d: null }],
    ["moves elsewhere", [{ op: "move", from: "/b/c", path: "/a/0" }], { a: ["x", 1, 2, 3], b: {}, d: null }],
    ["does not replace what is not there", [{ op: "replace", path: "/q", value: 1 }], undefined],
    ["does not remove what is not there", [{ op: "remove", path: "/a/7" }], undefined],
    ["does not rename over another key", [{ op: "move", from: "/b", path: "/d" }], undefined],
    ["does not pass through text", [{ op: "add", path: "/b/c/x", value: 1 }], undefined],
  ])("%s", (_, patch, expected) => {
    const before = JSON.stringify(document);
    const result = applyPatch(document, patch);
    expect(JSON.stringify(result)).toBe(JSON.stringify(expected));
    expect(JSON.stringify(document)).toBe(before);
  });
});
