// Pins: a setting that its connector calls a secret, and that is stored or shown in the open.
import type { Contract } from "@mortise/contract";
import { expect, test } from "vitest";
import { secretSettings, shownSettings } from "../../src/connect/secret-settings.ts";
import { acme } from "../support/oauth-vendor.ts";

const secret = { type: "string", "x-secret": true } as const;
const contract: Contract = {
  ...acme().contract,
  settings: {
    type: "object",
    properties: { baseUrl: { type: "string" }, key: secret, "a/b": { type: "object", properties: { pin: secret } } },
  },
};

test("each secret in settings is told by its place, and what is none is left alone", () => {
  expect(secretSettings(contract, { baseUrl: "https://acme.example" })).toEqual([]);
  const found = secretSettings(contract, { baseUrl: "https://acme.example", key: "k", "a/b": { pin: "1234", more: 1 } });
  expect(found).toMatchObject([
    { code: "INVALID_VALUE", severity: "error", path: "/key", message: expect.stringContaining("Acme CRM") },
    { path: "/a~1b/pin" },
  ]);
  expect(JSON.stringify(found)).not.toContain("1234");
});

test("one that is there all the same is not shown", () => {
  expect(shownSettings(contract, { baseUrl: "https://acme.example", key: "k" })).toEqual({
    baseUrl: "https://acme.example",
    key: "[redacted]",
  });
  expect(shownSettings(undefined, { key: "k" })).toEqual({ key: "k" });
});
