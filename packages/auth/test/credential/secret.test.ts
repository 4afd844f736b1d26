// Pins: a secret printed by accident.
import { inspect } from "node:util";
import type { AuthScheme } from "@mortise/contract";
import { expect, it } from "vitest";
import { credentialProblems, Secret, wrapCredential } from "../../src/index.ts";

it("shows itself as redacted wherever it is printed, and gives its plaintext only on demand", () => {
  const secret = new Secret("canary-0123456789");
  const printed = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect({ secret }),
    `${Object.entries(secret)}`,
    ["", secret].join(""),
  ];
  expect(printed.join(" ")).not.toContain("canary");
  expect(printed[0]).toBe("[redacted]");
  expect(secret.reveal()).toBe("canary-0123456789");
  expect(structuredClone({ ...secret })).toEqual({});
});

it("takes fields called like object internals for plain fields", () => {
  const credential = wrapCredential(JSON.parse('{"__proto__": "x", "constructor": "y"}'));
  expect(Object.keys(credential)).toEqual(["__proto__", "constructor"]);
  expect(credential.toString).toBeUndefined();
});

it("finds what a scheme misses and what it does not know", () => {
  const basic: AuthScheme = { kind: "basic" };
  expect(credentialProblems(basic, wrapCredential({ username: "ada", password: "x" }))).toEqual([]);
  expect(credentialProblems(basic, wrapCredential({ user: "ada" }))).toMatchObject([
    { code: "MISSING_KEY", path: "/credential/username", severity: "error" },
    { code: "MISSING_KEY", path: "/credential/password", severity: "error" },
    { code: "UNKNOWN_KEY", path: "/credential/user", severity: "warning" },
  ]);
  const fields: AuthScheme = {
    kind: "fields",
    fields: {
      type: "object",
      required: ["token"],
      properties: { token: { type: "string", "x-secret": true }, account: { type: "string" } },
    },
  };
  expect(credentialProblems(fields, wrapCredential({ account: "a" }))).toMatchObject([{ path: "/credential/token" }]);
  expect(credentialProblems({ kind: "none" }, wrapCredential(undefined))).toEqual([]);
});
