// Pins: a lint that throws on junk, loses lines, or counts a fault twice; a waiver that hides too much or for ever.
import type { Json } from "@mortise/contract";
import { describe, expect, test } from "vitest";
import { checks, EXAMPLE_CONTRACT, exampleSubject, lintConnector } from "../src/index.ts";

const TODAY = "2026-06-01";
const lint = (patch: { readonly [key: string]: Json }, today = TODAY) =>
  lintConnector({ ...exampleSubject({ contract: patch }), today });

const SEARCH_BY_POST = { operations: { listContacts: { request: { method: "POST" } } } };
const WAIVER = {
  check: "MC030",
  path: "/operations/listContacts",
  reason: "Acme searches by POST.",
  owner: "ada",
  expires: "2026-12-31",
};

describe("a lint", () => {
  test.each([
    ["nothing", undefined],
    ["null", null],
    ["a number", 7],
    ["a list", []],
    ["an empty object", {}],
    ["a contract whose parts are junk", { format: "mortise.contract/1", operations: { a: null, b: [] }, auth: 3, hosts: {} }],
    [
      "a contract whose schemas are junk",
      { ...EXAMPLE_CONTRACT, settings: { type: "object", properties: { a: 5, b: { anyOf: 3 } } } },
    ],
  ])("finds faults in %s and throws nothing", (_, contract) => {
    const { diagnostics } = lintConnector({ contract, today: TODAY });
    expect(diagnostics.some(({ severity }) => severity === "error")).toBe(true);
  });

  test("puts errors first, then what blocks the certificate, then warnings", () => {
    const found = lint({
      privacy: null,
      hosts: ["{settings.region}.acme.example", "localhost"],
      operations: { listContacts: { pagination: { maxPages: null } } },
    }).diagnostics;
    expect(found.map(({ check }) => check)).toEqual(["MC028", "MC043", "MC033"]);
  });

  test("gives every fault of a contract to one check, so that nothing is said twice", () => {
    const { diagnostics } = lint({ operations: { createContact: { budget: "apy", descripton: "x" } } });
    expect(diagnostics.map(({ check, code }) => `${check} ${code}`).toSorted()).toEqual([
      "MC001 UNKNOWN_KEY",
      "MC003 UNKNOWN_REFERENCE",
    ]);
  });

  test("says what ran: everything on a sound contract, the checks that found something on a broken one", () => {
    expect(lint({}).checks).toEqual(checks.map(({ id }) => id));
    expect(lint({ budgets: 7 }).checks.length).toBeLessThan(checks.length);
  });

  test("finds patterns that cannot be compiled, in limits and in outcome tables", () => {
    const bad = { header: "X-Reset", pattern: "(?=x)", as: "delta_s" };
    const { diagnostics } = lint({
      budgets: { api: { reset: bad } },
      operations: { createContact: { outcomes: [{ when: { status: 429 }, as: "throttled", retryAfter: bad }] } },
    });
    expect(diagnostics.map(({ check, path }) => `${check} ${path}`)).toEqual([
      "MC003 /budgets/api/reset/pattern",
      "MC003 /operations/createContact/outcomes/0/retryAfter/pattern",
    ]);
  });

  test("names a misspelt field in an expression", () => {
    const { diagnostics } = lint({ operations: { createContact: { request: { body: { email: { $cel: "input.emial" } } } } } });
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ check: "MC003", path: "/operations/createContact/request/body/email/$cel" });
  });
});

describe("a waiver", () => {
  test("takes out the findings at its place and below, and says who answers for them", () => {
    const { diagnostics, waived } = lint({ ...SEARCH_BY_POST, waivers: [WAIVER] });
    expect(diagnostics).toEqual([]);
    expect(waived).toMatchObject([{ waiver: { owner: "ada" }, diagnostic: { path: "/operations/listContacts/request/method" } }]);
  });

  test("holds through its last day and not after it", () => {
    expect(lint({ ...SEARCH_BY_POST, waivers: [WAIVER] }, "2026-12-31").diagnostics).toEqual([]);
    const after = lint({ ...SEARCH_BY_POST, waivers: [WAIVER] }, "2027-01-01").diagnostics;
    expect(after.map(({ path, severity }) => `${severity} ${path}`)).toEqual([
      "error /waivers/0",
      "warning /operations/listContacts/request/method",
    ]);
  });

  test("that covers nothing is a finding, with a patch that removes it", () => {
    const [found] = lint({ waivers: [{ ...WAIVER, path: "/operations/whoAmI" }] }).diagnostics;
    expect(found).toMatchObject({
      path: "/waivers/0",
      severity: "warning",
      fix: { patch: [{ op: "remove", path: "/waivers/0" }] },
    });
  });

  test("cannot hide what keeps the contract from being loaded", () => {
    const { diagnostics } = lint({
      operations: { whoAmI: { budget: "apy" } },
      waivers: [{ ...WAIVER, check: "MC003", path: "/operations/whoAmI" }],
    });
    expect(diagnostics.map(({ check, path }) => `${check ?? ""} ${path}`)).toEqual([
      "MC003 /operations/whoAmI/budget",
      " /waivers/0",
    ]);
  });
});
