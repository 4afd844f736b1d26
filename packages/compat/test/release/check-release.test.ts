// Pins that a version is released which promises less change than there is, a waiver that outlives its day, and a removal without notice.
import type { Waiver } from "@mortise/contract";
import { describe, expect, it } from "vitest";
import { CHANGES, compareContracts } from "../../src/index.ts";
import { contract, object, operation, withInput } from "../contracts.ts";

const text = { type: "string" } as const;
const before = contract({
  version: "1.2.3",
  operations: { get: operation({ output: object({ a: text, b: text }) }), old: operation() },
});
const without = (version: string, waivers: readonly Waiver[] = []) =>
  contract({ version, waivers, operations: { get: operation({ output: object({ a: text }) }), old: operation() } });
const waiver: Waiver = {
  check: "output-field-removed",
  path: "/operations/get",
  reason: "b was never filled",
  owner: "ada",
  expires: "2026-12-31",
};

describe("compareContracts", () => {
  it.each([
    ["1.2.4", "2.0.0"],
    ["1.3.0", "2.0.0"],
    ["1.2.3", "2.0.0"],
  ])("refuses %s for a breaking change and names %s", (version, wanted) => {
    const { ok, requiredBump, diagnostics } = compareContracts(before, without(version));
    expect({ ok, requiredBump }).toEqual({ ok: false, requiredBump: "major" });
    expect(diagnostics[0]).toMatchObject({
      code: "VERSION_TOO_SMALL",
      path: "/version",
      fix: { patch: [{ op: "replace", path: "/version", value: wanted }] },
    });
  });

  it("refuses a lower version, and takes the same one where nothing changed", () => {
    expect(compareContracts(before, { ...before, version: "1.2.2" }).ok).toBe(false);
    expect(compareContracts(before, before)).toMatchObject({ ok: true, requiredBump: "none", declaredBump: "none", changes: [] });
    expect(compareContracts(before, { ...before, version: "2.0.0" })).toMatchObject({ ok: true, declaredBump: "major" });
  });

  it("asks for a minor version before 1.0.0 where it asks for a major one after", () => {
    const early = { ...before, version: "0.4.1" };
    expect(compareContracts(early, without("0.4.2")).diagnostics[0]?.fix?.title).toBe("Use the version 0.5.0.");
    expect(compareContracts(early, without("0.5.0")).ok).toBe(true);
  });

  it("lets a waiver take a change out of the count, with who answers for it", () => {
    const { ok, requiredBump, changes } = compareContracts(before, without("1.3.0", [waiver]), { today: "2026-11-21" });
    expect({ ok, requiredBump }).toEqual({ ok: true, requiredBump: "none" });
    expect(changes[0]).toMatchObject({
      id: "output-field-removed",
      level: "major",
      waived: { owner: "ada", reason: "b was never filled" },
    });
  });

  it.each([
    ["its last day is over", "2027-01-01", waiver],
    ["no day is given", undefined, waiver],
  ])("counts a waiver for nothing where %s, and says so", (_, today, given) => {
    const { ok, diagnostics } = compareContracts(before, without("1.3.0", [given]), today === undefined ? {} : { today });
    expect(ok).toBe(false);
    expect(diagnostics.map(({ code }) => code)).toEqual(["VERSION_TOO_SMALL", "WAIVER_EXPIRED"]);
  });

  it.each([
    ["another check", { ...waiver, check: "output-type-changed" }],
    ["another place", { ...waiver, path: "/operations/old" }],
    ["a place that only begins alike", { ...waiver, path: "/operations/g" }],
  ])("does not let a waiver for %s cover a change", (_, given) => {
    expect(compareContracts(before, without("1.3.0", [given]), { today: "2026-11-21" }).ok).toBe(false);
  });

  it("takes waivers from outside of the contract too", () => {
    expect(compareContracts(before, without("1.3.0"), { waivers: [waiver], today: "2026-11-21" }).ok).toBe(true);
  });

  it("warns of what goes without notice, and not of what was deprecated", () => {
    const gone = (deprecated?: string) => {
      const old = deprecated === undefined ? operation() : operation({ deprecated });
      const was = contract({ operations: { get: operation(), old } });
      const is = contract({ version: "2.0.0", migrations: [{ from: 1, to: 2, operations: { old: { removed: "Use get." } } }] });
      return compareContracts(was, is);
    };
    expect(gone()).toMatchObject({ ok: true, diagnostics: [{ code: "REMOVED_WITHOUT_NOTICE", severity: "warning" }] });
    expect(gone("Use get.").diagnostics).toEqual([]);
  });

  it("says of every change where it is, what it means and what to do", () => {
    const { changes } = compareContracts(withInput(text), withInput({ type: "integer" }));
    expect(changes).toEqual([
      {
        id: "input-type-changed",
        level: "major",
        path: "/operations/get/input/properties/field",
        in: "after",
        message: expect.stringMatching(/field: was string, is integer/),
        fix: { title: CHANGES["input-type-changed"].remedy },
        affects: ["/operations/get"],
      },
    ]);
  });
});
